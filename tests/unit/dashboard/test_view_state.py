"""The address is the only state: what is written is read back, what is unknown falls back or is refused."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.view_state import (
    LANGUAGES,
    MAP,
    TABLE,
    ZOOM,
    UnknownError,
    ViewState,
    language_of,
    levels_of,
    parse,
)
from etl.release.read import Release


@settings(max_examples=150)
@given(data=st.data())
def test_every_view_survives_its_own_address(release: Release, data: st.DataObject) -> None:
    indicator = data.draw(st.sampled_from(release.figures))
    below_land = [None, *release.regions.codes[1:]]
    view = ViewState(
        indicator=indicator.id,
        year=data.draw(st.sampled_from(release.years(indicator.id))),
        level=data.draw(st.sampled_from(levels_of(indicator, release))),
        area=data.draw(st.sampled_from(below_land)),
        within=data.draw(st.sampled_from(below_land)),
        tab=data.draw(st.sampled_from((MAP, TABLE))),
        follow=data.draw(st.sampled_from((None, ZOOM))),
        language=data.draw(st.sampled_from(LANGUAGES)),
    )
    assert parse(view.query, release) == view
    assert parse(f"?{view.query}", release) == view


@given(search=st.text(max_size=60))
def test_any_text_gives_a_view_or_a_plain_refusal(release: Release, search: str) -> None:
    try:
        view = parse(search, release)
    except UnknownError as unknown:
        assert unknown.what in ("area", "indicator")
    else:
        assert view.year in release.years(view.indicator)


def test_nothing_asked_is_the_first_figure_in_its_last_year(release: Release) -> None:
    assert parse("", release) == ViewState("drugsverdachten", 2023, "gemeente")


@pytest.mark.parametrize("search", ["?jaar=1850&niveau=straat", "?jaar=abc", "?jaar=²", "?niveau=land"])
def test_an_unknown_year_or_level_falls_back(release: Release, search: str) -> None:
    assert parse(search, release) == parse("", release)


@pytest.mark.parametrize(
    ("search", "what"), [("?gebied=GM0000", "area"), ("?binnen=x", "area"), ("?indicator=geluk", "indicator")]
)
def test_an_unknown_area_or_indicator_is_refused(release: Release, search: str, what: str) -> None:
    with pytest.raises(UnknownError) as refused:
        parse(search, release)
    assert refused.value.what == what


def test_the_denominator_is_not_a_figure_to_look_at(release: Release) -> None:
    with pytest.raises(UnknownError):
        parse("?indicator=inwoners", release)


def test_codes_may_be_written_small_and_the_land_is_no_choice(release: Release) -> None:
    assert parse("?gebied=gm9001", release).area == "GM9001"
    assert parse("?gebied=KL00", release).area is None


def test_the_language_is_known_even_when_the_rest_is_not() -> None:
    assert language_of("?gebied=weg&taal=en") == "en"
    assert language_of("?taal=fr") == "nl"
