"""/v1/releases.atom: news for who follows the releases. The store goes in; an Atom feed (RFC 4287) comes out.

An entry for each release, with the reasons it gives, and one for each figure that was withdrawn. Dutch with
English below it: a reader's program has no way to ask for one of them.
"""

import datetime as dt
from collections.abc import Sequence
from xml.etree import ElementTree as ET

from etl.catalogue.model import Text
from etl.release.read import ReleaseInfo, Retraction, Store

ATOM = "application/atom+xml"
SPACE = "http://www.w3.org/2005/Atom"
FIRST = Text(nl="Volgt niet op een eerdere uitgave.", en="Does not follow an earlier release.")


def feed(store: Store, origin: str) -> bytes:
    """The whole feed, newest first; addresses begin with `origin`."""
    entries = [_of_release(info, origin) for info in store.releases()]
    entries += [_of_retraction(notice, origin) for notice in store.retractions()]
    entries.sort(key=lambda entry: entry.findtext("updated", ""), reverse=True)
    here = f"{origin}/v1/releases.atom"
    root = _element("feed", {"xmlns": SPACE, "xml:lang": "nl"})
    root.extend(
        [
            _element("id", text=here),
            _element("title", text="Regiobeeld: uitgaven en intrekkingen"),
            _element("updated", text=next((entry.findtext("updated", "") for entry in entries), "")),
            _element("link", {"rel": "self", "type": ATOM, "href": here}),
            _element("link", {"rel": "alternate", "type": "text/html", "href": f"{origin}/verantwoording"}),
            *entries,
        ]
    )
    return bytes(ET.tostring(root, "utf-8", xml_declaration=True))


def _of_release(info: ReleaseInfo, origin: str) -> ET.Element:
    title = Text(nl=f"Uitgave {info.id}: {info.title.nl}", en=f"Release {info.id}: {info.title.en}")
    return _entry(
        f"{origin}/v1/releases/{info.id}",
        info.published,
        title,
        info.reasons or (FIRST,),
        f"{origin}/download",
    )


def _of_retraction(notice: Retraction, origin: str) -> ET.Element:
    title = Text(
        nl=f"Ingetrokken uit {notice.release}: {notice.name.nl}",
        en=f"Withdrawn from {notice.release}: {notice.name.en}",
    )
    name = f"{origin}/v1/intrekkingen#{notice.release}-{notice.indicator}"
    day = dt.datetime.combine(notice.date, dt.time(), dt.UTC)
    return _entry(name, day, title, (notice.reason,), f"{origin}/verantwoording#correcties")


def _entry(name: str, when: dt.datetime, title: Text, told: Sequence[Text], page: str) -> ET.Element:
    entry = _element("entry")
    author = _element("author")
    author.append(_element("name", text="Regiobeeld"))
    body = "\n".join([*(one.nl for one in told), "", title.en, *(one.en for one in told)])
    entry.extend(
        [
            _element("id", text=name),
            _element("title", text=title.nl),
            _element("updated", text=when.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")),
            author,
            _element("link", {"rel": "alternate", "type": "text/html", "href": page}),
            _element("content", {"type": "text"}, body),
        ]
    )
    return entry


def _element(name: str, attributes: dict[str, str] | None = None, text: str = "") -> ET.Element:
    made = ET.Element(name, attributes or {})
    made.text = text or None
    return made
