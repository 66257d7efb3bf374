"""Every page as a value. An address goes in; a drawn page with its status, title and description comes out.

Adding a page: one module with a `PAGE`, one entry in `PAGES` (the order of the menu).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from dashboard.components.markup import Fragments
from dashboard.components.notice import missing
from dashboard.components.shell import Frame, MenuItem, shell
from dashboard.language import Language, date_text
from dashboard.pages import (
    accessibility,
    accountability,
    area,
    circle,
    compare,
    download,
    explorer,
    method,
    patterns,
)
from dashboard.pages.drawn import Content, Page
from dashboard.pages.embed_builder import PAGE as EMBED
from dashboard.pages.empty import away_page, empty_page
from dashboard.pages.former import former
from dashboard.text import Words, words
from dashboard.view_state import UnknownError, language_of
from etl.release.read import Release, Store

PAGES: tuple[Page, ...] = (
    explorer.PAGE,
    compare.PAGE,
    circle.PAGE,
    patterns.PAGE,
    download.PAGE,
    EMBED,
    method.PAGE,
    accountability.PAGE,
    accessibility.PAGE,
)
HOME = {"nl": "/", "en": "/?taal=en"}


@dataclass(frozen=True)
class Drawn:
    """A page ready to be shown. tree: elements; preload: addresses the browser may fetch at once."""

    status: int
    title: str
    description: str
    language: Language
    tree: Any
    preload: tuple[str, ...] = ()
    fragments: Fragments = field(default_factory=dict)


Draw = Callable[[str, str], Drawn]


def draw(store: Store, path: str, search: str) -> Drawn:
    """The page at this address; a friendly one with status 404 or 503 where there is none."""
    text = words(language_of(search))
    try:
        # Tables that were never made are no fault: nobody has published yet.
        release = store.release() if store.is_made() else None
    except KeyError:
        release = None
    except SQLAlchemyError:
        return _without(text, "away.title", away_page(text))
    if release is None:
        return _without(text, "empty.title", empty_page(text))
    return _drawn(store, release, text, path, search)


def _without(text: Words, title: str, tree: Any) -> Drawn:
    return Drawn(503, f"{text(title)} · {text('site.name')}", text(title), text.language, tree)


def _drawn(store: Store, release: Release, text: Words, path: str, search: str) -> Drawn:
    page = next((page for page in PAGES if page.path == path), None) or area.page_at(path)
    try:
        content = _nothing(text, "page", path) if page is None else page.draw(store, release, search)
    except UnknownError as unknown:
        content = _instead(release, text, unknown)
    menu, foot = _menu(text, page, top=True), _menu(text, page, top=False)
    frame = Frame(text, _notices(store, release, text), menu, content.other_language, foot)
    tree = shell(frame, content.tree, title=content.title, kind=content.kind)
    about = (content.status, content.title, content.description, text.language)
    return Drawn(*about, tree, content.preload, content.fragments)


def _instead(release: Release, text: Words, unknown: UnknownError) -> Content:
    """What became of an area that is no more, else that there is nothing here."""
    other = HOME["nl" if text.language == "en" else "en"]
    is_area = unknown.what == "area"
    found = former(release, unknown.found, text, HOME[text.language], other) if is_area else None
    return found or _nothing(text, unknown.what, unknown.found)


def _nothing(text: Words, what: str, found: str) -> Content:
    title = text(f"missing.{what}_title")
    other = HOME["nl" if text.language == "en" else "en"]
    tree = missing(text, what, found, HOME[text.language])
    return Content(tree, f"{title} · {text('site.name')}", title, "plain-page", other, status=404)


def _menu(text: Words, here: Page | None, *, top: bool) -> list[MenuItem]:
    query = "?taal=en" if text.language == "en" else ""
    chosen = [page for page in PAGES if page.menu is top]
    return [MenuItem(text(f"menu.{page.name}"), page.path + query, page is here) for page in chosen]


def _notices(store: Store, release: Release, text: Words) -> list[tuple[str, str]]:
    """What stands above every page: that the land is fictional, what the release itself must say, and which
    of its figures are withdrawn.
    """
    said = [(text("site.fictional"), text("site.fictional_rest"))] if release.info.fictional else []
    said += [("", release.info.notice[text.language])] if release.info.notice else []
    for one in store.retractions():
        if one.release == release.info.id:
            date = date_text(one.date, text.language)
            title = text("retraction.title", indicator=one.name[text.language], date=date)
            said.append((title, text("retraction.rest", reason=one.reason[text.language])))
    return said
