"""The tree and the groupings of one year: two CSV files in, checked rows for `build_regions` out.

The tree file has one row a buurt; gemeente and wijk follow from its rows. The groupings file has one row a
gemeente with its region and its groupings. All faults of both files are collected, none is raised here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from geodata.checks import (
    Columns,
    Finding,
    check_codes,
    check_filled,
    check_once,
    line,
    read_csv,
    summed_up,
)
from geodata.division import DivisionFiles
from geodata.errors import Fault
from geodata.levels import Level

TREE_COLUMNS = ("buurtcode", "buurtnaam", "wijkcode", "wijknaam", "gemeentecode", "gemeentenaam")
_CODES = {Level.BUURT: "buurtcode", Level.WIJK: "wijkcode", Level.GEMEENTE: "gemeentecode"}

Area = tuple[str, str, str, str | None]
Grouping = tuple[str, str, tuple[str, ...]]


@dataclass(frozen=True)
class Hierarchy:
    """Checked rows: areas = (code, name, level, parent code); groupings = kind -> (code, name, gemeenten)."""

    areas: tuple[Area, ...]
    groupings: Mapping[str, tuple[Grouping, ...]] = field(default_factory=dict)

    def parents(self, level: Level) -> dict[str, str]:
        """Code of each area of `level` -> code of the area above it."""
        return {code: parent for code, _, name, parent in self.areas if name == level and parent}


def read_hierarchy(files: DivisionFiles, folder: Path) -> tuple[Hierarchy, list[Fault]]:
    """The tree and the groupings, with every fault found in either file.

    With faults, the hierarchy holds what could be understood, so that the shapes can be checked against it.
    """
    pairs = {"regio": files.regio, **files.groupings}
    wanted = ["gemeentecode", *dict.fromkeys(column for pair in pairs.values() for column in pair)]
    tree, faults = read_csv(folder / files.tree, TREE_COLUMNS)
    gebieden, more = read_csv(folder / files.groupings_file, wanted)
    faults += more
    if not Level.LAND.accepts(files.land_code):
        faults.append(Fault("division", "land code", repr(files.land_code), f"the form {Level.LAND.pattern}"))
    if tree:
        faults += _tree_faults(files.tree, tree)
    if gebieden:
        faults += _grouping_faults(files.groupings_file, gebieden, pairs)
    if tree and gebieden:
        faults += _missing_faults(files, tree, gebieden)
    hierarchy = Hierarchy(_areas(files, tree, gebieden), _groupings(files, gebieden))
    return hierarchy, faults + _shared_codes(files, hierarchy)


def _tree_faults(file: str, tree: Columns) -> list[Fault]:
    faults = []
    for level, column in _CODES.items():
        faults += check_codes(file, column, tree[column], level, line)
        faults += check_filled(file, f"{level}naam", tree[f"{level}naam"], line)
    faults += _in_two(file, tree)
    faults += _contradictions(file, tree)
    for column in ("wijk", "gemeente"):
        faults += _names(file, tree[f"{column}code"], tree[f"{column}naam"], f"{column}naam")
    return faults


def _in_two(file: str, tree: Columns) -> list[Fault]:
    """Buurten on two rows, said apart when the rows disagree on the gemeente; wijken in two gemeenten."""
    faults = []
    first: dict[str, int] = {}
    split: list[Finding] = []
    plain = []
    for number, code in enumerate(tree["buurtcode"]):
        earlier = first.setdefault(code, number)
        if earlier == number:
            plain.append(number)
            continue
        here, there = tree["gemeentecode"][number], tree["gemeentecode"][earlier]
        if here != there:
            split.append(Finding(line(number), f"{code} in gemeente {here}, on {line(earlier)} in {there}"))
        else:
            plain.append(number)
    faults += summed_up(file, "buurtcode", "each buurt in one gemeente", split)
    codes = [tree["buurtcode"][number] for number in plain]
    faults += check_once(file, "buurtcode", codes, lambda number: line(plain[number]))
    home: dict[str, str] = {}
    moved = [
        Finding(line(number), f"{wijk} in gemeente {gemeente}, earlier in {home[wijk]}")
        for number, (wijk, gemeente) in enumerate(zip(tree["wijkcode"], tree["gemeentecode"], strict=True))
        if home.setdefault(wijk, gemeente) != gemeente
    ]
    return faults + summed_up(file, "wijkcode", "each wijk in one gemeente", moved)


def _contradictions(file: str, tree: Columns) -> list[Fault]:
    """Codes carry their parent's digits: BU0363AD03 lies in WK0363AD, which lies in GM0363."""
    faults = []
    for lower, upper in ((Level.BUURT, Level.WIJK), (Level.WIJK, Level.GEMEENTE)):
        wrong = []
        seen: set[tuple[str, str]] = set()
        for number, pair in enumerate(zip(tree[_CODES[lower]], tree[_CODES[upper]], strict=True)):
            code, parent = pair
            if pair in seen or not (lower.accepts(code) and upper.accepts(parent)):
                continue
            seen.add(pair)
            if not code[2:].startswith(parent[2:]):
                wrong.append(Finding(line(number), f"{code} in {parent}"))
        faults += summed_up(file, _CODES[lower], f"a {lower} code that starts as its {upper}", wrong)
    return faults


def _names(file: str, codes: list[str], names: list[str], column: str) -> list[Fault]:
    first: dict[str, str] = {}
    other = [
        Finding(line(number), f"{code} is called {name!r}, earlier {first[code]!r}")
        for number, (code, name) in enumerate(zip(codes, names, strict=True))
        if first.setdefault(code, name) != name
    ]
    return summed_up(file, column, "one name for one code", other)


def _grouping_faults(file: str, gebieden: Columns, pairs: Mapping[str, tuple[str, str]]) -> list[Fault]:
    codes = gebieden["gemeentecode"]
    faults = check_codes(file, "gemeentecode", codes, Level.GEMEENTE, line)
    faults += check_once(file, "gemeentecode", codes, line)
    for kind, (code, name) in pairs.items():
        level = Level.REGIO if kind == Level.REGIO else None
        faults += check_codes(file, code, gebieden[code], level, line)
        faults += check_filled(file, name, gebieden[name], line)
        faults += _names(file, gebieden[code], gebieden[name], name)
    return faults


def _missing_faults(files: DivisionFiles, tree: Columns, gebieden: Columns) -> list[Fault]:
    grouped, used = set(gebieden["gemeentecode"]), set(tree["gemeentecode"])
    first = {code: number for number, code in reversed(list(enumerate(tree["gemeentecode"])))}
    lost = [
        Finding(line(number), f"{code}, which {files.groupings_file} lacks")
        for code, number in sorted(first.items())
        if code not in grouped
    ]
    idle = [
        Finding(line(number), f"{code}, which {files.tree} lacks")
        for number, code in enumerate(gebieden["gemeentecode"])
        if code not in used
    ]
    return summed_up(
        files.tree, "gemeentecode", "a gemeente with a region", lost, f"Add its row to {files.groupings_file}"
    ) + summed_up(files.groupings_file, "gemeentecode", "a gemeente with at least one buurt", idle)


def _shared_codes(files: DivisionFiles, hierarchy: Hierarchy) -> list[Fault]:
    """A code names one area of the vintage, whatever its kind."""
    owner = {code: level for code, _, level, _ in hierarchy.areas}
    faults = []
    for kind, rows in hierarchy.groupings.items():
        for code, _, _ in rows:
            if owner.setdefault(code, kind) != kind:
                faults.append(
                    Fault(files.groupings_file, kind, f"{code}, also a {owner[code]}", "a code of its own")
                )
    return faults


def _areas(files: DivisionFiles, tree: Columns, gebieden: Columns) -> tuple[Area, ...]:
    found: dict[str, Area] = {files.land_code: (files.land_code, files.land_name, Level.LAND, None)}
    code, name = files.regio
    regio_of = dict(zip(gebieden.get("gemeentecode", []), gebieden.get(code, []), strict=True))
    for regio, text in zip(gebieden.get(code, []), gebieden.get(name, []), strict=True):
        found.setdefault(regio, (regio, text, Level.REGIO, files.land_code))
    for row in zip(*(tree.get(column, []) for column in TREE_COLUMNS), strict=True):
        buurt, buurt_name, wijk, wijk_name, gemeente, gemeente_name = row
        found.setdefault(gemeente, (gemeente, gemeente_name, Level.GEMEENTE, regio_of.get(gemeente)))
        found.setdefault(wijk, (wijk, wijk_name, Level.WIJK, gemeente))
        found.setdefault(buurt, (buurt, buurt_name, Level.BUURT, wijk))
    return tuple(found.values())


def _groupings(files: DivisionFiles, gebieden: Columns) -> dict[str, tuple[Grouping, ...]]:
    if not gebieden:
        return {}
    kinds: dict[str, tuple[Grouping, ...]] = {}
    for kind, (code, name) in files.groupings.items():
        names = dict(zip(gebieden[code], gebieden[name], strict=True))
        pairs = list(zip(gebieden[code], gebieden["gemeentecode"], strict=True))
        kinds[kind] = tuple(
            (group, names[group], tuple(sorted(gemeente for at, gemeente in pairs if at == group)))
            for group in sorted(names)
        )
    return kinds
