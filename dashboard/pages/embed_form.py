"""Choosing what to embed: a plain form. A `Wish` goes in; components come out."""

from typing import Any

from dashboard.components import html
from dashboard.components.markup import field
from dashboard.embed.kinds import KINDS
from dashboard.embed.theme import NAMES
from dashboard.pages.embed_state import CHOSEN, PATH, Wish
from dashboard.text import Words
from etl.release.read import Release
from geodata.levels import LEVELS, Level

FIELDS = {
    "kaart": ("binnen", "niveau", "jaar", "gebied"),
    "trend": ("gebied",),
    "vergelijking": ("gebieden", "jaar"),
    "cijfer": ("gebied", "jaar"),
    "tabel": ("binnen", "niveau", "jaar"),
}
"""What there is to choose for each kind, beside figure, colours and release."""


def form(release: Release, wish: Wish, text: Words) -> html.Section:
    """All choices, and one button."""
    shown = ("indicator", *FIELDS[wish.kind], "thema", "kleur", "interactief", "release")
    silent = [
        field("hidden", name, wish.asked[name])
        for name in CHOSEN
        if name not in shown and wish.asked.get(name)
    ]
    language = [field("hidden", "taal", "en")] if wish.language == "en" else []
    return html.Section(
        [
            html.H2(text("embed.choose"), className="unseen"),
            _lost(wish, text),
            html.Form(
                [
                    *silent,
                    *language,
                    _kinds(wish, text),
                    _choice("indicator", text, [(one.id, one.name[wish.language]) for one in release.figures],
                            wish.asked["indicator"]),
                    *[_field(name, release, wish, text) for name in FIELDS[wish.kind]],
                    _choice("thema", text, [(name, text(f"embed.theme_{name}")) for name in NAMES],
                            wish.asked.get("thema", "licht")),
                    _typed("kleur", text, wish.asked.get("kleur", ""), maxlength="7", placeholder="1d4e79"),
                    _moves(wish, text) if wish.kind == "kaart" else None,
                    _frozen(wish, text),
                    html.Button(text("embed.show"), type="submit", className="button main-button"),
                    _names(release),
                ],
                action=PATH,
                method="get",
            ),
        ],
        className="compare-form embed-form",
    )  # fmt: skip


def _lost(wish: Wish, text: Words) -> html.Div | None:
    if not wish.not_found:
        return None
    told = ", ".join(f"“{name}”" for name in wish.not_found)
    return html.Div(html.P(text("embed.not_found", found=told)), className="message", role="status")


def _kinds(wish: Wish, text: Words) -> html.Fieldset:
    """The kind, as buttons one of which is pressed; choosing another asks for the page anew."""
    options: list[Any] = []
    for kind in KINDS:
        chosen = {"checked": "checked"} if kind == wish.kind else {}
        radio = field("radio", "soort", kind, id=f"soort-{kind}", **chosen)
        options.append(html.Span([radio, html.Label(text(f"embed.kind_{kind}"), htmlFor=f"soort-{kind}")]))
    return html.Fieldset([html.Legend(text("embed.kind")), html.Div(options, className="radios")])


def _field(name: str, release: Release, wish: Wish, text: Words) -> html.Div:
    if name == "jaar":
        years = [("", text("embed.last_year"))]
        years += [(str(year), str(year)) for year in reversed(release.years(wish.asked["indicator"]))]
        return _choice("jaar", text, years, wish.asked.get("jaar", ""))
    if name == "niveau":
        levels = [level for level in release.regions.levels if level != Level.LAND]
        options = [("", text("embed.usual_level"))] + [(level, text(f"level.{level}")) for level in levels]
        return _choice("niveau", text, options, wish.asked.get("niveau", ""))
    codes = [code for code in wish.asked.get(name, "").split(",") if code]
    # A code is told by its name where only one area carries it in the form's own list.
    value = ", ".join(codes) if name == "gebieden" else _told(release, codes)
    # On a map the area is pointed out; anywhere else it is what all is about.
    told = "aangewezen" if name == "gebied" and wish.kind == "kaart" else name
    return _typed(name, text, value, told, list="embed-namen", autocomplete="off")


def _told(release: Release, codes: list[str]) -> str:
    """The name of a gemeente, the code of anything else: names of wijken come back too often."""
    if not codes:
        return ""
    region = release.regions[codes[0]]
    return region.name if region.level == Level.GEMEENTE else region.code


def _choice(name: str, text: Words, options: list[tuple[str, str]], now: str) -> html.Div:
    told = [html.Option(label, value=value, selected=value == now) for value, label in options]
    chooser = html.Select(told, name=name, id=f"embed-kies-{name}")
    return html.Div([html.Label(text(f"embed.choose_{name}"), htmlFor=f"embed-kies-{name}"), chooser])


def _typed(name: str, text: Words, value: str, told: str = "", **more: str) -> html.Div:
    told, about = told or name, f"embed-uitleg-{name}"
    box = field("text", name, value, id=f"embed-kies-{name}", **{"aria-describedby": about}, **more)
    label = html.Label(text(f"embed.choose_{told}"), htmlFor=f"embed-kies-{name}")
    return html.Div([label, box, html.Small(text(f"embed.hint_{told}"), id=about)])


def _moves(wish: Wish, text: Words) -> html.Fieldset:
    """A map that moves, or one that is drawn."""
    marked = {"checked": "checked"} if wish.asked.get("interactief") == "ja" else {}
    box = field("checkbox", "interactief", "ja", id="embed-interactief", **marked)
    choice = html.Span([box, html.Label(text("embed.moves"), htmlFor="embed-interactief")])
    return html.Fieldset([html.Legend(text("embed.choose_moves")), html.Div(choice, className="radios")])


def _frozen(wish: Wish, text: Words) -> html.Fieldset:
    """Live or frozen. A release that is named already stays the one."""
    kept = wish.asked.get("release", "")
    options: list[Any] = []
    for name, key, value, chosen in (
        ("release", "live", "", not kept),
        ("release" if kept else "vast", "frozen", kept or "ja", bool(kept)),
    ):
        marked = {"checked": "checked"} if chosen else {}
        # Two names, one choice: without a release so far, "vast=ja" freezes the newest.
        radio = field("radio" if kept else "checkbox", name, value, id=f"embed-{key}", **marked)
        if key == "live" and not kept:
            continue
        options.append(html.Span([radio, html.Label(text(f"embed.{key}"), htmlFor=f"embed-{key}")]))
    return html.Fieldset([html.Legend(text("embed.choose_release")), html.Div(options, className="radios")])


def _names(release: Release) -> html.Datalist:
    """Names of gemeenten and what is larger, for who types."""
    regions = release.regions
    levels = [Level.GEMEENTE.value, Level.REGIO.value]
    levels += [level for level in regions.levels if level not in tuple(LEVELS)]
    places = [place for level in levels for place in range(*regions.slice(level).indices(len(regions)))]
    names = dict.fromkeys(regions.names[place] for place in places)
    return html.Datalist([html.Option(value=name) for name in names], id="embed-namen")
