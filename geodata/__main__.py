"""Divisions side by side: the files of two years go in; what changed comes out, for people to check.

    python -m geodata check DIVISION --sources DIR            is a division whole? counts and notes
    python -m geodata compare OLD NEW --sources DIR ...       a report and a changes file of what changed
    python -m geodata verify CHANGES OLD NEW --sources DIR    a changes file after people have edited it

DIVISION, OLD and NEW are TOML files with a table [division], as in a run's configuration.
Exit status: 0 done, 1 refused (the message says why), 2 wrong use.
"""

import argparse
import datetime as dt
import sys
from collections.abc import Sequence
from pathlib import Path

from geodata.boundaries import read_division
from geodata.changereport import report
from geodata.changes import LEVELS, read_changes, write_changes
from geodata.checks import Finding, line, read_csv, summed_up
from geodata.compare import SLIVER, compare
from geodata.declared import division_of
from geodata.division import Division
from geodata.earlier import former_areas, levels_of
from geodata.errors import Fault, GeodataError
from geodata.hierarchy import read_hierarchy
from geodata.levels import Level
from geodata.regions import Regions


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.command(options))
    except GeodataError as refusal:
        print(f"Geweigerd. {refusal}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m geodata", description="Divisions side by side.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    check = commands.add_parser("check", help="read one division whole; name every fault")
    check.add_argument("division", type=Path, help="for example config/nl2024.toml")
    check.set_defaults(command=_check)
    beside = commands.add_parser("compare", help="what changed between two divisions")
    for name in ("old", "new"):
        beside.add_argument(name, type=Path, help=f"TOML file with the [division] of the {name} year")
    beside.add_argument("--changes", type=Path, required=True, help="changes file to write (CSV)")
    beside.add_argument("--report", type=Path, help="report to write (Markdown; default: on the screen)")
    beside.add_argument("--links", type=Path, help="CSV old_code,new_code: same borders, new code; wins")
    beside.add_argument("--date", type=dt.date.fromisoformat, help="default: 1 January of the new year")
    beside.add_argument(
        "--sliver", type=float, default=SLIVER, help="overlap that is no change (share of both)"
    )
    beside.set_defaults(command=_compare)
    verify = commands.add_parser("verify", help="check a changes file against two divisions")
    verify.add_argument("changes", type=Path, help="changes file (CSV)")
    for name in ("old", "new"):
        verify.add_argument(name, type=Path, help=f"TOML file with the [division] of the {name} year")
    verify.set_defaults(command=_verify)
    for sub in (check, beside, verify):
        sub.add_argument("--sources", type=Path, required=True, help="folder with the files of the divisions")
        if sub is not check:
            sub.add_argument("--old-sources", type=Path, help="folder of the old one, where it is another")
    return parser


def _check(options: argparse.Namespace) -> int:
    division = read_division(division_of(options.division), options.sources)
    _told(division)
    return 0


def _told(division: Division) -> None:
    regions = division.regions
    sizes = (f"{len(regions.codes[regions.slice(level)])} {level}" for level in regions.levels)
    print(f"{regions.vintage}: {', '.join(sizes)}")
    for note in division.notes:
        print(f"Let op: {note}")


def _compare(options: argparse.Namespace) -> int:
    old = read_division(division_of(options.old), options.old_sources or options.sources)
    new = read_division(division_of(options.new), options.sources)
    for division in (old, new):
        _told(division)
    links = _links(options.links, old.regions, new.regions) if options.links else {}
    date = options.date or dt.date(new.regions.year, 1, 1)
    found = compare(old, new, date, links, options.sliver)
    write_changes(options.changes, found.steps, _named(old.regions), _named(new.regions))
    told = report(old.regions, new.regions, found)
    if options.report:
        options.report.write_text(told, encoding="utf-8")
    else:
        print(told)
    print(f"{options.changes.name}: {len(found.steps)} gebieden veranderd. Lees het na voor u het gebruikt.")
    return 0


def _verify(options: argparse.Namespace) -> int:
    """The boundaries are not needed: what counts is which codes there are."""
    known, faults = [], []
    for name, folder in (("old", options.old_sources or options.sources), ("new", options.sources)):
        hierarchy, some = read_hierarchy(division_of(getattr(options, name)), folder)
        faults += some
        known.append(levels_of(former_areas(hierarchy)))
    steps, some = read_changes(options.changes, *known)
    if faults or some:
        raise GeodataError(sorted({*faults, *some}))
    print(f"{options.changes.name}: {len(steps)} gebieden veranderd, geen fouten.")
    return 0


def _named(regions: Regions) -> dict[str, tuple[str, str]]:
    return {region.code: (region.level, region.name) for region in regions if region.level in LEVELS}


def _links(path: Path, old: Regions, new: Regions) -> dict[str, str]:
    """Old code -> new code of buurten with the same borders. Other levels follow from their buurten."""
    columns, faults = read_csv(path, ("old_code", "new_code"))
    for column, regions in (("old_code", old), ("new_code", new)):
        strange = [
            Finding(line(number), repr(code))
            for number, code in enumerate(columns.get(column, []))
            if code not in regions or regions[code].level not in LEVELS
        ]
        faults += summed_up(path.name, column, f"a wijk or buurt of {regions.vintage}", strange)
    pairs = list(zip(columns.get("old_code", []), columns.get("new_code", []), strict=True))
    pairs = [pair for pair in pairs if pair[0] in old and old[pair[0]].level == Level.BUURT]
    for side, name in ((0, "old_code"), (1, "new_code")):
        if len({pair[side] for pair in pairs}) != len(pairs):
            faults.append(Fault(path.name, name, "a code on two rows", "each buurt once"))
    if faults:
        raise GeodataError(sorted(faults))
    return dict(pairs)


if __name__ == "__main__":
    raise SystemExit(main())
