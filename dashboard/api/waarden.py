"""/v1/waarden in all its forms. A checked request goes in; a finished body, or how to file it, comes out."""

import io
import json
from collections.abc import Callable, Mapping
from typing import BinaryIO

import pyarrow.compute as pc

from dashboard.api import formats, shapes
from dashboard.api.answers import Made
from dashboard.api.origin import LICENCE, LICENCE_ADDRESS, licence_link
from dashboard.api.parameters import Asked
from dashboard.api.past import other_borders
from dashboard.api.problems import Fault, Problem
from dashboard.api.rows import REST_COLUMNS, Rows, as_bytes, asked_rows, json_objects, rest_rows
from dashboard.api.shelf import Filed
from etl.release.read import Store

JSON, CSV, CSVW = "application/json", "text/csv", "application/csvm+json"
GEOJSON, GEOPACKAGE = "application/geo+json", "application/geopackage+sqlite3"
PARQUET, ZIP = "application/vnd.apache.parquet", "application/zip"
MEDIA = {
    "json": JSON,
    "csv": CSV,
    "zip": ZIP,
    "parquet": PARQUET,
    "jsonstat": JSON,
    "geojson": GEOJSON,
    "gpkg": GEOPACKAGE,
}
"""Value of `formaat` -> media type."""
ENDINGS = {"jsonstat": "json-stat.json", "geojson": "geojson", "gpkg": "gpkg"}
PAGE = 20_000
"""Rows in one JSON answer: a year of the whole country on one level fits."""
FILED = {"csv": PAGE, "zip": PAGE, "parquet": PAGE, "jsonstat": PAGE, "geojson": 2_000, "gpkg": 2_000}
"""More rows than this are written to a file and sent from disk."""


def values(store: Store, asked: Asked, address: str) -> Made | Filed:
    """The rows in the form asked for."""
    form = asked.text("formaat") or "json"
    rows = asked_rows(asked)
    _check(asked, form)
    if form == "json":
        return _page(asked, rows, address)
    writers: Mapping[str, Callable[[BinaryIO], None]] = {
        "csv": lambda out: formats.write_csv(rows, out),
        "parquet": lambda out: formats.write_parquet(
            ((rows, block) for block in rows.blocks()), rows.release, out
        ),
        "zip": lambda out: formats.write_zip(rows, out),
        "jsonstat": lambda out: formats.write_jsonstat(rows, out),
        "geojson": lambda out: shapes.write_geojson(store, rows, out),
        "gpkg": lambda out: shapes.write_geopackage(store, rows, out),
    }
    headers = _headers(asked, form, address)
    try:
        if len(rows) > FILED[form]:
            return Filed(writers[form], MEDIA[form], headers)
        body = io.BytesIO()
        writers[form](body)
    except shapes.NoShapesError:
        raise Problem(
            404, "Van deze indeling zijn geen vormen bewaard. Vraag csv, parquet of json."
        ) from None
    return Made(body.getvalue(), MEDIA[form], headers)


def description(store: Store, asked: Asked, address: str) -> Made:
    """CSVW metadata of the CSV with the same parameters."""
    query = address.partition("?")[2]
    return Made(formats.csvw(asked_rows(asked), f"waarden?{query}&formaat=csv"), CSVW)


def _check(asked: Asked, form: str) -> None:
    faults = []
    if form != "json":
        faults = [
            Fault(name, "past-niet", f"'{name}' hoort bij formaat=json; {form} geeft alle rijen.")
            for name in ("pagina", "paginagrootte")
            if name in asked.values
        ]
    if form in ("geojson", "gpkg"):
        if asked.text("niveau") is None:
            faults.append(Fault("niveau", "ontbreekt", f"formaat={form} tekent één niveau: kies 'niveau'."))
        if len(asked.texts("jaar")) != 1:
            faults.append(Fault("jaar", "ontbreekt", f"formaat={form} tekent één jaar: kies 'jaar'."))
    if faults:
        raise Problem(400, f"{len(faults)} fout(en) in de vraag; ze staan hieronder.", faults)


def _page(asked: Asked, rows: Rows, address: str) -> Made:
    size, page = asked.number("paginagrootte", PAGE), asked.number("pagina", 1)
    pages = max(1, -(-len(rows) // size))
    if page > pages:
        fault = Fault("pagina", "onbekend", f"Er is of zijn {pages} pagina('s) van {size} rijen.")
        raise Problem(400, "1 fout(en) in de vraag; ze staan hieronder.", [fault])
    links = {"self": address}
    if page > 1:
        links |= {"first": _at(address, 1), "prev": _at(address, page - 1)}
    if page < pages:
        links |= {"next": _at(address, page + 1), "last": _at(address, pages)}
    info = asked.release.info
    rests = rest_rows(asked) if page == 1 else ()
    head = {
        "_links": {name: {"href": href} for name, href in links.items()},
        "release": info.id,
        "fictief": info.fictional,
        "citaat": info.citation,
        "licentie": {"naam": LICENCE, "adres": LICENCE_ADDRESS},
        "aantalRijen": len(rows),
        "pagina": page,
        "paginagrootte": size,
        "nietToegedeeld": [dict(zip(REST_COLUMNS, row, strict=True)) for row in rests],
        "andereGrenzen": other_borders(rows) if page == 1 else [],
    }
    text = json.dumps(head, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    objects = [json_objects(rows, block) for block in rows.blocks((page - 1) * size, page * size)]
    body = b",".join(as_bytes(pc.binary_join_element_wise(one, ",", ""))[:-1] for one in objects)
    told = [f'<{href}>; rel="{name}"' for name, href in links.items() if name != "self"]
    headers = {"Link": ", ".join([*told, licence_link()])}
    return Made(text.encode()[:-1] + b',"waarden":[' + body + b"]}", JSON, headers)


def _at(address: str, page: int) -> str:
    """The address of another page of the same answer."""
    bare = [part for part in address.partition("?")[2].split("&") if not part.startswith("pagina=")]
    return f"{address.partition('?')[0]}?{'&'.join([*bare, f'pagina={page}'])}"


def _headers(asked: Asked, form: str, address: str) -> dict[str, str]:
    parts = [asked.text("indicator"), asked.text("niveau"), *asked.texts("jaar"), asked.release.info.id]
    name = "-".join(part for part in parts if part)
    links = [licence_link()]
    if form == "csv":
        query = "&".join(
            part for part in address.partition("?")[2].split("&") if not part.startswith("formaat=")
        )
        links.append(f'</v1/waarden.csv-metadata.json?{query}>; rel="describedby"; type="{CSVW}"')
    kept = "inline" if form in ("csv", "jsonstat") else "attachment"
    return {
        "Content-Disposition": f'{kept}; filename="{name}.{ENDINGS.get(form, form)}"',
        "Link": ", ".join(links),
    }
