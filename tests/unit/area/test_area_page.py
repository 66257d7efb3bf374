"""`/gebied/{code}`: complete without scripts, the same numbers as the API, honest where little is known."""

import html
import re

import pytest
from flask.testing import FlaskClient

from dashboard.components.markup import markup
from dashboard.numbers import figure_text
from dashboard.pages.area_card import card
from dashboard.pages.area_place import find, look
from dashboard.text import words
from etl.catalogue.model import Text
from etl.release.read import Release, Store
from tests.samples.reading import without_terms
from tests.unit.area.conftest import HOSTILE, HOSTILE_CODE

LEVELS = ("KL00", "RE91", "GM9001", "WK900100", "BU90010000", "PV91")


def text(page: str) -> str:
    """What a page says, tags and scripts left out."""
    bare = re.sub(r"<(script|style|title|desc)\b.*?</\1>", " ", page, flags=re.DOTALL)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", bare)))


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("code", LEVELS)
def test_every_level_has_a_page(client: FlaskClient, release: Release, code: str, language: str) -> None:
    answer = client.get(f"/gebied/{code}?taal={language}")
    said = text(answer.text)
    assert answer.status_code == 200
    assert f"<h1>{release.regions[code].name}</h1>" in answer.text
    assert f'lang="{language}"' in answer.text
    for indicator in release.figures:
        assert indicator.name[language] in said
        assert indicator.not_said[language] in said
    assert {"nl": "gepubliceerd op", "en": "were published on"}[language] in said


def test_columns_nobody_has_verified_are_named(client: FlaskClient) -> None:
    body = client.get("/gebied/GM9001").text
    for indicator, named in (("misdrijven", True), ("inwoners", False)):
        card = body.partition(f'id="{indicator}"')[2].partition("</article>")[0]
        assert ("aantal_misdrijven" in text(card)) is named
    assert "aantal_misdrijven" in text(client.get("/verantwoording").text)


def test_the_page_is_complete_before_any_script(client: FlaskClient) -> None:
    body = client.get("/gebied/GM9001").text.partition("react-entry-point")[0]
    assert body.count("<svg") >= 3
    assert "Wat valt op" in body and "Met wie kunt u verder?" in body
    assert "plotly" not in body and "maplibre" not in body


def test_the_fragment_is_the_page(client: FlaskClient) -> None:
    fragment = client.get("/gebied/GM9001/inhoud")
    assert fragment.status_code == 200
    assert fragment.text in client.get("/gebied/GM9001").text


@pytest.mark.parametrize("code", LEVELS)
def test_figures_are_those_of_the_api(client: FlaskClient, release: Release, code: str) -> None:
    page = client.get(f"/gebied/{code}").text
    for indicator in release.figures:
        card = page.partition(f'id="{indicator.id}"')[2].partition("</article>")[0]
        year = release.years(indicator.id)[-1]
        asked = f"/v1/waarden?indicator={indicator.id}&gebied={code}&jaar={year}"
        row = client.get(asked).get_json()["waarden"][0]
        big = re.search(r'class="big">([^<]*)<', card)
        if row["status"] in ("ok", "voorlopig"):
            assert big is not None and big[1] == figure_text(row["cijfer"], indicator, "nl")
        else:
            assert big is None
            assert f'class="no-figure {row["status"]}"' in card


def test_uncertain_years_are_told_together(client: FlaskClient) -> None:
    card = client.get("/gebied/BU90010000").text.partition('id="drugsverdachten"')[2]
    assert "2023: te onzeker om te tonen." in card
    assert re.search(r"In 2021 tot en met 2023 samen: tussen \d+ en \d+ per 10.000 inwoners.", card)


def test_a_withheld_figure_points_to_the_gemeente(client: FlaskClient) -> None:
    card = without_terms(client.get("/gebied/BU90010100").text).partition('id="misdrijven"')[2]
    assert 'class="no-figure geheim"' in card
    assert re.search(r"In de (wijk|gemeente) .+?: \d", card)


def test_nothing_stands_out_is_said(client: FlaskClient) -> None:
    said = text(client.get("/gebied/GM9001").text)
    assert "Er valt niets op." in said and "Hoe weten we dit?" in said


def test_the_land_is_not_compared(client: FlaskClient) -> None:
    said = text(client.get("/gebied/KL00").text)
    assert "Er is geen ander land om mee te vergelijken" in said
    assert "Er valt niets op." not in said


def test_a_name_is_text(client: FlaskClient) -> None:
    page = client.get(f"/gebied/{HOSTILE_CODE}").text
    assert HOSTILE not in page
    assert html.escape(HOSTILE, quote=False) in page


def test_codes_in_small_letters_are_found_and_unknown_ones_are_not(client: FlaskClient) -> None:
    assert client.get("/gebied/gm9001").status_code == 200
    missing = client.get("/gebied/GM0000")
    assert missing.status_code == 404 and "Dit gebied kennen we niet" in missing.text
    assert client.get("/gebied/GM0000/inhoud").status_code == 404


def test_fictional_country_has_no_riec(client: FlaskClient) -> None:
    said = text(client.get("/gebied/GM9001").text)
    assert "Dit land is verzonnen en heeft geen RIEC." in said


def test_every_id_on_a_page_is_its_own(client: FlaskClient) -> None:
    body = client.get("/gebied/GM9001").text.partition("react-entry-point")[0]
    ids = re.findall(r'\bid="([^"]+)"', body)
    assert len(ids) == len(set(ids))


def test_a_break_in_a_series_is_marked_and_told(store: Store) -> None:
    place = find(store, store.release(), "GM9001", words("nl"))
    indicator = place.release.indicators["misdrijven"]
    why = Text(nl="De politie telt nu ook aangiftes via internet.", en="Online reports count too.")
    changed = indicator.model_copy(update={"changed": {2022: why, 2010: why}})
    drawn = markup(card(place, look(place, changed), 10.0))
    assert drawn.count('class="breuk"') == 1
    assert "Stippellijn: vanaf 2022 anders geteld. De politie telt nu ook aangiftes via internet." in drawn
    assert "2010" not in drawn


def test_the_overview_goes_by_theme_and_draws_every_margin(client: FlaskClient, release: Release) -> None:
    page = client.get("/gebied/GM9001").text
    table = page.partition("plain overview")[2].partition("</table>")[0]
    themes = [theme.name.nl for theme in release.themes]
    told: list[str] = re.findall(r'scope="rowgroup"[^>]*>([^<]+)<', table)
    assert told and told == [name for name in themes if name in told]
    rates = [one for one in release.figures if one.rate]
    lines = re.findall(r'<a href="#(\w+)">.*?(?=<a href="#|$)', table, flags=re.DOTALL)
    assert sorted(lines) == sorted(one.id for one in rates)
    private = table.partition('href="#drugsverdachten"')[2].partition("</tr>")[0]
    assert 'class="whisker"' in private and "zeer waarschijnlijk tussen" in private
    exact = table.partition('href="#misdrijven"')[2].partition("</tr>")[0]
    assert 'class="dot"' in exact and 'class="whisker"' not in exact


def test_the_overview_draws_no_dot_for_what_is_too_uncertain(client: FlaskClient) -> None:
    table = client.get("/gebied/BU90010000").text.partition("plain overview")[2].partition("</table>")[0]
    line = table.partition('href="#drugsverdachten"')[2].partition("</tr>")[0]
    assert 'class="strip none te-onzeker"' in line and 'class="dot"' not in line
