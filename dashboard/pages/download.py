"""All there is to take along, `/download`. A release goes in; files, columns, code and citation come out."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from dashboard.api.declared import FORMAT
from dashboard.api.releases import FILES
from dashboard.api.rows import COLUMNS
from dashboard.citing import told as in_language
from dashboard.components import html
from dashboard.components.tables import Head, data_table
from dashboard.language import date_text, number_text
from dashboard.numbers import STATUS_ORDER
from dashboard.pages import download_measured
from dashboard.pages.text_page import About, Section, text_page
from dashboard.site_address import origin
from dashboard.view_state import levels_of
from etl.catalogue.model import Indicator
from geodata.levels import Level

NAMES = {
    "csv": "CSV",
    "zip": "ZIP",
    "json": "JSON",
    "parquet": "Parquet",
    "jsonstat": "JSON-stat",
    "gpkg": "GeoPackage",
    "geojson": "GeoJSON",
}
FORMATS = sorted(FORMAT.schema["enum"], key=[*NAMES].index)
"""What /v1/waarden gives, for most people first; each has a name above."""
ONE_YEAR = ("gpkg", "geojson")
"""Forms with the shapes of areas: of one year."""


def build(about: About) -> Sequence[Section]:
    """All sections."""
    words = about.words
    figures = about.release.figures
    files = [_files(about, figure, first=figure is figures[0]) for figure in figures]
    measured = download_measured.section(about)
    statuses = Section("status", words("download.statuses_title"), [_statuses(about)])
    return [
        Section("bestanden", words("download.files_title"), [*about.prose("download.files"), *files]),
        Section("alles", words("download.whole_title"), [*about.prose("download.whole"), _whole(about)]),
        Section(
            "kolommen",
            words("download.columns_title"),
            [*about.prose("download.columns"), _columns(about)],
            [statuses],
        ),
        Section("marges", words("download.reading_title"), about.prose("download.reading")),
        _code(about),
        *([measured] if measured else []),
        Section(
            "aanhalen",
            words("download.cite_title"),
            [*about.prose("download.cite"), _citation(about)],
            [Section("licentie", words("download.licence_title"), _licence(about))],
        ),
        Section(
            "uitgaven",
            words("download.old_title"),
            [*about.prose("download.old"), releases_table(about)],
        ),
        Section("programma", words("download.api_title"), about.prose("download.api")),
    ]


def _citation(about: About) -> html.Blockquote:
    return html.Blockquote(in_language(about.release.info.citation, about.language), className="card")


def address(about: About, indicator: str, level: str, form: str, year: int | None = None) -> str:
    """Where /v1/waarden gives these figures of this release, for ever."""
    query = {"indicator": indicator, "niveau": level}
    query |= {} if year is None else {"jaar": str(year)}
    query |= {"release": about.release.info.id, "formaat": form}
    return f"/v1/waarden?{urlencode(query)}"


def code_lines(about: About) -> dict[str, str]:
    """Language -> lines that fetch one file: the first figure per gemeente in its newest year."""
    figure = _example(about)
    year = about.release.years(figure.id)[-1]
    url = origin() + address(about, figure.id, Level.GEMEENTE, "csv", year)
    columns = ("gebiedsnaam", "cijfer", "cijferOndergrens", "cijferBovengrens")
    quoted = ", ".join(f'"{name}"' for name in columns)
    python = f"""import pandas as pd

data = pd.read_csv("{url}")
readable = data[data["status"].isin(["ok", "voorlopig"])]
print(readable[[{quoted}]])"""
    r = f"""data <- read.csv("{url}")
readable <- subset(data, status %in% c("ok", "voorlopig"))
print(readable[, c({quoted})])"""
    curl = f'curl --compressed --output {figure.id}-gemeente-{year}.csv "{url}"'
    return {"python": python, "r": r, "curl": curl}


def releases_table(about: About) -> html.Div:
    """Every release with the address part that asks for it."""
    words = about.words
    heads = [Head(words(f"download.{key}")) for key in ("release", "published", "division")]
    rows = [
        [html.Code(f"release={info.id}"), date_text(info.published, about.language), info.vintage]
        for info in about.store.releases()
    ]
    return data_table(words("download.old_caption"), heads, rows)


def _files(about: About, figure: Indicator, *, first: bool) -> html.Details:
    """One fold a figure, the first one open: its files by level."""
    words, release = about.words, about.release
    name, years = figure.name[about.language], release.years(figure.id)
    span = (
        words("download.years_many", first=years[0], last=years[-1])
        if len(years) > 1
        else words("download.years_one", year=years[0])
    )
    heads = [Head(words("download.level")), Head(words("download.file"))]
    rows = []
    for level in (Level.LAND, *levels_of(figure, release)):
        if level == Level.LAND and Level.LAND not in figure.levels:
            continue
        told = words(f"level.{level}")
        count = len(range(*release.regions.slice(level).indices(len(release.regions))))
        areas = words("download.level_count", level=told, count=number_text(count, about.language))
        rows.append([areas, _links(about, figure, level, name, told)])
    caption = words("download.files_caption", indicator=name, years=span)
    return html.Details(
        [html.Summary(caption), data_table(caption, heads, rows)], open=first, className="card"
    )


def _whole(about: About) -> html.Dl:
    """Files of the whole release, in the API's own words."""
    entries: list[Any] = []
    for name, (dutch, english) in FILES.items():
        link = html.A(html.Code(name), href=f"/v1/releases/{about.release.info.id}/{name}")
        entries += [html.Dt(link), html.Dd(english if about.language == "en" else dutch)]
    return html.Dl(entries, className="facts")


def _links(about: About, figure: Indicator, level: str, name: str, told: str) -> html.Ul:
    links: list[Any] = []
    for form in FORMATS:
        facts = {"format": NAMES[form], "indicator": name, "level": told.lower()}
        label = about.words("download.file_label", **facts)
        year = about.release.years(figure.id)[-1] if form in ONE_YEAR else None
        place = address(about, figure.id, level, form, year)
        link = html.A(NAMES[form], href=place, **{"aria-label": label})
        links.append(html.Li(link))
    return html.Ul(links, className="bare files")


def _columns(about: About) -> html.Div:
    words = about.words
    heads = [Head(words("download.column")), Head(words("download.meaning"))]
    rows = [[html.Code(name), words(f"columns.{name}")] for name in COLUMNS]
    return data_table(words("download.columns_caption"), heads, rows)


def _statuses(about: About) -> html.Div:
    words = about.words
    heads = [Head(words("download.status")), Head(words("download.meaning"))]
    rows = [[html.Code(slug), words(f"statuses.{slug}")] for slug in STATUS_ORDER]
    return data_table(words("download.statuses_caption"), heads, rows)


def _example(about: About) -> Indicator:
    """The figure the lines fetch: the first of the menu that has gemeenten."""
    return next(figure for figure in about.release.figures if Level.GEMEENTE in figure.levels)


def _code(about: About) -> Section:
    words, figure = about.words, _example(about)
    name, year = figure.name[about.language].lower(), about.release.years(figure.id)[-1]
    parts = [
        Section(f"code-{name}", words(f"download.code_{name}"), [_lines(text)])
        for name, text in code_lines(about).items()
    ]
    body = about.prose("download.code", indicator=name, year=year)
    return Section("code", words("download.code_title"), body, parts)


def _lines(text: str) -> html.Pre:
    return html.Pre(html.Code(text), className="code", tabIndex=0)


def _licence(about: About) -> list[Any]:
    said = about.prose("download.licence")
    return said + (about.prose("download.licence_fictional") if about.release.info.fictional else [])


PAGE = text_page("download", "/download", build)
