"""Where figures come from, for inside every file. A release goes in; citation, licence and names come out."""

from typing import Any

from etl.release.read import Release

LICENCE = "CC BY 4.0"
LICENCE_ADDRESS = "https://creativecommons.org/licenses/by/4.0/"
GENERALISED = (
    "Grenzen zijn vereenvoudigd om te tekenen; niet bruikbaar om te meten. "
    "Boundaries are generalised for drawing; do not measure with them."
)


def origin(release: Release) -> dict[str, Any]:
    """Release, citation, licence, division; `letOp` when every page of this release must say something."""
    info = release.info
    return {
        "release": info.id,
        "titel": info.title.nl,
        "citaat": info.citation,
        "licentie": LICENCE,
        "licentieAdres": LICENCE_ADDRESS,
        "indeling": info.vintage,
        "gepubliceerd": info.published.isoformat(),
        "fictief": info.fictional,
        "letOp": None if info.notice is None else info.notice.nl,
    }


def licence_link() -> str:
    """A Link header's part (RFC 8288) for formats without room for a licence."""
    return f'<{LICENCE_ADDRESS}>; rel="license"'
