"""`/zoek`: areas by name, and places by postcode or address. What was typed goes in; areas come out as JSON.

The search box posts what was typed, so that it stands in no address and in no log of addresses. Only what is
no name of an area is asked of a Locatieserver (`dashboard.locator`), and only when there is one.
"""

from collections.abc import Iterator
from typing import Any

from flask import Flask, Response, abort, jsonify, request
from sqlalchemy.exc import SQLAlchemyError

from dashboard.api.areas import row, search
from dashboard.locator import Locator, LocatorDownError, Place, is_postcode
from dashboard.pages.circle import ground_of
from dashboard.pages.circle_shapes import Ground
from dashboard.text import Words, words
from etl.release.read import Release, Store
from geodata.regions import Region

PATH = "/zoek"
MOST = 8
LONGEST = 200


def register(server: Flask, store: Store, locator: Locator | None) -> None:
    """Put /zoek on `server`."""

    def view() -> Response:
        if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
            abort(403)
        typed = request.form.get("q", "")[:LONGEST].strip()
        text = words("en" if request.form.get("taal") == "en" else "nl")
        try:
            release = store.release()
        except (KeyError, SQLAlchemyError):
            abort(503)
        answer = jsonify(find(store, release, typed, locator, text))
        answer.headers["Cache-Control"] = "no-store"
        return answer

    server.add_url_rule(PATH, "search", view, methods=["POST"])


def find(store: Store, release: Release, typed: str, locator: Locator | None, text: Words) -> dict[str, Any]:
    """Areas by that name; without any, the areas of the places it may be. `melding` says what is amiss."""
    regions = release.regions
    named = search(regions, typed, limit=MOST)
    if named or len(typed) < 3:
        return {"gebieden": [row(regions, area) for area in named], "melding": ""}
    if locator is None or release.info.fictional:
        key = "fictional" if release.info.fictional else "names_only"
        digits = is_postcode(typed) or any(sign.isdigit() for sign in typed)
        return {"gebieden": [], "melding": text(f"filters.search_{key}") if digits else ""}
    try:
        places = locator.search(typed)
    except LocatorDownError:
        return {"gebieden": [], "melding": text("filters.search_down")}
    found = list(_placed(release, ground_of(store, release), places))
    return {
        "gebieden": [
            row(regions, area) | {"plek": place.name, "punt": ",".join(f"{part:.4f}" for part in place.point)}
            for place, area in found
        ],
        "melding": "",
    }


def _placed(release: Release, ground: Ground, places: tuple[Place, ...]) -> Iterator[tuple[Place, Region]]:
    """Each place with the buurt it lies in; what lies outside the land is left out.

    The point decides, not the code that Locatieserver gives: that is of its own year, and borders move.
    """
    if not ground.placed:
        return
    for place in places:
        centre = ground.metres(place.point)
        position = None if centre is None else ground.place_of(centre)
        if position is not None:
            yield place, release.regions.at(position)
