"""Words of the trade, explained where they stand. Components go in, and come out with such words as links.

A term is a link to its place in the list on /methode, so it works without scripts. With them
assets/terms.js shows the explanation beside the word. Only the first use in a part of a page is marked, never
one in a heading, a button, a link or a table: there it would be in the way.
"""

import copy
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from markupsafe import Markup

from dashboard.components import html
from dashboard.components.prose import own_address
from dashboard.language import Language, sort_key
from dashboard.text import Words, words

LIST = "woorden"
"""Anchor of the list on /methode, and its class."""
PREFIX = "term."
_PASSED = (
    *(html.H1, html.H2, html.H3, html.H4, html.A, html.Button, html.Summary, html.Label, html.Form),
    *(html.Table, html.Nav, html.Code, html.Strong, html.Em, html.Dt),
)
# Read at a glance: names beside dots, keys of a chart, the line with source and release.
_GLANCED = "small-legend legend marks keys group-keys compared parts inline-list big kind origin release-line"
_PASSED_CLASSES = frozenset([*_GLANCED.split(), "unseen", "message", LIST])


@dataclass(frozen=True)
class Term:
    """id: its anchor, the same in both languages; forms: as it stands in texts, the first as its heading."""

    id: str
    forms: tuple[str, ...]
    told: str


@cache
def terms(language: Language) -> tuple[Term, ...]:
    """Every term of the catalogue `terms`, in the order of its words."""
    text = words(language)
    ids = [key.removeprefix(PREFIX) for key in text.keys if key.startswith(PREFIX) and key.count(".") == 1]
    found = (
        Term(id, tuple(form.strip() for form in text(PREFIX + id).split(",")), text(f"term.{id}.told"))
        for id in ids
    )
    return tuple(sorted(found, key=lambda term: sort_key(term.forms[0])))


def explained(parts: Sequence[Any], text: Words) -> list[Any]:
    """The same parts of a page, with the first use of every term in them marked."""
    return list(_Marker(text).children(parts))


def term_list(language: Language) -> html.Dl:
    """All terms with their explanations."""
    entries: list[Any] = []
    for term in terms(language):
        heading = term.forms[0]
        entries += [html.Dt(heading[:1].upper() + heading[1:], id=_anchor(term)), html.Dd(term.told)]
    return html.Dl(entries, className=LIST)


def _anchor(term: Term) -> str:
    return f"woord-{term.id}"


@cache
def _pattern(language: Language) -> tuple[re.Pattern[str], dict[str, Term]]:
    """What finds a term in running text; longer forms first. And whose form it is."""
    of = {form.casefold(): term for term in terms(language) for form in term.forms}
    forms = "|".join(re.escape(form) for form in sorted(of, key=len, reverse=True))
    return re.compile(rf"(?<![\w-])({forms})(?![\w-])", re.IGNORECASE), of


class _Marker:
    """Marks terms in one part of a page. Trees may be kept by others: what changes is copied."""

    def __init__(self, text: Words) -> None:
        self._language = text.language
        self._more = text("terms.all")
        self._seen: set[str] = set()

    def marked(self, node: Any) -> Any:
        """The same node, or a copy in which terms are links."""
        if isinstance(node, Markup) or node is None:
            return node
        if isinstance(node, str):
            parts = self._split(node)
            return node if len(parts) == 1 else parts
        if isinstance(node, (list, tuple)):
            return self.children(node)
        if isinstance(node, html.Strong):
            self._defined(node)
        if not isinstance(node, html.Element) or _passed(node):
            return node
        children = node.children
        inside = self.children(children) if isinstance(children, (list, tuple)) else self.marked(children)
        if inside is children:
            return node
        node = copy.copy(node)
        node.children = inside
        return node

    def _defined(self, node: html.Strong) -> None:
        """A term in bold is explained by the text it stands in."""
        children = node.children if isinstance(node.children, list) else [node.children]
        term = _pattern(self._language)[1].get("".join(map(str, children)).casefold())
        self._seen |= set() if term is None else {term.id}

    def children(self, children: Sequence[Any]) -> Sequence[Any]:
        """The same children, or a new list of them in which terms are links."""
        new: list[Any] = []
        for child in children:
            marked = self.marked(child)
            new += marked if isinstance(child, str) and isinstance(marked, list) else [marked]
        same = len(new) == len(children) and all(
            one is other for one, other in zip(new, children, strict=True)
        )
        return children if same else new

    def _split(self, text: str) -> list[Any]:
        pattern, of = _pattern(self._language)
        parts: list[Any] = []
        end = 0
        for match in pattern.finditer(text):
            term = of[match[1].casefold()]
            if term.id not in self._seen:
                self._seen.add(term.id)
                parts += [text[end : match.start()], self._link(match[1], term)]
                end = match.end()
        return [part for part in (*parts, text[end:]) if part != ""] or [text]

    def _link(self, word: str, term: Term) -> html.A:
        told = {"data-told": term.told, "data-more": self._more, "aria-haspopup": "dialog"}
        address = own_address(f"/methode#{_anchor(term)}", self._language)
        return html.A(word, href=address, className="term", **told)


def _passed(node: html.Element) -> bool:
    classes = str(getattr(node, "className", None) or "").split()
    return isinstance(node, _PASSED) or not _PASSED_CLASSES.isdisjoint(classes)
