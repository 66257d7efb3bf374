"""`/vergelijk`: at most six areas by form or link, the same numbers as the API, differences tested."""

import html
import re

import pytest
from flask.testing import FlaskClient

from dashboard.numbers import figure_text
from dashboard.pages.compare_state import MOST, parse
from dashboard.view_state import UnknownError
from etl.release.read import Release
from tests.unit.area.conftest import HOSTILE

BUURTEN = [f"BU900{gemeente}0{wijk}0{buurt}" for gemeente in (1, 2) for wijk in (0, 1) for buurt in (0, 1)]


def test_figures_are_those_of_the_api(client: FlaskClient, release: Release) -> None:
    page = client.get("/vergelijk?gebieden=GM9001,GM9002&indicator=misdrijven&jaar=2022").text
    rows = re.findall(r'<th scope="row">.*?</th><td class="[^"]*">([^<]*)</td>', page)
    asked = "/v1/waarden?indicator=misdrijven&gebied=GM9001,GM9002,KL00&jaar=2022"
    answer = {row["gebiedscode"]: row["cijfer"] for row in client.get(asked).get_json()["waarden"]}
    figures = [answer[code] for code in ("GM9001", "GM9002", "KL00")]
    assert rows == [figure_text(figure, release.indicators["misdrijven"], "nl") for figure in figures]


def test_the_form_adds_an_area_by_name_and_keeps_the_rest(client: FlaskClient, release: Release) -> None:
    name = release.regions["GM9002"].name
    page = client.get(
        "/vergelijk", query_string={"gebieden": "GM9001", "erbij": name, "indicator": "misdrijven"}
    )
    assert 'name="gebieden" value="GM9001,GM9002"' in page.text
    assert page.text.count('class="small-multiple"') == 2
    assert re.search(r'<option (selected value="misdrijven"|value="misdrijven" selected)>', page.text)


def test_an_area_is_removed_by_a_link(client: FlaskClient) -> None:
    page = client.get("/vergelijk?gebieden=GM9001,GM9002&indicator=misdrijven&jaar=2021").text
    assert 'href="/vergelijk?gebieden=GM9002&amp;indicator=misdrijven&amp;jaar=2021"' in page


def test_six_areas_and_no_more(client: FlaskClient, release: Release) -> None:
    state = parse("gebieden=" + ",".join(BUURTEN), release)
    assert [area.code for area in state.areas] == BUURTEN[:MOST]
    full = parse("gebieden=" + ",".join(BUURTEN[:MOST]) + "&erbij=GM9001", release)
    assert full.full and len(full.areas) == MOST
    page = client.get("/vergelijk?gebieden=" + ",".join(BUURTEN[:MOST]) + "&erbij=GM9001").text
    assert "Er is plaats voor 6 gebieden." in page and 'name="erbij"' not in page


def test_a_name_of_several_areas_asks_which(client: FlaskClient, release: Release) -> None:
    state = parse("erbij=GM900", release)
    assert not state.areas and len(state.close) > 1
    assert "Bedoelt u:" in client.get("/vergelijk?erbij=GM900").text


def test_an_unknown_name_is_told_and_is_text(client: FlaskClient) -> None:
    page = client.get("/vergelijk", query_string={"erbij": "<script>alert(1)</script>"})
    assert page.status_code == 200
    assert "<script>alert" not in page.text
    assert html.escape("“<script>alert(1)</script>”", quote=False) in page.text


def test_a_hostile_name_is_text(client: FlaskClient) -> None:
    page = client.get("/vergelijk?gebieden=GM9003").text
    assert HOSTILE not in page and html.escape(HOSTILE) in page


@pytest.mark.parametrize("query", ["gebieden=GM0000", "indicator=bestaatniet"])
def test_what_does_not_exist_is_an_error(client: FlaskClient, release: Release, query: str) -> None:
    with pytest.raises(UnknownError):
        parse(query, release)
    assert client.get(f"/vergelijk?{query}").status_code == 404
    assert client.get(f"/vergelijk/inhoud?{query}").status_code == 404


def test_same_rates_are_not_called_different(client: FlaskClient) -> None:
    page = client.get("/vergelijk?gebieden=GM9001,GM9002,KL00&indicator=drugsverdachten").text
    assert page.count("Geen duidelijk verschil: ruis of toeval kan het verklaren.") == 1
    assert page.count("Niet te zeggen.") == 1, "the land holds the gemeente"


def test_without_areas_there_is_a_form_and_no_error(client: FlaskClient) -> None:
    page = client.get("/vergelijk")
    assert page.status_code == 200
    assert "Gemeente, regio, wijk of buurt" in page.text


@pytest.mark.parametrize("language", ["nl", "en"])
def test_without_areas_examples_are_offered(client: FlaskClient, release: Release, language: str) -> None:
    page = client.get(f"/vergelijk?taal={language}&indicator=misdrijven").text.partition("compare-examples")[
        2
    ]
    links = [
        html.unescape(link) for link in re.findall(r'href="(/vergelijk[^"]*)"', page.partition("</ul>")[0])
    ]
    values = release.values("inwoners", release.years("inwoners")[-1]).estimate
    gemeenten = [code for code in release.regions.codes if code.startswith("GM")]
    largest = max(gemeenten, key=lambda code: values[release.regions[code].position])
    assert 2 <= len(links) <= 3
    assert links[0].startswith(f"/vergelijk?gebieden={largest},GM")
    for link in links:
        assert "indicator=misdrijven" in link and ("taal=en" in link) is (language == "en")
        shown = client.get(link).text
        assert "compare-examples" not in shown and shown.count('class="small-multiple"') >= 2
    assert "compare-examples" not in client.get("/vergelijk?erbij=Nergens").text
