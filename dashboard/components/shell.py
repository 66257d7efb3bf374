"""What stands round every page: notices, menu, language. A page's content goes in; the page comes out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dashboard.components import html
from dashboard.ids import Ids
from dashboard.text import Words


@dataclass(frozen=True)
class MenuItem:
    """One page in the menu. here: the page on screen."""

    text: str
    address: str
    here: bool = False


@dataclass(frozen=True)
class Frame:
    """notices: (bold, rest) lines above everything; menu: pages; other_language: this page in the other
    language; foot: pages named below.
    """

    words: Words
    notices: Sequence[tuple[str, str]]
    menu: Sequence[MenuItem]
    other_language: str
    foot: Sequence[MenuItem] = ()


def shell(frame: Frame, content: Any, *, title: str, kind: str) -> html.Div:
    """A whole page. title: of the browser's tab; kind: a word for the style sheet."""
    words = frame.words
    return html.Div(
        [
            html.A(words("site.skip"), href=f"#{Ids.CONTENT}", className="skip"),
            _notices(frame),
            html.Header(
                [
                    html.A(words("site.name"), href=frame.menu[0].address, className="brand", **_soft()),
                    html.Nav(
                        [_menu_item(item) for item in frame.menu],
                        className="menu",
                        **{"aria-label": words("site.menu")},
                    ),
                    html.A(
                        words("site.other_language"),
                        href=frame.other_language,
                        className="language",
                        lang="nl" if words.language == "en" else "en",
                        **_soft(),
                    ),
                ],
                className="top",
            ),
            html.Main(content, id=Ids.CONTENT, tabIndex=-1, className=f"main {kind}"),
            html.Footer([_menu_item(item) for item in frame.foot], className="foot") if frame.foot else None,
        ],
        className="page",
        lang=words.language,
        **{"data-title": title, "data-page": kind},
    )


def _notices(frame: Frame) -> html.Aside | None:
    lines = [
        html.P([html.Strong(bold), f" {rest}" if bold else rest], className="notice")
        for bold, rest in frame.notices
    ]
    return html.Aside(lines, **{"aria-label": frame.words("site.notices")}) if lines else None


def _menu_item(item: MenuItem) -> html.A:
    current = {"aria-current": "page"} if item.here else {}
    return html.A(item.text, href=item.address, **current, **_soft())


def _soft() -> dict[str, str]:
    """Marks a link that page.js may follow without loading a new document."""
    return {"data-soft": "1"}


def soft_link(children: Any, href: str, **props: Any) -> html.A:
    """A link to a view of our own: an ordinary link, followed without a new document when scripts run."""
    return html.A(children, href=href, **props, **_soft())
