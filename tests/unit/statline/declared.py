"""Sources over the tiny country's StatLine tables, and requests for them."""

from pathlib import Path
from typing import Any

from etl.catalogue.model import Source
from etl.extract.statline.read import Request
from tests.samples.statline_replay import source
from tests.samples.statline_server import Server

YEARS = (2022, 2023, 2024)


def crimes(server: Server, version: str = "v3", keep: Any = None, **statline: Any) -> Source:
    """Type of crime by wijk and buurt; keep: keys of `Soort misdrijf`."""
    return source(
        "misdrijven",
        statline={"table": "90018NED", "version": version, "base_url": getattr(server, version)} | statline,
        columns={
            "area": {"name": "Wijken en buurten"},
            "year": {"name": "Perioden"},
            "drugs": column("Geregistreerde misdrijven", SoortMisdrijf=keep or ["3.1.1 "]),
        },
    )


def column(name: str, kind: str = "count", **keep: Any) -> dict[str, Any]:
    """One measure of a source."""
    return {"name": name, "type": kind, "keep": keep}


def key_figures(server: Server, version: str = "v3", **columns: Any) -> Source:
    """A table a year, without periods."""
    return source(
        "kerncijfers",
        statline={
            "tables": {2022: "90022NED", 2023: "90023NED"},
            "version": version,
            "base_url": getattr(server, version),
        },
        columns={"area": {"name": "Wijken en buurten"}}
        | (columns or {"inwoners": column("Aantal inwoners")}),
    )


def request(given: Source, folder: Path, years: tuple[int, ...] = YEARS, **more: Any) -> Request:
    """What a run asks of it."""
    return Request(given, folder / "antwoorden", "antwoorden", years, "KL00", **more)
