"""Every kind of source and of protection that the catalogue allows has its words on /verantwoording."""

from typing import get_args

import pytest

from dashboard.text import words
from dashboard.view_state import LANGUAGES
from etl.catalogue.model import Protection, Source


@pytest.mark.parametrize(
    ("keys", "values"),
    [
        (("kind",), Source.model_fields["kind"]),
        (("unit",), Protection.model_fields["unit"]),
        (("cap", "rho"), Protection.model_fields["once"]),
    ],
    ids=["source.kind", "protection.unit", "protection.once"],
)
def test_every_choice_of_the_catalogue_has_its_words(keys: tuple[str, ...], values: object) -> None:
    choices = get_args(getattr(values, "annotation", None))
    assert choices
    needed = {f"accountability.{key}_{choice}" for key in keys for choice in choices}
    for language in LANGUAGES:
        assert needed <= words(language).keys
