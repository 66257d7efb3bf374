"""The choices: theme, figure, level, year, part of the land. A view goes in; lists of links come out.

Every choice is a link to the view it leads to, so all of it works with a keyboard, with a middle click, in a
new tab and without scripts.
"""

from collections.abc import Iterable
from typing import Any

from dashboard.components import html
from dashboard.components.shell import soft_link
from dashboard.components.years import player
from dashboard.ids import Ids
from dashboard.locator import locator
from dashboard.text import Words
from dashboard.view_state import MAP, ZOOM, ViewState, followed, levels_of
from etl.catalogue.model import Indicator
from etl.release.read import Release
from geodata.levels import Level


def controls(view: ViewState, release: Release, words: Words) -> html.Div:
    """The column of choices."""
    indicator = release.indicators[view.indicator]
    return html.Div(
        [
            html.H2(words("filters.title"), className="unseen"),
            search_box(words),
            _group(words("filters.theme"), _themes(view, release)),
            html.Section(
                [
                    html.H3(words("filters.indicator"), className="label"),
                    html.Ul([_entry(view, entry) for entry in _of_theme(release, indicator.theme)]),
                ],
                className="figures",
            ),
            _group(
                words("filters.level"),
                _levels(view, release, indicator, words),
                _follow(view, release, indicator, words),
            ),
            _group(words("filters.year"), _years(view, release), player(view, release, words)),
            _within(view, release, words),
            html.Button(words("filters.close"), type="button", className="close", **{"data-sheet": ""}),
        ],
        id=Ids.FILTERS,
        className="filters",
    )


def quick_bar(view: ViewState, release: Release, words: Words) -> html.Div:
    """The row on a phone: what is chosen now; each opens the choices."""
    indicator = release.indicators[view.indicator]
    chosen = [
        indicator.name[view.language],
        words(f"level.{view.level}"),
        str(view.year),
        words("filters.open"),
    ]
    return html.Div(
        [html.Button(text, type="button", className="chip", **{"data-sheet": "open"}) for text in chosen],
        className="quick",
    )


def search_box(words: Words) -> html.Div:
    """A combobox after the ARIA pattern; assets/search.js fills and drives the list."""
    return html.Div(
        [
            html.Label(words(_searched()), htmlFor=Ids.SEARCH, className="unseen"),
            html.Div(id=f"{Ids.SEARCH}-plek", className="search-field", **_search_texts(words)),
        ],
        className="search",
        role="search",
    )


def _searched() -> str:
    """Key of what may be typed: addresses only where they can be looked up."""
    return "filters.search" if locator() is None else "filters.search_all"


def _search_texts(words: Words) -> dict[str, str]:
    keys = {"hint": "search_hint", "none": "search_none", "found": "search_found"}
    texts = {f"data-{name}": words(f"filters.{key}") for name, key in keys.items()}
    texts["data-label"] = words(_searched())
    texts["data-former"] = words("borders.now", old="{old}", area="{area}")
    levels = ("land", "regio", "gemeente", "wijk", "buurt", "provincie", "veiligheidsregio")
    return texts | {f"data-level-{level}": words(f"level.{level}") for level in levels}


def chip(text: str, view: ViewState, chosen: bool) -> html.Li:
    """One short choice."""
    state: dict[str, Any] = {"aria-current": "true"} if chosen else {}
    return html.Li(soft_link(text, view.address, className="chip", **state))


def _group(title: str, chips: Iterable[html.Li], more: Any = None) -> html.Section:
    return html.Section([html.H3(title, className="label"), html.Ul(list(chips), className="chips"), more])


def _themes(view: ViewState, release: Release) -> Iterable[html.Li]:
    current = release.indicators[view.indicator].theme
    for theme in release.themes:
        first = _of_theme(release, theme.id)[0]
        yield chip(theme.name[view.language], _with_indicator(view, first, release), theme.id == current)


def _of_theme(release: Release, theme: str) -> list[Indicator]:
    return [figure for figure in release.figures if figure.theme == theme]


def _with_indicator(view: ViewState, indicator: Indicator, release: Release) -> ViewState:
    """The view of another figure: same year and level where it has them."""
    years, levels = release.years(indicator.id), levels_of(indicator, release)
    return view.but(
        indicator=indicator.id,
        year=view.year if view.year in years else years[-1],
        level=view.level if view.level in levels else levels[0],
    )


def _entry(view: ViewState, entry: Indicator) -> html.Li:
    chosen = entry.id == view.indicator
    state: dict[str, Any] = {"aria-current": "true"} if chosen else {}
    about = html.P(entry.explanation[view.language]) if chosen else None
    return html.Li(
        [soft_link(entry.name[view.language], view.but(indicator=entry.id).address, **state), about]
    )


def _levels(view: ViewState, release: Release, indicator: Indicator, words: Words) -> Iterable[html.Li]:
    for level in levels_of(indicator, release):
        yield chip(words(f"level.{level}"), view.but(level=level, follow=None), level == view.level)


def _follow(view: ViewState, release: Release, indicator: Indicator, words: Words) -> Any:
    """Whether the level goes along with the zoom of the map. To choose a level is to lock it."""
    if view.tab != MAP or len(followed(indicator, release)) < 2:
        return None
    key, other = ("filters.lock", None) if view.follow else ("filters.follow", ZOOM)
    return html.P(soft_link(words(key), view.but(follow=other).address), className="follow")


def _years(view: ViewState, release: Release) -> Iterable[html.Li]:
    for year in release.years(view.indicator):
        yield chip(str(year), view.but(year=year), year == view.year)


def _within(view: ViewState, release: Release, words: Words) -> html.Section:
    """Which part of the land the map is about: the whole, a region, or the gemeente chosen elsewhere."""
    regions = release.regions
    codes: list[str | None] = [None, *regions.codes[regions.slice(Level.REGIO)]]
    if view.within and view.within not in codes:
        codes.append(view.within)
    whole = words("filters.whole", land=regions.names[0])
    names = {code: whole if code is None else regions[code].name for code in codes}
    entries = [
        html.Li(
            soft_link(
                names[code],
                view.but(within=code, area=code).address,
                **({"aria-current": "true"} if code == view.within else {}),
            )
        )
        for code in codes
    ]
    return html.Section(
        [
            html.H3(words("filters.within"), className="label"),
            html.Details(
                [html.Summary(names[view.within]), html.Ul(entries)],
                className="choice",
            ),
        ]
    )
