"""The figures of a circle as a file. A `Circle` and its sum go in; CSV comes out, the sum on its first line.

The columns are those of /v1/waarden, with one more: the share of each neighbourhood inside the circle.
"""

import csv
import io

from flask import Response

from dashboard.api.origin import licence_link
from dashboard.api.rows import COLUMNS, MEASURES, plain
from dashboard.numbers import STATUS_ORDER, unit_text
from dashboard.pages.circle_figure import Summed
from dashboard.pages.circle_state import PATH, Circle
from etl.frames import Status
from etl.release.read import Release
from etl.release.values import Values
from geodata.levels import Level

FILE = f"{PATH}/cijfers.csv"
SHARE = "deelInCirkel"
WHOLE = "cirkel"
"""Level of the first line."""


def answer(release: Release, state: Circle, found: Summed) -> Response:
    """The file, named after the circle."""
    response = Response(_lines(release, state, found), mimetype="text/csv")
    name = f"cirkel-{state.indicator.id}-{state.year}-{release.info.id}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Link"] = licence_link()
    return response


def _lines(release: Release, state: Circle, found: Summed) -> str:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, [*COLUMNS, SHARE], lineterminator="\r\n")
    writer.writeheader()
    every = {
        "indicator": state.indicator.id,
        "jaar": state.year,
        "eenheid": unit_text(state.indicator, "nl"),
        "indeling": release.info.vintage,
        "release": release.info.id,
    }
    name = f"{state.radius:g} km"
    middle = state.area.code if state.area is not None else ""
    sum_ = {"niveau": WHOLE, "gebiedscode": middle, "gebiedsnaam": name, SHARE: ""}
    # As on the page: a sum over too small a part of the circle is none.
    figures = _figures(found.all.values, 0) if found.enough else {"status": STATUS_ORDER[Status.ONTBREEKT]}
    writer.writerow(every | sum_ | figures)
    for row, node in enumerate(found.nodes.tolist()):
        area = {
            "niveau": Level.BUURT.value,
            "gebiedscode": release.regions.codes[node],
            "gebiedsnaam": release.regions.names[node],
            SHARE: plain(float(found.share[row])),
        }
        writer.writerow(every | area | _figures(found.buurten, row))
    return text.getvalue()


def _figures(values: Values, row: int) -> dict[str, object]:
    numbers = {name: plain(float(getattr(values, attribute)[row])) for name, attribute in MEASURES.items()}
    shown = {name: "" if number is None else number for name, number in numbers.items()}
    return shown | {"klasse": values.letter(row), "status": STATUS_ORDER[values.status[row]]}
