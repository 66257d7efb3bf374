"""The end of an area page: whom to ask, which areas are comparable, how to pass it on. A `Place` goes in."""

from typing import Any
from urllib.parse import quote

from dashboard.citing import told as in_language
from dashboard.components import html
from dashboard.components.shell import soft_link
from dashboard.language import sort_key
from dashboard.pages.area_place import Place
from geodata.levels import Level

RIEC = "https://www.riec.nl"
HELP = "hulp"


def help_(place: Place) -> list[Any]:
    """Two or three blocks beside each other."""
    blocks = [_whom(place), _peers(place), _pass_on(place)]
    return [html.Div([block for block in blocks if block is not None], className="area-help", id=HELP)]


def whom(place: Place) -> str:
    """Which RIEC, in one sentence that ends before the address of riec.nl."""
    words = place.words
    names = [region.name for region in place.regios]
    if place.release.info.fictional:
        return words("area.riec_fictional")
    if len(names) == 1:
        return words("area.riec_one", area=place.region.name, regio=names[0])
    return words("area.riec_many")


def _whom(place: Place) -> html.Section:
    words = place.words
    told = [whom(place), " ", html.A("riec.nl", href=RIEC)]
    return html.Section(
        [html.H2(words("area.whom")), html.P(words("area.whom_why")), html.P(told)], className="help-block"
    )


def _peers(place: Place) -> html.Section | None:
    if not place.peers:
        return None
    words = place.words
    query = "?taal=en" if place.language == "en" else ""
    links = [
        html.Li(soft_link(place.full_name(peer), f"/gebied/{peer.code}{query}"))
        for peer in sorted(place.peers, key=lambda peer: sort_key(peer.name))
    ]
    level = words(f"levels.{place.region.level}")
    return html.Section(
        [
            html.H2(words("area.alike", levels=level)),
            html.P(words("area.alike_why", levels=level, area=place.region.name, n=len(place.peers))),
            html.Ul(links, className="inline-list"),
        ],
        className="help-block",
    )


def _pass_on(place: Place) -> html.Section:
    """What goes in a letter: the citation and a mail with the address of this page."""
    words, info = place.words, place.release.info
    level = words(f"level.{place.region.level}").lower()
    subject = words("area.title", area=place.region.name, level=level)
    mail = f"mailto:?subject={quote(subject)}&body={quote(words('area.mail_body', area=place.region.name))}"
    brief = "/gebied/" + place.region.code + "/brief.pdf" + ("?taal=en" if place.language == "en" else "")
    kind = words("area.brief_gemeente" if place.region.level == Level.GEMEENTE else "area.brief_other")
    return html.Section(
        [
            html.H2(words("area.pass_on")),
            html.P([kind, " ", html.A(words("area.to_brief"), href=brief)]),
            html.P([words("area.cite"), " ", html.Em(in_language(info.citation, place.language))]),
            html.P(html.A(words("area.mail"), href=mail)),
        ],
        className="help-block",
    )
