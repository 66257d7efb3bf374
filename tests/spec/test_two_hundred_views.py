"""Invariant 4 from the visitor's side: 200 views drawn at random, each read wherever it is shown.

A view is an indicator, a year, an area and a language. Its figure in the API, rounded once, is what the map's
tooltip, the panel, the table, the chart, the page of the area, the council brief and three embeds say, to the
letter; where there is no figure they all say the same status.
"""

import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from html import unescape
from pathlib import Path
from secrets import SystemRandom

import pytest
from flask.testing import FlaskClient
from pypdf import PdfReader

from dashboard import create_app
from dashboard.api.mapvalues import unpack
from dashboard.language import Language, number_text
from dashboard.numbers import figure_text, status_words
from dashboard.settings import Settings
from etl.catalogue.model import Indicator
from etl.release.read import Release, Store
from tests.samples.tiny_release import YEARS
from tests.samples.tiny_site import tiny_store

VIEWS = 200
CELL = r"<t[dh][^>]*>(?:<[^>]*>)*{}(?:<[^>]*>)*</t[dh]><td[^>]*>([^<]*)</td>"
"""A line of a table: its name, then its figure."""


@dataclass(frozen=True)
class View:
    """One view; level: of the area."""

    indicator: str
    year: int
    area: str
    level: str
    language: Language

    @property
    def query(self) -> str:
        return f"indicator={self.indicator}&jaar={self.year}&taal={self.language}"


@dataclass(frozen=True)
class Site:
    """The site under test. get: text of an address, asked once."""

    client: FlaskClient
    release: Release
    get: Callable[[str], str]
    brief: Callable[[str], str]

    def indicator(self, view: View) -> Indicator:
        return self.release.indicators[view.indicator]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    store = tiny_store(tmp_path_factory.mktemp("views"))
    client: FlaskClient = create_app(Settings(), store).server.test_client()

    @cache
    def get(address: str) -> str:
        answer = client.get(address)
        assert answer.status_code == 200, address
        return answer.text

    @cache
    def brief(address: str) -> str:
        pages = PdfReader(io.BytesIO(client.get(address).data)).pages
        return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages))

    return Site(client, store.release(), get, brief)


@pytest.fixture(scope="module")
def views(site: Site) -> list[View]:
    """Other ones each time; a failure names the view, so that it can be seen again."""
    regions, draw = site.release.regions, SystemRandom()
    return [
        View(
            draw.choice([one.id for one in site.release.figures if one.rate]),
            draw.choice(YEARS),
            region.code,
            region.level,
            draw.choice(("nl", "en")),
        )
        for region in (regions.at(draw.randrange(1, len(regions.codes))) for _ in range(VIEWS))
    ]


def expected(site: Site, view: View) -> str:
    """What the API says, rounded for reading; a status in words where there is no figure."""
    asked = f"/v1/waarden?indicator={view.indicator}&jaar={view.year}&gebied={view.area}"
    row = site.client.get(asked).get_json()["waarden"][0]
    if row["status"] in ("ok", "voorlopig"):
        return figure_text(row["cijfer"], site.indicator(view), view.language)
    return status_words(row["status"], view.language)


def found(pattern: str, page: str) -> str:
    hit = re.search(pattern, page, flags=re.DOTALL)
    assert hit is not None, pattern
    return unescape(hit[1])


def body(page: str) -> str:
    return page.partition("react-entry-point")[0] or page


def tooltip(site: Site, view: View) -> str:
    """The array that the map colours and tells from."""
    answer = site.client.get(
        f"/v1/kaartwaarden/{site.release.info.id}/{view.indicator}/{view.year}/{view.level}"
    )
    count, decimals = int(answer.headers["X-Aantal"]), int(answer.headers["X-Decimalen"])
    codes, figures = unpack(answer.data, count, int(answer.headers["X-Breedte"]))
    at = site.release.regions[view.area].position - int(answer.headers["X-Eerste"])
    slugs = {5: "te-onzeker", 6: "geheim", 7: "ontbreekt", 8: "nvt"}
    if (code := int(codes[at]) % 16) in slugs:
        return status_words(slugs[code], view.language)
    figure = int(figures[at]) / 10**decimals
    return number_text(figure, view.language, decimals if figure < 10 else 0)


def panel(site: Site, view: View) -> str:
    page = body(site.get(f"/?{view.query}&niveau={view.level}&gebied={view.area}"))
    head = page.partition('class="panel-head"')[2]
    told = re.sub("<[^>]*>", "", found(r'class="(?:big|no-figure[^"]*)">(.*?)</(?:p|span)>', head))
    return told if told[:1].isdigit() else (told[:1].lower() + told[1:]).removesuffix(".")


def table(site: Site, view: View) -> str:
    page = body(site.get(f"/?{view.query}&niveau={view.level}&weergave=tabel"))
    return found(rf'<th[^>]*><a[^>]*gebied={view.area}[&"].*?</th><td[^>]*>(?:<[^>]*>)*([^<]*)<', page)


def chart(site: Site, view: View) -> str:
    page = site.get(f"/embed/trend?indicator={view.indicator}&gebied={view.area}&taal={view.language}")
    drawn, listed = found(rf"<title>{view.year}: ([^<]*)</title>", page), found(CELL.format(view.year), page)
    assert drawn == listed
    return drawn


def figure(site: Site, view: View) -> str:
    page = site.get(f"/embed/cijfer?{view.query}&gebied={view.area}")
    return found(r'<p class="groot[^"]*">([^<]*)</p>', page)


def comparison(site: Site, view: View) -> str:
    page = site.get(f"/embed/vergelijking?{view.query}&gebieden={view.area}")
    name = re.escape(site.release.regions[view.area].name)
    return found(CELL.format(name), page)


def area_page(site: Site, view: View) -> str:
    """Only the newest year has a big figure; every year is in the card's table."""
    page = site.get(f"/gebied/{view.area}/inhoud?taal={view.language}")
    card = page.partition(f'id="{view.indicator}"')[2].partition("</article>")[0]
    return found(CELL.format(view.year), card)


def brief(site: Site, view: View) -> str | None:
    """The newest year of an area's council brief; statuses are told there in other words."""
    if view.year != YEARS[-1]:
        return None
    said = site.brief(f"/gebied/{view.area}/brief.pdf?taal={view.language}")
    wanted = expected(site, view)
    if not wanted[:1].isdigit():
        return None
    unit = site.indicator(view).name[view.language].split()[-1]
    return found(rf"{unit} .{{0,90}}?, {view.year} ({re.escape(wanted)}) ", said)


FACES: tuple[Callable[[Site, View], str | None], ...] = (
    tooltip, panel, table, chart, figure, comparison, area_page, brief,
)  # fmt: skip


@pytest.mark.parametrize("face", FACES, ids=lambda face: face.__name__)
def test_a_face_says_what_the_api_says(
    site: Site, views: list[View], face: Callable[[Site, View], str | None]
) -> None:
    told = [(view, face(site, view), expected(site, view)) for view in views]
    assert [one for one in told if one[1] not in (None, one[2])] == []
    assert sum(one[1] is not None for one in told) >= VIEWS // 10


def test_a_face_that_truncates_is_noticed(
    site: Site, views: list[View], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The rule broken on purpose."""
    from dashboard import numbers

    monkeypatch.setattr(numbers, "shown_figure", lambda value, indicator: float(int(value * 10) / 10) + 0.1)
    store: Store = tiny_store(tmp_path)
    other = create_app(Settings(), store).server.test_client()
    broken = Site(other, store.release(), lambda address: other.get(address).text, site.brief)
    told = [figure(broken, view) for view in views]
    monkeypatch.undo()
    assert told != [expected(site, view) for view in views]
