"""Files of earlier divisions and their changes in; a checked `Lineage` out, or every fault of all files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from geodata.changes import LEVELS, read_changes
from geodata.division import DivisionFiles
from geodata.errors import Fault, GeodataError
from geodata.hierarchy import Hierarchy, read_hierarchy
from geodata.lineage import Earlier, FormerArea, Lineage
from geodata.regions import Regions


@dataclass(frozen=True)
class EarlierFiles:
    """An earlier division and the file with its steps to the next one; its boundaries are not needed."""

    division: DivisionFiles
    changes: str


def read_lineage(earlier: Sequence[EarlierFiles], folder: Path, regions: Regions) -> Lineage:
    """The history of a division. GeodataError with the faults of every tree and every changes file."""
    ordered = sorted(earlier, key=lambda one: one.division.year)
    faults: list[Fault] = []
    areas = []
    for one in ordered:
        hierarchy, some = read_hierarchy(one.division, folder)
        faults += some
        areas.append(former_areas(hierarchy))
    known = [levels_of(found) for found in areas]
    known.append({region.code: region.level for region in regions if region.level in LEVELS})
    made = []
    for number, one in enumerate(ordered):
        if not known[number] or not known[number + 1]:
            continue  # a tree that cannot be read is a fault of its own
        steps, some = read_changes(folder / one.changes, known[number], known[number + 1])
        faults += some
        made.append(Earlier(one.division.vintage, one.division.year, areas[number], steps))
    if faults:
        raise GeodataError(sorted(set(faults)))
    return Lineage(regions, tuple(made))


def former_areas(hierarchy: Hierarchy) -> dict[str, FormerArea]:
    """Gemeenten, wijken and buurten of a division by code."""
    return {
        code: FormerArea(code, name, str(level), parent)
        for code, name, level, parent in hierarchy.areas
        if level in LEVELS
    }


def levels_of(areas: Mapping[str, FormerArea]) -> dict[str, str]:
    """Code -> level."""
    return {code: area.level for code, area in areas.items()}
