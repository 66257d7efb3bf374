"""`/cirkel`: the numbers of the API, what is not known is told, and so are faults; nothing is executed."""

import re

import pytest
from flask.testing import FlaskClient

from dashboard.numbers import figure_text
from dashboard.pages.circle_state import parse
from etl.release.read import Store
from tests.samples.reading import without_terms
from tests.samples.tiny_release import WITHHELD
from tests.unit.circle.conftest import ground_of

FIVE = "gebied=GM9002&straal=5"


def test_a_circle_round_everything_holds_every_buurt(noisy: FlaskClient, private: Store) -> None:
    """All but the island: its buurt counts for the part on the coast, by land nine tenths."""
    release = private.release()
    indicator, year = "drugsverdachten", release.years("drugsverdachten")[-1]
    page = noisy.get(f"/cirkel?{FIVE}&indicator={indicator}&jaar={year}").text
    state = parse(f"{FIVE}&indicator={indicator}&jaar={year}", release, ground_of(private))
    assert state.centre is not None
    positions, share = ground_of(private).inside(state.centre, 5_000)
    assert len(positions) == 12 and (share == 1).sum() == 11
    assert share.min() == pytest.approx(1 / 1.09, abs=0.01)
    assert f"{len(positions)} buurten in de cirkel" in page


def test_figures_of_buurten_are_those_of_the_api(client: FlaskClient, public: Store) -> None:
    page = client.get(f"/cirkel?{FIVE}&indicator=misdrijven&jaar=2022").text
    indicator = public.release().indicators["misdrijven"]
    rows = re.findall(r'href="/gebied/(BU\w+)".*?</th><td[^>]*>[^<]*</td><td[^>]*>([^<]*)</td>', page)
    answer = client.get("/v1/waarden?indicator=misdrijven&niveau=buurt&jaar=2022").get_json()["waarden"]
    told = {row["gebiedscode"]: row for row in answer}
    assert len(rows) == 12
    for code, shown in rows:
        row = told[code]
        if row["status"] == "ok":
            assert shown == figure_text(row["cijfer"], indicator, "nl")


def test_what_is_not_known_is_told(client: FlaskClient) -> None:
    page = without_terms(client.get(f"/cirkel?{FIVE}&indicator=misdrijven&jaar=2023").text)
    assert "Van de 12 buurten in de cirkel hebben er 2 geen cijfer" in page
    assert 'class="big"' not in page, "too many people live where no figure is known"


def test_a_circle_in_one_withheld_buurt_has_no_figure(client: FlaskClient) -> None:
    page = without_terms(client.get(f"/cirkel?gebied={WITHHELD}&straal=0.5&indicator=misdrijven").text)
    assert 'class="big"' not in page and 'class="no-figure' in page


def test_why_it_is_never_counted_by_address_stands_on_the_page(client: FlaskClient) -> None:
    page = client.get("/cirkel").text
    assert "We tellen nooit opnieuw in de gegevens over mensen." in page
    assert "twee cirkels vragen die één huis schelen" in page


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("punt=1,2", "ligt niet in dit land"),
        ("punt=noord", "is geen plek"),
        ("punt=nan,nan", "is geen plek"),
        ("punt=1e999,5", "is geen plek"),
        ("gebied=GM9001&straal=99", "kan niet"),
        ("gebied=GM9001&straal=nan", "kan niet"),
        ("gebied=GM9001&straal=veel", "kan niet"),
        ("gebied=RE91", "is te groot voor een cirkel"),
        ("plek=nergenshuizen", "Wij vinden geen gemeente, wijk of buurt"),
        ("indicator=inwoners", None),
    ],
)
def test_a_fault_is_told_in_words(client: FlaskClient, query: str, told: str | None) -> None:
    page = client.get(f"/cirkel?{query}")
    assert page.status_code == (404 if told is None else 400)
    assert told is None or told in page.text
    assert told is None or "Toon" in page.text, "the form to put it right"


@pytest.mark.parametrize("query", ["gebied=GM0000", "indicator=bestaatniet"])
def test_what_does_not_exist_is_not_found(client: FlaskClient, query: str) -> None:
    assert client.get(f"/cirkel?{query}").status_code == 404
    assert client.get(f"/cirkel/inhoud?{query}").status_code == 404


def test_a_name_of_several_places_asks_which(client: FlaskClient) -> None:
    page = client.get("/cirkel?plek=Wijk 0&straal=2&indicator=misdrijven")
    assert page.status_code == 200
    assert page.text.count('href="/cirkel?gebied=WK') == 3


def test_a_name_and_a_point_lead_to_the_same_place(client: FlaskClient, public: Store) -> None:
    release, ground = public.release(), ground_of(public)
    assert parse("plek=westerdam", release, ground).area == release.regions["GM9001"]
    point = parse("plek=52.0430, 5.3290", release, ground)
    assert point.at is not None and point.at.level == "buurt"
    assert parse("plek=52,0430 5,3290", release, ground) == point
    answer = client.get("/cirkel?plek=52.0430, 5.3290&straal=0,5&indicator=misdrijven")
    assert answer.status_code == 303
    assert client.get(answer.location).status_code == 200


def test_markup_in_a_name_is_text(client: FlaskClient) -> None:
    page = client.get("/cirkel", query_string={"plek": "<script>alert(1)</script>"}).text
    assert "<script>alert" not in page
