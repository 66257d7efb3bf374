"""Addresses with the code of a former area: where they are now. Path and query go in; an address comes out.

Only paths of our own pages are answered: what is made here is put in a `Location` header, and must never lead
elsewhere.
"""

import re
from collections.abc import Collection, Sequence
from urllib.parse import urlencode

from sqlalchemy.exc import SQLAlchemyError

from dashboard.borders import heir
from etl.release.read import Release, Store

ASKED = ("gebied", "binnen", "gebieden")
"""Parameters of pages that hold codes of areas, with commas between where there are more."""
WAS = "was"
"""The old code, on the page of its heir: that page says why it is shown."""
_AREA = re.compile(r"/gebied/([0-9A-Za-z]{4,12})((?:/inhoud|/brief\.pdf)?)")


def moved(store: Store, path: str, query: Sequence[tuple[str, str]], pages: Collection[str]) -> str | None:
    """The same page about the heirs of former areas; None when the address names none that has one heir.

    query: names and values in their order; pages: paths of the pages that may hold `ASKED`.
    """
    area = _AREA.fullmatch(path)
    if area is None and (path not in pages or not any(name in ASKED for name, _ in query)):
        return None
    try:
        release = store.release(None if area else dict(query).get("release") or None)
    except (KeyError, SQLAlchemyError):
        return None
    if area is not None:
        found = heir(release, area[1].upper())
        more = [pair for pair in query if pair[0] != WAS] + [(WAS, area[1].upper())]
        return None if found is None else f"/gebied/{found.code}{area[2]}?{urlencode(more)}"
    there = [(name, heirs(release, value) if name in ASKED else value) for name, value in query]
    return None if there == list(query) else f"{path}?{urlencode(there, safe=',')}"


def heirs(release: Release, codes: str) -> str:
    """Codes with commas between, each former area that has one heir replaced by it, none of them twice."""
    found = []
    for code in codes.split(","):
        later = heir(release, code.strip().upper())
        found.append(code if later is None else later.code)
    return codes if found == codes.split(",") else ",".join(dict.fromkeys(found))
