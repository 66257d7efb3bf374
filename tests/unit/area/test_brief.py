"""The council brief: two tagged pages with the numbers of the API, whatever a name holds."""

import io
import re

import pytest
from flask.testing import FlaskClient
from pypdf import PdfReader

from dashboard.brief.facts import facts
from dashboard.brief.typeset import typeset
from dashboard.numbers import figure_text
from dashboard.pages.area_place import find
from dashboard.text import words
from etl.release.read import Release, Store
from tests.unit.area.conftest import HOSTILE, HOSTILE_CODE

CODES = ("KL00", "RE91", "GM9001", "WK900100", "BU90010100", "PV91")


def read(body: bytes) -> tuple[PdfReader, str]:
    """The file and its text, without line ends."""
    file = PdfReader(io.BytesIO(body))
    return file, re.sub(r"\s+", " ", " ".join(page.extract_text() for page in file.pages))


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("code", CODES)
def test_two_tagged_pages(client: FlaskClient, release: Release, code: str, language: str) -> None:
    answer = client.get(f"/gebied/{code}/brief.pdf?taal={language}")
    assert answer.mimetype == "application/pdf"
    file, said = read(answer.data)
    root = file.trailer["/Root"]
    assert len(file.pages) == 2
    assert bool(root["/MarkInfo"]["/Marked"]) and "/StructTreeRoot" in root
    assert root["/Lang"] == language
    assert file.metadata is not None and release.regions[code].name in str(file.metadata.title)
    assert b"pdfuaid" in root["/Metadata"].get_object().get_data()
    assert release.regions[code].name in said
    assert release.info.citation in said


def test_every_picture_has_a_text(client: FlaskClient) -> None:
    file, _ = read(client.get("/gebied/GM9001/brief.pdf").data)
    figures = [
        element.get_object()
        for element in (file.get_object(number) for number in range(1, len(file.xref[0])))
        if isinstance(element, dict) and element.get("/S") == "/Figure"
    ]
    assert len(figures) >= 3
    assert all(figure.get("/Alt") for figure in figures)


@pytest.mark.parametrize("code", ["GM9001", "GM9002", "RE91"])
def test_figures_are_those_of_the_api(client: FlaskClient, store: Store, release: Release, code: str) -> None:
    _, said = read(client.get(f"/gebied/{code}/brief.pdf").data)
    rows = facts(find(store, release, code, words("nl")))["table"]["rows"]
    rates = [indicator for indicator in release.figures if indicator.rate is not None]
    for indicator, row in zip(rates, rows, strict=True):
        year = release.years(indicator.id)[-1]
        asked = f"/v1/waarden?indicator={indicator.id}&gebied={code}&jaar={year}"
        cell = client.get(asked).get_json()["waarden"][0]
        assert row[1] == figure_text(cell["cijfer"], indicator, "nl")
        assert f"{year} {row[1]} " in said


def test_a_name_is_text(client: FlaskClient) -> None:
    _, said = read(client.get(f"/gebied/{HOSTILE_CODE}/brief.pdf").data)
    assert HOSTILE.replace("'", "’") in said or HOSTILE in said


def test_the_same_brief_is_the_same_file(store: Store, release: Release) -> None:
    place = find(store, release, "GM9001", words("nl"))
    assert typeset(facts(place), release.info.published) == typeset(facts(place), release.info.published)


def test_the_letters_are_our_own(client: FlaskClient) -> None:
    file, _ = read(client.get("/gebied/GM9001/brief.pdf").data)
    fonts = {
        str(font.get_object()["/BaseFont"])
        for page in file.pages
        for font in page["/Resources"]["/Font"].values()
    }
    assert fonts and all("DejaVuSans" in font for font in fonts)


def test_unknown_areas_have_no_brief(client: FlaskClient) -> None:
    assert client.get("/gebied/GM0000/brief.pdf").status_code == 404


def test_a_brief_is_not_sent_twice(client: FlaskClient) -> None:
    first = client.get("/gebied/GM9001/brief.pdf")
    again = client.get("/gebied/GM9001/brief.pdf", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304


def test_many_figures_still_make_two_pages(
    store: Store, release: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As many rows, lines and sources as a full catalogue has: the margin is told as two numbers then."""
    monkeypatch.setattr("dashboard.brief.table.MANY", 1)
    found = facts(find(store, release, "GM9001", words("nl")))
    margins = {row[0][0]: row[2] for row in found["table"]["rows"]}
    assert margins["Geregistreerde misdrijven"] == "geteld"
    assert re.fullmatch(r"[\d,.]+ – [\d,.]+", margins["Drugsverdachten"])
    found["table"]["rows"] *= 17
    found["trends"] = (found["trends"] * 3)[:6]
    found["not_said"] = (found["not_said"] * 4)[:6]
    file, said = read(typeset(found, release.info.published))
    assert len(file.pages) == 2
    assert said.count("geteld") >= 17
    assert release.info.citation in said


def test_figures_too_uncertain_are_told_over_some_years_in_a_long_table(
    store: Store, release: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboard.brief.table.MANY", 1)
    rows = facts(find(store, release, "BU90010000", words("nl")))["table"]["rows"]
    row = next(row for row in rows if row[0][0] == "Drugsverdachten")
    assert row[1] == "te onzeker"
    assert re.fullmatch(r"2021–2023: [\d,.]+ – [\d,.]+", row[2])
