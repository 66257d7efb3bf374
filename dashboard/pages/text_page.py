"""Pages to read. A builder of sections goes in; a `Page` comes out, and /tekst/<name> that serves its text.

The text travels as one fragment: whole in the first document, so that it reads without scripts, and as HTML
when the visitor comes from another page. Dash never draws its hundreds of elements.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from flask import Flask, Response, abort, request
from sqlalchemy.exc import SQLAlchemyError

from dashboard.components import html
from dashboard.components.markup import fragment, markup
from dashboard.components.prose import prose
from dashboard.components.terms import explained
from dashboard.language import Language
from dashboard.pages.drawn import Content, Page
from dashboard.text import Words, words
from dashboard.view_state import language_of
from etl.release.read import Release, Store

PATH = "/tekst"


@dataclass(frozen=True)
class Section:
    """One part of a page. id: its anchor, the same in both languages; more: sections one level deeper.
    folded: the line below the title of a part that is closed until asked for, empty for one that is open.
    """

    id: str
    title: str
    body: Sequence[Any]
    more: Sequence["Section"] = field(default=())
    folded: str = ""


@dataclass(frozen=True)
class About:
    """What a builder may look at."""

    store: Store
    release: Release
    words: Words

    @property
    def language(self) -> Language:
        """Language of the page."""
        return self.words.language

    def prose(self, key: str, /, **fields: object) -> list[Any]:
        """Paragraphs of the text under this key."""
        return prose(self.words(key, **fields), self.language)


Build = Callable[[About], Sequence[Section]]


def text_page(name: str, path: str, build: Build, *, menu: bool = True) -> Page:
    """A page whose title, lead and description are `<name>.title`, `<name>.lead`, `<name>.description`."""

    def draw(store: Store, release: Release, search: str) -> Content:
        text = words(language_of(search))
        address = f"{PATH}/{name}" + ("?taal=en" if text.language == "en" else "")
        return Content(
            tree=fragment(address, className="text"),
            title=f"{text(f'{name}.title')} · {text('site.name')}",
            description=text(f"{name}.description"),
            kind="text-page",
            other_language=path + ("" if text.language == "en" else "?taal=en"),
            fragments={address: partial(_article, name, build, About(store, release, text))},
        )

    return Page(name, path, draw, menu)


def register(server: Flask, store: Store, pages: Sequence[Page]) -> None:
    """Put /tekst/<name> on `server` for every one of `pages` that is a page of text."""
    drawn = {page.name: page.draw for page in pages}

    def view(name: str) -> Response:
        try:
            release = store.release()
        except (KeyError, SQLAlchemyError):
            abort(503)
        if name not in drawn:
            abort(404)
        content = drawn[name](store, release, request.query_string.decode("utf-8", "replace"))
        if content.kind != "text-page":
            abort(404)
        body = "".join(markup(make()) for make in content.fragments.values())
        return Response(body, headers={"X-Robots-Tag": "noindex"})

    server.add_url_rule(f"{PATH}/<name>", "pages.text", view)


def _article(name: str, build: Build, about: About) -> html.Article:
    sections = build(about)
    links = [html.Li(html.A(section.title, href=f"#{section.id}")) for section in sections]
    return html.Article(
        [
            html.H1(about.words(f"{name}.title")),
            *explained([html.Div(about.prose(f"{name}.lead"), className="lead")], about.words),
            html.Nav(
                [html.P(about.words("site.on_this_page"), className="label"), html.Ul(links)],
                className="contents",
                **{"aria-label": about.words("site.on_this_page")},
            ),
            *[explained([_section(section, html.H2)], about.words) for section in sections],
        ]
    )


def _folded(section: Section, heading: Callable[..., Any], more: Sequence[Any]) -> html.Details:
    """The anchor is inside: a browser that is sent there opens what it stands in."""
    summary = html.Summary([heading(section.title), html.Span(section.folded, className="small")])
    return html.Details(
        [summary, html.Div([*section.body, *more], id=section.id, className="inside")], className="card entry"
    )


def _section(section: Section, heading: Callable[..., Any]) -> html.Section | html.Details:
    deeper = html.H3 if heading is html.H2 else html.H4
    more = [_section(part, deeper) for part in section.more]
    if section.folded:
        return _folded(section, heading, more)
    return html.Section([heading(section.title, id=section.id), *section.body, *more])
