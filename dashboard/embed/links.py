"""From a page to the embed that shows the same. An address goes in; links and lines for its head come out."""

from collections.abc import Mapping
from html import escape
from urllib.parse import quote, urlencode

from werkzeug.datastructures import MultiDict

from dashboard.embed.kinds import ENDINGS, KINDS
from dashboard.language import Language
from etl.release.read import Release

Query = MultiDict[str, str]
PLACES = {"/": "kaart", "/vergelijk": "vergelijking", "/embed": "kaart"}
"""Pages that show one picture, and the embed that is it."""


def same_as(release: Release, path: str, query: Query) -> tuple[str, dict[str, str]] | None:
    """Kind and parameters of the embed that shows what this page shows; None for a page without a picture.

    A page is lenient where an embed is strict: parameters an embed does not know are left out.
    """
    asked = {name: value.strip() for name, value in query.items() if value.strip()}
    kind = PLACES.get(path)
    if path.startswith("/embed/") and path.removeprefix("/embed/") in KINDS:
        return path.removeprefix("/embed/"), asked
    if path == "/embed" and asked.get("soort") in KINDS:
        kind = asked["soort"]
    if path == "/" and asked.get("weergave") == "tabel":
        kind = "tabel"
    if path.startswith("/gebied/"):
        kind, asked = "trend", asked | {"gebied": path.removeprefix("/gebied/")}
    if kind is None:
        return None
    known = {parameter.name for parameter in KINDS[kind]}
    kept = {name: value for name, value in asked.items() if name in known}
    if not kept.get("indicator"):
        kept["indicator"] = release.figures[0].id
    return kind, kept


def address(kind: str, query: Mapping[str, str], ending: str = "") -> str:
    """Path and query of an embed. ending: one of `ENDINGS`."""
    if ending not in ENDINGS:
        raise ValueError(f"found ending {ending!r}, expected one of {', '.join(map(repr, ENDINGS))}")
    return f"/embed/{kind}{ending}?{urlencode(query, safe=',')}"


def picture(kind: str, query: Mapping[str, str], **more: str) -> str:
    """Path and query of the PNG that stands for an embed; for a long table that is the map of the same."""
    if kind == "tabel" and not query.get("gebieden"):
        kind = "kaart"
    return address(kind, {**query, **more}, ".png")


def oembed(here: str, form: str = "json") -> str:
    """Path and query where oEmbed tells of a page of ours."""
    return f"/oembed?url={quote(here, safe='')}&format={form}"


def head(
    release: Release,
    path: str,
    query: Query,
    origin: str,
    title: str,
    about: str,
    language: Language,
) -> str:
    """Lines for the head of a page: title, text and picture for who shares it; where oEmbed tells more."""
    found = same_as(release, path, query)
    kind, asked = found or ("kaart", {"indicator": release.figures[0].id})
    if language == "en":
        asked = asked | {"taal": "en"}
    asked.pop("thema", None)
    here = origin + quote(path) + (f"?{urlencode(query, safe=',')}" if query else "")
    told = {
        "og:type": "website",
        "og:site_name": "Regiobeeld",
        "og:locale": "en_GB" if language == "en" else "nl_NL",
        "og:title": title,
        "og:description": about,
        "og:url": here,
        "og:image": origin + picture(kind, asked, vorm="liggend"),
        "og:image:type": "image/png",
        "og:image:width": "1200",
        "og:image:height": "630",
        "og:image:alt": about,
    }
    lines = [f'<meta property="{name}" content="{escape(value)}">' for name, value in told.items()]
    lines.append('<meta name="twitter:card" content="summary_large_image">')
    if found:
        lines += [
            f'<link rel="alternate" type="{media}" href="{escape(oembed(here, form))}" '
            f'title="{escape(title)}">'
            for form, media in (("json", "application/json+oembed"), ("xml", "text/xml+oembed"))
        ]
    return "\n".join(lines)
