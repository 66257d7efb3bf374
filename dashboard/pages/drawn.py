"""What a page is. Nothing goes in; the types `Page` and `Content` come out."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from dashboard.components.markup import Fragments
from etl.release.read import Release, Store


@dataclass(frozen=True)
class Content:
    """The part of a page inside the frame. kind: a word for the style sheet; other_language: address of the
    same page in the other language; fragments: large parts, made only when they are asked for.
    """

    tree: Any
    title: str
    description: str
    kind: str
    other_language: str
    status: int = 200
    preload: tuple[str, ...] = ()
    fragments: Fragments = field(default_factory=dict)


@dataclass(frozen=True)
class Page:
    """name: its key in the texts (`menu.<name>`); draw: store, release and query string to content; menu: in
    the menu on top, else in the foot of the pages.
    """

    name: str
    path: str
    draw: Callable[[Store, Release, str], Content]
    menu: bool = True
