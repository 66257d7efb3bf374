"""The HTML round an embed. Finished parts go in; one whole, escaped document comes out."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from dashboard.embed.words import words
from dashboard.figures.svg import tag
from dashboard.figures.svg import words as text
from dashboard.numbers import Language, date_text
from etl.catalogue.model import Indicator
from etl.release.read import Release


@dataclass(frozen=True)
class Framed:
    """One embed: kind (also its class), title, line under it, markup of the body, link to the same view."""

    kind: str
    title: str
    under: str
    body: str
    link: str


def document(framed: Framed, release: Release, indicator: Indicator, language: Language) -> bytes:
    """A whole page: what is shown, then source, date, release and the way to the same view on our site."""
    told, info = words(language), release.info
    parts = []
    if info.fictional:
        parts.append(tag("p", text(told.fictional), class_="fictief"))
    if info.notice is not None:
        parts.append(tag("p", text(info.notice[language]), class_="bericht"))
    parts += [tag("h1", text(framed.title)), tag("p", text(framed.under), class_="onder"), framed.body]
    dated = told.release.format(id=info.id, date=date_text(info.published.date(), language))
    origin = f"{told.source}: {source_of(release, indicator, language)}. {dated}."
    link = tag("a", text(told.see), href=framed.link, target="_blank", rel="noopener")
    parts.append(tag("footer", tag("p", text(origin)), tag("p", link)))
    return _whole(language, framed.title, framed.kind, parts)


def wrong(title: str, lines: Sequence[str], language: Language, home: str) -> bytes:
    """A small page that says what is the matter; nothing of the request stands in it unescaped."""
    link = tag("a", text(words(language).to_site), href=home, target="_blank", rel="noopener")
    parts = [tag("h1", text(title)), *(tag("p", text(line)) for line in lines), tag("p", link)]
    return _whole(language, title, "fout", parts)


def source_of(release: Release, indicator: Indicator, language: Language) -> str:
    """Who the figure comes from: publisher and title of its source, else the release's citation."""
    for use in release.sources:
        if use.source.id == indicator.count.source:
            return f"{use.source.publisher}, {use.source.title[language]}"
    return release.info.citation


@cache
def style() -> bytes:
    """The only stylesheet of the embeds."""
    return files(__package__).joinpath("stijl.css").read_bytes()


@cache
def style_address() -> str:
    """Where it lives, with its version: a new one gets a new address."""
    return f"/embed/stijl.css?v={hashlib.sha256(style()).hexdigest()[:12]}"


def _whole(language: Language, title: str, kind: str, parts: Sequence[str]) -> bytes:
    head = (
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        f"{tag('title', text(title))}"
        f'<meta name="robots" content="noindex"><link rel="stylesheet" href="{style_address()}">'
    )
    body = tag("body", tag("main", *parts), class_=kind)
    return f'<!doctype html><html lang="{language}"><head>{head}</head>{body}</html>'.encode()
