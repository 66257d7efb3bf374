"""A TOML file with a table [division] in, as in a run's configuration; its `DivisionFiles` out."""

import tomllib
from pathlib import Path
from typing import Any

from geodata.division import DivisionFiles
from geodata.errors import Fault, GeodataError

_TEXTS = ("vintage", "boundaries", "tree", "groupings_file")


def division_of(path: Path) -> DivisionFiles:
    """GeodataError with every fault of the table; other tables of the file are not looked at."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8")).get("division")
    except FileNotFoundError:
        fault = Fault(path.name, f"folder {path.parent.name}", "no such file", "a TOML file with [division]")
        raise GeodataError([fault]) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise GeodataError([Fault(path.name, "syntax", str(error), "valid TOML in UTF-8")]) from None
    if not isinstance(table, dict):
        raise GeodataError([Fault(path.name, "division", "nothing", "a table [division]")])
    faults = [
        Fault(path.name, f"division.{key}", repr(table.get(key)), "a text")
        for key in _TEXTS
        if not (isinstance(table.get(key), str) and table[key])
    ]
    if not isinstance(table.get("year"), int):
        faults.append(Fault(path.name, "division.year", repr(table.get("year")), "a year"))
    groupings = table.get("groupings", {})
    if not isinstance(groupings, dict):
        faults.append(Fault(path.name, "division.groupings", repr(groupings), "a table"))
        groupings = {}
    pairs = {"land": table.get("land"), "regio": table.get("regio")}
    pairs |= {f"groupings.{kind}": pair for kind, pair in groupings.items()}
    faults += [
        Fault(path.name, f"division.{key}", repr(pair), "{ code = .., name = .. }")
        for key, pair in pairs.items()
        if not _is_pair(pair)
    ]
    if faults:
        raise GeodataError(sorted(faults))
    return DivisionFiles(
        vintage=table["vintage"],
        year=table["year"],
        land_code=table["land"]["code"],
        land_name=table["land"]["name"],
        boundaries=table["boundaries"],
        tree=table["tree"],
        groupings_file=table["groupings_file"],
        regio=_pair(table["regio"]),
        groupings={kind: _pair(pair) for kind, pair in groupings.items()},
    )


def _is_pair(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(value.get(key), str) for key in ("code", "name"))


def _pair(value: dict[str, Any]) -> tuple[str, str]:
    return value["code"], value["name"]
