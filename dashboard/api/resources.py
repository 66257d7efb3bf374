"""What each resource of /v1 answers. (store, checked request, its address) goes in; a body comes out."""

import io
import json

from dashboard.api import areas, catalogue, dcat, feed, found, past, releases, unions, whole
from dashboard.api.answers import Made
from dashboard.api.areas import BEST, chosen, row, search
from dashboard.api.mapvalues import pack
from dashboard.api.origin import licence_link
from dashboard.api.parameters import Asked
from dashboard.api.problems import Problem
from dashboard.api.shelf import Filed
from dashboard.api.waarden import CSV, JSON, PARQUET, ZIP
from dashboard.site_address import origin
from etl.release.read import Store
from geodata.levels import Level

OCTETS = "application/octet-stream"


def indicators(store: Store, asked: Asked, address: str) -> Made:
    """Every indicator of the release."""
    release = asked.release
    found = [catalogue.indicator_row(release, entry) for entry in release.indicators.values()]
    return _linked("indicatoren", found, asked, address)


def retractions(store: Store, asked: Asked, address: str) -> Made:
    """Figures that were withdrawn, of any release."""
    found = [catalogue.retraction_row(one) for one in store.retractions()]
    return _json({"_links": {"self": {"href": address}}, "intrekkingen": found})


def area_list(store: Store, asked: Asked, address: str) -> Made:
    """Areas that fit the filters, or those whose name fits best."""
    regions = asked.release.regions
    level, inside, words = asked.text("niveau"), asked.text("binnen"), asked.text("zoek")
    positions = chosen(regions, level=level, inside=inside)
    if words is None:
        found = [regions.at(at) for at in positions[: asked.number("aantal", len(positions))].tolist()]
    else:
        within = None if inside is None else positions
        limit = asked.number("aantal", BEST)
        found = list(search(regions, words, level=level, inside=within, limit=limit))
        room = limit - len(found)
        former = areas.search_former(asked.release, words, level=level, inside=within, limit=room)
        rows = [row(regions, area) for area in found]
        rows += [row(regions, area) | {"voorheen": name} for area, name in former]
        return _linked("gebieden", rows, asked, address)
    return _linked("gebieden", [row(regions, area) for area in found], asked, address)


def area(store: Store, asked: Asked, address: str) -> Made:
    """One area with all that surrounds it."""
    found = areas.detail(asked.release, str(asked.text("code")))
    return _json({"_links": {"self": {"href": address}}, "release": asked.release.info.id} | found)


def border_changes(store: Store, asked: Asked, address: str) -> Made:
    """Every area of an earlier division that did not stay as it was, and where it went."""
    return _linked("grenswijzigingen", list(past.change_rows(asked.release)), asked, address)


def border_changes_csv(store: Store, asked: Asked, address: str) -> Made:
    """The same as a file."""
    headers = _named(asked, "grenswijzigingen.csv")
    return Made(past.changes_csv(asked.release), CSV, headers)


def area_tree(store: Store, asked: Asked, address: str) -> Made:
    """An area and all that lies in it."""
    regions, code = asked.release.regions, str(asked.text("code"))
    small = regions[code].level in (Level.GEMEENTE, Level.WIJK, Level.BUURT)
    deepest = asked.text("niveau") or (Level.BUURT if small else Level.GEMEENTE)
    return _linked("boom", areas.tree(regions, code, deepest), asked, address)


def neighbours(store: Store, asked: Asked, address: str) -> Made:
    """Areas that share a border with this one."""
    found = areas.neighbours(asked.release, str(asked.text("code")))
    if found is None:
        raise Problem(404, "Van deze indeling is niet bewaard welke gebieden aan elkaar grenzen.")
    return _linked("buren", found, asked, address)


def area_zip(store: Store, asked: Asked, address: str) -> Made:
    """All figures of one area."""
    code, body = str(asked.text("code")), io.BytesIO()
    whole.write_area_zip(asked.release, code, body)
    return Made(body.getvalue(), ZIP, _named(asked, f"{code}.zip"))


def findings(store: Store, asked: Asked, address: str) -> Made:
    """What stands out in one area."""
    return _json({"_links": {"self": {"href": address}}} | found.of_area(asked))


def patterns(store: Store, asked: Asked, address: str) -> Made:
    """What stands out on one map."""
    return _json({"_links": {"self": {"href": address}}} | found.patterns(asked))


def union(store: Store, asked: Asked, address: str) -> Made:
    """Several areas as one."""
    return _json({"_links": {"self": {"href": address}}} | unions.summed(asked))


def themes(store: Store, asked: Asked, address: str) -> Made:
    """Themes with the indicators they hold, in the order of the menu."""
    release = asked.release
    found = [
        {
            "id": theme.id,
            "naam": catalogue.both(theme.name),
            "indicatoren": [entry.id for entry in release.figures if entry.theme == theme.id],
        }
        for theme in release.themes
    ]
    return _linked("themas", found, asked, address)


def sources(store: Store, asked: Asked, address: str) -> Made:
    """Sources of the release."""
    return _linked("bronnen", [catalogue.source_row(use) for use in asked.release.sources], asked, address)


def release_list(store: Store, asked: Asked, address: str) -> Made:
    """Every release."""
    found = [catalogue.release_row(info) for info in store.releases()]
    return _json({"_links": {"self": {"href": address}}, "releases": found})


def release_feed(store: Store, asked: Asked, address: str) -> Made:
    """Releases and withdrawals as news."""
    return Made(feed.feed(store, origin()), feed.ATOM)


def portal(store: Store, asked: Asked, address: str) -> Made:
    """Releases for data portals."""
    body = json.dumps(dcat.catalogue(store, origin()), ensure_ascii=False, indent=1)
    return Made(body.encode(), dcat.JSONLD)


def release_detail(store: Store, asked: Asked, address: str) -> Made:
    """One release: citation, checksums, what changed, how it is protected."""
    return _json({"_links": {"self": {"href": address}}} | releases.detail(store, asked.release))


def measurements(store: Store, asked: Asked, address: str) -> Made:
    """How to use the raw measurements."""
    return _json({"_links": {"self": {"href": address}}} | releases.measurements(asked.release))


def measurements_csv(store: Store, asked: Asked, address: str) -> Filed:
    """The raw measurements."""
    headers = _named(asked, "metingen.csv")
    return Filed(lambda out: whole.write_measurements(asked.release, out), CSV, headers)


def whole_zip(store: Store, asked: Asked, address: str) -> Filed:
    """The whole release."""
    headers = _named(asked, "alles.zip")
    return Filed(lambda out: whole.write_whole_zip(asked.release, out), ZIP, headers)


def whole_parquet(store: Store, asked: Asked, address: str) -> Filed:
    """All values of the release."""
    headers = _named(asked, "alles.parquet")
    return Filed(lambda out: whole.write_whole_parquet(asked.release, out), PARQUET, headers)


def budget(store: Store, asked: Asked, address: str) -> Made:
    """The ledger."""
    totals, entries = catalogue.budget_rows(store.ledger())
    return _json({"_links": {"self": {"href": address}}, "budget": totals, "boekingen": entries})


def map_values(store: Store, asked: Asked, address: str) -> Made:
    """One level packed for the map."""
    release, name, level = asked.release, str(asked.text("indicator")), str(asked.text("niveau"))
    year = asked.number("jaar", 0)
    if year not in release.years(name):
        raise Problem(404, "Van dit cijfer is er geen kaart voor dit jaar.")
    packed = pack(release.values(name, year, level), release.indicators[name])
    headers = {
        "X-Aantal": str(packed.count),
        "X-Eerste": str(release.regions.slice(level).start),
        "X-Decimalen": str(packed.decimals),
        "X-Breedte": str(packed.width),
    }
    return Made(packed.body, OCTETS, headers)


def _named(asked: Asked, name: str) -> dict[str, str]:
    kept = f'attachment; filename="{asked.release.info.id}-{name}"'
    return {"Content-Disposition": kept, "Link": licence_link()}


def _json(body: object) -> Made:
    text = json.dumps(body, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return Made(text.encode(), JSON)


def _linked(name: str, found: object, asked: Asked, address: str) -> Made:
    links = {"self": {"href": address}}
    return _json({"_links": links, "release": asked.release.info.id, name: found})
