"""In: nothing. Out: a small invented country to audit on: uneven families, an only child at every level."""

from functools import lru_cache

from geodata.regions import Regions, build_regions

BUURTEN = {"GM9001": (3, 1), "GM9002": (1,), "GM9003": (2, 2), "GM9004": (3,)}
"""Gemeente -> number of buurten in each of its wijken."""
REGIO = {"GM9001": "RE91", "GM9002": "RE91", "GM9003": "RE91", "GM9004": "RE92"}


@lru_cache
def country() -> Regions:
    """1 land, 2 regio's, 4 gemeenten, 6 wijken, 12 buurten."""
    areas: list[tuple[str, str, str, str | None]] = [("ML00", "Auditland", "land", None)]
    areas += [(code, code, "regio", "ML00") for code in sorted(set(REGIO.values()))]
    for gemeente, wijken in BUURTEN.items():
        areas.append((gemeente, gemeente, "gemeente", REGIO[gemeente]))
        for number, buurten in enumerate(wijken):
            wijk = f"WK{gemeente[2:]}{number:02d}"
            areas.append((wijk, wijk, "wijk", gemeente))
            for buurt in range(buurten):
                code = f"BU{wijk[2:]}{buurt:02d}"
                areas.append((code, code, "buurt", wijk))
    return build_regions("audit", 2024, areas, {})
