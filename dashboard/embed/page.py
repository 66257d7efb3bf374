"""The HTML round an embed. Finished parts go in; one whole, escaped document comes out."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlencode

from dashboard.citing import told as in_language
from dashboard.embed.question import Question
from dashboard.embed.theme import Theme, painted, sheet
from dashboard.embed.words import words
from dashboard.figures import svg_sheet
from dashboard.figures.svg import tag
from dashboard.figures.svg import words as text
from dashboard.language import Language, date_text
from etl.catalogue.model import Indicator
from etl.release.read import Release


@dataclass(frozen=True)
class Framed:
    """One embed: kind (also its class), title, line under it, markup of the body, link to the same view.

    For the same as a picture: drawing, empty when there is none to make;
    swatches of its legend; caption. head: more for the head of the document.
    """

    kind: str
    title: str
    under: str
    body: str
    link: str
    drawing: str = ""
    swatches: tuple[tuple[str, str], ...] = ()
    caption: str = ""
    head: str = ""


def document(framed: Framed, asked: Question, discovery: str = "") -> bytes:
    """A whole page: what is shown, then source, date, release and the way to the same view on our site.

    discovery: address where oEmbed tells of this frame.
    """
    language = asked.language
    banner, origin, see = around(asked)
    parts = [tag("p", text(line), class_="bericht") for line in banner]
    parts += [tag("h1", text(framed.title)), tag("p", text(framed.under), class_="onder"), framed.body]
    link = tag("a", text(see), href=framed.link, target="_blank", rel="noopener")
    parts.append(tag("footer", tag("p", text(origin)), tag("p", link)))
    found = tag("link", rel="alternate", type="application/json+oembed", href=discovery, title=framed.title)
    more = framed.head + (_open(found) if discovery else "")
    return _whole(language, framed.title, framed.kind, parts, asked.theme, more)


def around(asked: Question) -> tuple[Sequence[str], str, str]:
    """What stands around every embed: lines of warning above; source, release and date, and a link below."""
    return _banner(asked.release, asked.language), _origin(asked), words(asked.language).see


def picture(framed: Framed, asked: Question, *, lying: bool = False) -> str:
    """The same as one SVG for an <img>; lying: 1200 by 630, as an illustration of a link."""
    laid = svg_sheet.Sheet(
        title=framed.title,
        under=framed.under,
        banner=_banner(asked.release, asked.language),
        drawing=framed.drawing,
        swatches=framed.swatches,
        foot=[line for line in (framed.caption, _origin(asked)) if line],
    )
    drawn = svg_sheet.card(laid, framed.under) if lying else svg_sheet.draw(laid, framed.under)
    return painted(drawn, asked.theme)


def _banner(release: Release, language: Language) -> list[str]:
    """What must stand above everything: that it is invented, or what this release warns of."""
    lines = [words(language).fictional] if release.info.fictional else []
    return lines + ([release.info.notice[language]] if release.info.notice is not None else [])


def _origin(asked: Question) -> str:
    """Source, release and date in a line."""
    told, info, language = words(asked.language), asked.release.info, asked.language
    dated = told.release.format(id=info.id, date=date_text(info.published.date(), language))
    return f"{told.source}: {source_of(asked.release, asked.indicator, language)}. {dated}."


def wrong(title: str, lines: Sequence[str], language: Language, to: tuple[str, str], chosen: Theme) -> bytes:
    """A small page that says what is the matter; nothing of the request stands in it unescaped.

    to: address and words of the link below.
    """
    link = tag("a", text(to[1]), href=to[0], target="_blank", rel="noopener")
    parts = [tag("h1", text(title)), *(tag("p", text(line)) for line in lines), tag("p", link)]
    return _whole(language, title, "fout", parts, chosen)


def source_of(release: Release, indicator: Indicator, language: Language) -> str:
    """Who the figure comes from: publisher and title of its source, else the release's citation."""
    for use in release.sources:
        if use.source.id == indicator.count.source:
            return f"{in_language(use.source.publisher, language)}, {use.source.title[language]}"
    return in_language(release.info.citation, language)


@cache
def style_address(chosen: Theme) -> str:
    """Where the only style sheet lives, with its version: a new one gets a new address."""
    query = chosen.query | {"v": hashlib.sha256(sheet(chosen)).hexdigest()[:12]}
    return f"/embed/stijl.css?{urlencode(query)}"


def _whole(
    language: Language, title: str, kind: str, parts: Sequence[str], chosen: Theme, more: str = ""
) -> bytes:
    style = _open(tag("link", rel="stylesheet", href=style_address(chosen)))
    head = (
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        f'{tag("title", text(title))}<meta name="robots" content="noindex">{style}{more}'
    )
    body = tag("body", tag("main", *parts), class_=kind)
    return f'<!doctype html><html lang="{language}"><head>{head}</head>{body}</html>'.encode()


def _open(element: str) -> str:
    """An empty element as HTML writes it."""
    return element.removesuffix("/>") + ">"
