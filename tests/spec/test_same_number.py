"""Invariant 4: one address, one view, one number. Map, table, chart, embed, CSV and API give the same figure.

Every cell of the tiny release is asked from each of them. A figure that people read is the stored figure
after one and the same rounding; a status instead of a figure is the same status.
"""

import csv
import io
import re
from collections.abc import Callable
from html import unescape
from pathlib import Path

import numpy as np
import pytest
from flask.testing import FlaskClient

from dashboard import create_app
from dashboard.api.mapvalues import unpack
from dashboard.language import number_text
from dashboard.numbers import figure_text, status_words
from dashboard.settings import Settings
from etl.frames import Status
from etl.release.read import Release, Store
from tests.samples.tiny_release import YEARS
from tests.samples.tiny_site import tiny_store

INDICATORS = ("misdrijven", "drugsverdachten")
LEVELS = ("regio", "gemeente", "wijk", "buurt", "provincie")
MAP_STATUS = {5: "te-onzeker", 6: "geheim", 7: "ontbreekt", 8: "nvt"}
Told = dict[str, str]
"""Area code -> the figure as people read it, or the status in its place."""


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return tiny_store(tmp_path_factory.mktemp("same"))


@pytest.fixture(scope="module")
def client(store: Store) -> FlaskClient:
    client: FlaskClient = create_app(Settings(), store).server.test_client()
    return client


ROW = r'<th scope="row"[^>]*>{}</th><td[^>]*>([^<]*)</td>'
"""A line of a table in an embed: its name, then its figure."""


def stored(release: Release, indicator: str, year: int, level: str) -> Told:
    """What ought to be read: straight from the store."""
    values, entry = release.values(indicator, year, level), release.indicators[indicator]
    codes = release.regions.codes[release.regions.slice(level)]
    return {
        code: figure_text(float(values.figure[row]), entry, "nl")
        if values.shown[row]
        else Status(int(values.status[row])).slug
        for row, code in enumerate(codes)
    }


def on_the_map(client: FlaskClient, release: Release, indicator: str, year: int, level: str) -> Told:
    """The tooltip's array, written as its documentation says: decimals below ten, none from ten on."""
    answer = client.get(f"/v1/kaartwaarden/{release.info.id}/{indicator}/{year}/{level}")
    count, decimals = int(answer.headers["X-Aantal"]), int(answer.headers["X-Decimalen"])
    codes, figures = unpack(answer.data, count, int(answer.headers["X-Breedte"]))
    first = int(answer.headers["X-Eerste"])
    told = {}
    for row in range(count):
        figure = int(figures[row]) / 10**decimals
        text = number_text(figure, "nl", decimals if figure < 10 else 0)
        told[release.regions.codes[first + row]] = MAP_STATUS.get(int(codes[row]) % 16, text)
    return told


def in_json(client: FlaskClient, release: Release, indicator: str, year: int, level: str) -> Told:
    """The API's rows, rounded for reading."""
    body = client.get(f"/v1/waarden?indicator={indicator}&jaar={year}&niveau={level}").json
    return {
        row["gebiedscode"]: _read(release, indicator, row["cijfer"], row["status"]) for row in body["waarden"]
    }


def in_csv(client: FlaskClient, release: Release, indicator: str, year: int, level: str) -> Told:
    """The file's rows, rounded for reading."""
    text = client.get(f"/v1/waarden?indicator={indicator}&jaar={year}&niveau={level}&formaat=csv").text
    rows = csv.DictReader(io.StringIO(text))
    figures = {row["gebiedscode"]: (float(row["cijfer"] or "nan"), row["status"]) for row in rows}
    return {code: _read(release, indicator, *told) for code, told in figures.items()}


def on_the_page(client: FlaskClient, release: Release, indicator: str, year: int, level: str) -> Told:
    """The explorer's table, as the server draws it before any script runs."""
    page = client.get(f"/?indicator={indicator}&jaar={year}&niveau={level}&weergave=tabel").text
    row = re.compile(
        r'<th[^>]*><a [^>]*href="[^"]*gebied=(\w+)[^"]*"[^>]*>[^<]*</a></th><td[^>]*>(?:<[^>]*>)*([^<]*)<'
    )
    return {code: _status_of(unescape(cell)) for code, cell in row.findall(page)}


def in_the_embed(client: FlaskClient, release: Release, indicator: str, year: int, level: str) -> Told:
    """The drawn map's table, gemeente by gemeente for wijken and buurten; its tooltips must say the same."""
    small = level in ("wijk", "buurt")
    places = [area.code for area in release.regions if area.level == "gemeente"] if small else [""]
    told: Told = {}
    for place in places:
        query = f"indicator={indicator}&jaar={year}&niveau={level}" + (f"&binnen={place}" if place else "")
        page = client.get(f"/embed/kaart?{query}").text
        inside = [
            area.code for area in release.regions if area.level == level and _in(release, area.code, place)
        ]
        cells = [unescape(cell) for cell in re.findall(ROW.format("[^<]*"), page)]
        tips = re.findall(r"<path[^>]*><title>[^<:]*: ([^<]*)</title>", page)
        unit = release.indicators[indicator].rate
        assert unit is not None
        assert sorted(unescape(tip).removesuffix(f" {unit.unit.nl}") for tip in tips) == sorted(cells)
        told |= {code: _status_of(cell) for code, cell in zip(inside, cells, strict=True)}
    return told


def in_the_trend(client: FlaskClient, release: Release, indicator: str, year: int, level: str) -> Told:
    """The drawn line of every area, at this year."""
    told: Told = {}
    for code in release.regions.codes[release.regions.slice(level)]:
        page = client.get(f"/embed/trend?indicator={indicator}&gebied={code}").text
        cell = re.search(ROW.format(year), page)
        tip = re.search(rf"<title>{year}: ([^<]*)</title>", page)
        assert cell and tip and cell[1] == tip[1]
        told[code] = _status_of(unescape(cell[1]))
    return told


def in_the_figure(client: FlaskClient, release: Release, indicator: str, year: int, level: str) -> Told:
    """The big number of every area."""
    told: Told = {}
    for code in release.regions.codes[release.regions.slice(level)]:
        page = client.get(f"/embed/cijfer?indicator={indicator}&gebied={code}&jaar={year}").text
        found = re.search(r'<p class="groot[^"]*">([^<]*)</p>', page)
        assert found
        told[code] = _status_of(unescape(found[1]))
    return told


def _read(release: Release, indicator: str, figure: float | None, status: str) -> str:
    if figure is None or status not in ("ok", "voorlopig"):
        return status
    return figure_text(figure, release.indicators[indicator], "nl")


def _status_of(text: str) -> str:
    words = {status_words(slug, "nl"): slug for slug in MAP_STATUS.values()}
    return words.get(text, text)


def _in(release: Release, code: str, place: str) -> bool:
    return not place or place in {area.code for area in release.regions.path(code)}


FACES = (on_the_map, on_the_page, in_json, in_csv, in_the_embed, in_the_trend, in_the_figure)
Face = Callable[[FlaskClient, Release, str, int, str], Told]


@pytest.mark.parametrize("face", FACES, ids=lambda face: face.__name__)
@pytest.mark.parametrize("indicator", INDICATORS)
@pytest.mark.parametrize("level", LEVELS)
def test_every_face_tells_the_same_figure(
    client: FlaskClient, store: Store, face: Face, indicator: str, level: str
) -> None:
    release = store.release()
    for year in YEARS:
        assert face(client, release, indicator, year, level) == stored(release, indicator, year, level)


@pytest.mark.parametrize("indicator", INDICATORS)
def test_the_colour_is_that_of_the_class_the_figure_reads_in(
    client: FlaskClient, store: Store, indicator: str
) -> None:
    release = store.release()
    breaks = release.indicators[indicator].breaks
    for year in YEARS:
        answer = client.get(f"/v1/kaartwaarden/{release.info.id}/{indicator}/{year}/buurt")
        codes, figures = unpack(
            answer.data, int(answer.headers["X-Aantal"]), int(answer.headers["X-Breedte"])
        )
        for code, figure in zip((codes % 16).tolist(), figures.tolist(), strict=True):
            shown = figure / 10 ** int(answer.headers["X-Decimalen"])
            assert code >= 5 or code == int(np.searchsorted(breaks, shown, side="right"))


def test_all_kinds_of_cell_were_compared(store: Store) -> None:
    release = store.release()
    told = {text for indicator in INDICATORS for text in stored(release, indicator, 2023, "buurt").values()}
    assert set(MAP_STATUS.values()) <= told
    assert any("," in text for text in told) and any(text.isdecimal() for text in told)


def test_a_figure_rounded_another_way_is_noticed(
    client: FlaskClient, store: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The rule broken on purpose: an embed that truncates where the others round."""
    from dashboard import numbers

    other = create_app(Settings(), tiny_store(tmp_path)).server.test_client()
    monkeypatch.setattr(numbers, "shown_figure", lambda value, indicator: float(np.trunc(value * 10) / 10))
    release = store.release()
    broken = in_the_figure(other, release, "misdrijven", 2023, "gemeente")
    monkeypatch.undo()
    assert broken != stored(release, "misdrijven", 2023, "gemeente")
