"""How figures are written for people."""

from dataclasses import replace

import numpy as np
import pytest

from dashboard import numbers
from dashboard.language import LOCALES
from dashboard.numbers import class_labels, class_numbers, figure_text, margin_words, read_cell
from etl.frames import Status
from etl.release.values import CLASS_LETTERS, Values, present
from tests.samples.tiny_release import CRIMES, INHABITANTS, SUSPECTS


def values_of(counts: list[float], errors: list[float], people: float = 1000.0) -> Values:
    size = len(counts)
    return present(
        np.array(counts),
        np.array(errors) ** 2,
        np.full(size, people),
        np.where(np.isnan(counts), 2, 0).astype(np.uint8),
        per=1000,
        reference_rate=0.05,
    )


@pytest.mark.parametrize(
    ("value", "dutch", "english"),
    [
        (29.4, "29", "29"),
        (29.5, "30", "30"),
        (5.55, "5,6", "5.6"),
        (0.4, "0,4", "0.4"),
        (9.96, "10", "10"),
        (9.94, "9,9", "9.9"),
        (0.0, "0,0", "0.0"),
        (-3.0, "0,0", "0.0"),
        (11400.4, "11.400", "11,400"),
        (float("nan"), "–", "–"),
    ],
)
def test_a_rate_has_one_decimal_below_ten_and_none_from_ten_on(
    value: float, dutch: str, english: str
) -> None:
    assert figure_text(value, CRIMES, "nl") == dutch
    assert figure_text(value, CRIMES, "en") == english


@pytest.mark.parametrize(("value", "text"), [(5.5, "6"), (1204.0, "1.204"), (17_942_942.0, "17.942.942")])
def test_a_count_is_whole(value: float, text: str) -> None:
    assert figure_text(value, INHABITANTS, "nl") == text


def test_a_margin_is_told_in_words_and_an_exact_count_says_so() -> None:
    assert margin_words(24.6, 33.2, CRIMES, "nl") == "zeer waarschijnlijk tussen 25 en 33"
    assert margin_words(24.6, 25.3, CRIMES, "en") == "very likely close to 25"
    assert margin_words(7, 7, CRIMES, "nl") == "geteld, zonder toegevoegde ruis"
    assert margin_words(float("nan"), 1, CRIMES, "nl") == ""


def test_the_class_is_that_of_the_figure_as_shown() -> None:
    # Breaks 3, 5, 7, 9: 2.96 is shown as 3,0 and so belongs to "3 tot 5".
    values = values_of([2.94, 2.96, 5, 8.99, 40, np.nan], [0] * 5 + [np.nan])
    assert class_numbers(values, CRIMES).tolist() == [0, 1, 2, 4, 4, 255]
    assert class_labels(CRIMES, "nl") == ("minder dan 3", "3 tot 5", "5 tot 7", "7 tot 9", "9 of meer")


def test_a_cell_reads_aloud_with_unit_count_and_margin() -> None:
    values = values_of([30, 60], [3, 5])
    reading = read_cell(values, 0, SUSPECTS, "nl")
    assert reading.shown and reading.figure == "30" and reading.unit == "per 10.000 inwoners"
    assert reading.count == "ongeveer 30 verdachten"
    assert reading.margin == "zeer waarschijnlijk tussen 24 en 36"
    assert reading.reliability == "betrouwbaar"


def test_a_cell_without_a_figure_says_why_and_no_number() -> None:
    withheld = read_cell(values_of([np.nan], [np.nan]), 0, CRIMES, "nl")
    uncertain = read_cell(values_of([30], [100]), 0, SUSPECTS, "en")
    assert (withheld.shown, withheld.status, withheld.count) == (False, "geheim", "")
    assert (uncertain.shown, uncertain.status) == (False, "te-onzeker")
    assert not any(character.isdigit() for character in uncertain.figure + uncertain.margin + uncertain.count)


def test_a_provisional_figure_says_that_it_is() -> None:
    values = replace(values_of([30], [3]), status=np.array([Status.VOORLOPIG], dtype=np.uint8))
    assert read_cell(values, 0, SUSPECTS, "nl").margin.endswith("; voorlopig cijfer")


def test_every_status_and_class_has_words_in_both_languages() -> None:
    for slug in numbers.STATUS_ORDER:
        assert slug == "ok" or all(numbers.status_words(slug, language) for language in LOCALES)
    assert all(
        numbers.reliability_words(letter, language) for letter in CLASS_LETTERS for language in LOCALES
    )
