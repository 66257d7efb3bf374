"""/v1/gebieden/som: any set of areas as one. Codes and an indicator go in; count, margin, rate come out."""

from typing import Any

from dashboard.api.parameters import Asked
from dashboard.api.problems import Problem
from dashboard.api.rows import MEASURES, plain, years
from dashboard.numbers import STATUS_ORDER, unit_text
from etl.findings.unions import members, union
from etl.release.read import Release
from etl.release.values import Values

ABOUT = (
    "Elk gebied telt één keer mee. De marge is exact: de onderlinge samenhang van de ruis is meegerekend. "
    "Wat een bron bij geen van deze gebieden telt, telt hier niet mee."
)


def summed(asked: Asked) -> dict[str, Any]:
    """The union per year, who counted, and which codes overlapped. Problem 404 when it cannot be computed."""
    release = asked.release
    entry = release.indicators[str(asked.text("indicator"))]
    chosen = members(release.regions, asked.texts("codes"))
    found = []
    for year in years(asked):
        try:
            found.append(_row(release, year, union(release, entry.id, year, chosen.nodes)))
        except KeyError:
            raise Problem(404, "Van dit cijfer is geen som van gebieden te berekenen.") from None
    return {
        "release": release.info.id,
        "indeling": release.regions.vintage,
        "citaat": release.info.citation,
        "indicator": entry.id,
        "eenheid": unit_text(entry, "nl"),
        "uitleg": ABOUT,
        "geteld": [release.regions.codes[node] for node in chosen.nodes.tolist()],
        "overlap": [{"code": code, "met": other} for code, other in sorted(chosen.overlap.items())],
        "waarden": found,
    }


def _row(release: Release, year: int, values: Values) -> dict[str, Any]:
    numbers = {name: plain(float(getattr(values, attribute)[0])) for name, attribute in MEASURES.items()}
    return (
        {"jaar": year}
        | numbers
        | {
            "klasse": values.letter(0),
            "status": STATUS_ORDER[values.status[0]],
        }
    )
