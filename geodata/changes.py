"""Where the areas of one division went in the next: a CSV file that people check, in and out.

One row a pair of areas: `level, old_code, old_name, new_code, new_name, share, kind, date`. The shares of one
old area add up to exactly 1. An old area without a row goes on under its own code.
"""

import csv
import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from pathlib import Path

from geodata.checks import Columns, Finding, line, read_csv, summed_up
from geodata.errors import Fault
from geodata.levels import Level

COLUMNS = ("level", "old_code", "old_name", "new_code", "new_name", "share", "kind", "date")
LEVELS = (Level.GEMEENTE, Level.WIJK, Level.BUURT)
"""Levels that a changes file speaks of; what lies above is a sum of gemeenten."""
DECIMALS = 6
_SHARE = re.compile(r"0\.\d{1,9}|1(\.0{1,9})?")


class Kind(StrEnum):
    """What happened to an old area."""

    MERGED = "merged"
    """It went whole into a larger area."""
    SPLIT = "split"
    """Its parts went to several others."""
    BORDER = "border"
    """It goes on under its own code within other borders."""
    RECODED = "recoded"
    """The same borders, another code."""
    GONE = "gone"
    """No area took its place."""


@dataclass(frozen=True)
class Step:
    """One way out of an old area. new: code of the area it went to, empty when it went nowhere."""

    new: str
    share: Fraction
    kind: Kind
    date: dt.date


Steps = Mapping[str, tuple[Step, ...]]
"""Old code -> where it went, the largest share first. A code without an entry stayed as it was."""


def read_changes(
    path: Path, old: Mapping[str, str], new: Mapping[str, str]
) -> tuple[dict[str, tuple[Step, ...]], list[Fault]]:
    """The steps of one file with every fault found in it.

    old, new: code -> level of the gemeenten, wijken and buurten of the two divisions. With faults no steps.
    """
    columns, faults = read_csv(path, COLUMNS)
    if not columns:
        # A year without any change is a file with its heading only.
        return {}, [] if _heading_only(path, faults) else faults
    faults += _codes(path.name, columns, old, new)
    dates = _dates(path.name, columns, faults)
    shares = _shares(path.name, columns, faults)
    faults += _words(path.name, "kind", columns["kind"], tuple(Kind))
    faults += _sums(path.name, columns, shares)
    faults += _contradictions(path.name, columns, shares)
    faults += _unsaid(path.name, columns, old, new)
    if faults:
        return {}, faults
    found: dict[str, list[Step]] = {}
    for code, to, share, kind, date in zip(
        columns["old_code"], columns["new_code"], shares, columns["kind"], dates, strict=True
    ):
        found.setdefault(code, []).append(Step(to, share or Fraction(0), Kind(kind), date or dt.date.min))
    return {code: in_order(steps) for code, steps in found.items()}, []


def write_changes(
    path: Path, steps: Steps, old: Mapping[str, tuple[str, str]], new: Mapping[str, tuple[str, str]]
) -> None:
    """Write the file; old, new: code -> (level, name) of the areas of the two divisions."""
    order = {level: number for number, level in enumerate(LEVELS)}
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(COLUMNS)
        for code in sorted(steps, key=lambda code: (order[Level(old[code][0])], code)):
            level, name = old[code]
            for step in steps[code]:
                to = new[step.new][1] if step.new else ""
                share = f"{float(step.share):.{DECIMALS}f}".rstrip("0").rstrip(".")
                writer.writerow([level, code, name, step.new, to, share, step.kind, step.date.isoformat()])


def in_order(steps: Iterable[Step]) -> tuple[Step, ...]:
    """The largest share first, then by code."""
    return tuple(sorted(steps, key=lambda step: (-step.share, step.new)))


def kind_of(code: str, parts: Mapping[str, Fraction], into: Mapping[str, Mapping[str, Fraction]]) -> Kind:
    """What happened to one old area. parts: new code -> share; into: new code -> old code -> its share there.

    An old area that did not change at all is `border` to this function: ask `stayed` first.
    """
    if not parts:
        return Kind.GONE
    if len(parts) > 1:
        return Kind.BORDER if code in parts else Kind.SPLIT
    (to,) = parts
    beside = into[to]
    if len(beside) == 1:
        return Kind.RECODED if to != code else Kind.BORDER
    whole = all(share == 1 for share in beside.values())
    return Kind.BORDER if to == code and not whole else Kind.MERGED


def stayed(code: str, parts: Mapping[str, Fraction], into: Mapping[str, Mapping[str, Fraction]]) -> bool:
    """Whether an old area goes on as it was: its own code, its own borders."""
    return set(parts) == {code} and set(into[code]) == {code}


def _heading_only(path: Path, faults: Sequence[Fault]) -> bool:
    return len(faults) == 1 and faults[0].found == "no rows"


def _codes(file: str, columns: Columns, old: Mapping[str, str], new: Mapping[str, str]) -> list[Fault]:
    faults: list[Fault] = []
    for column, known, where in (("old_code", old, "earlier"), ("new_code", new, "later")):
        strange, other = [], []
        for number, code in enumerate(columns[column]):
            if code == "" and column == "new_code" and columns["kind"][number] == Kind.GONE:
                continue
            if code not in known:
                strange.append(Finding(line(number), repr(code) if code else "an empty cell"))
            elif known[code] != columns["level"][number]:
                other.append(Finding(line(number), f"{code}, a {known[code]}"))
        expected = f"a gemeente, wijk or buurt of the {where} division"
        faults += summed_up(file, column, expected, strange)
        faults += summed_up(file, column, "an area of the level this row names", other)
    return faults


def _dates(file: str, columns: Columns, faults: list[Fault]) -> list[dt.date | None]:
    found: list[dt.date | None] = []
    wrong = []
    for number, cell in enumerate(columns["date"]):
        try:
            found.append(dt.date.fromisoformat(cell))
        except ValueError:
            found.append(None)
            wrong.append(Finding(line(number), repr(cell)))
    faults += summed_up(file, "date", "a day such as 2023-01-01", wrong)
    return found


def _shares(file: str, columns: Columns, faults: list[Fault]) -> list[Fraction | None]:
    cells = columns["share"]
    good = [_SHARE.fullmatch(cell) is not None and Fraction(cell) > 0 for cell in cells]
    wrong = [Finding(line(n), repr(cell)) for n, cell in enumerate(cells) if not good[n]]
    faults += summed_up(file, "share", "more than 0, at most 1, with a point: 0.25", wrong)
    return [Fraction(cell) if fine else None for cell, fine in zip(cells, good, strict=True)]


def _words(file: str, column: str, cells: Sequence[str], allowed: Sequence[str]) -> list[Fault]:
    wrong = [Finding(line(n), repr(cell)) for n, cell in enumerate(cells) if cell not in allowed]
    return summed_up(file, column, "one of " + ", ".join(allowed), wrong)


def _sums(file: str, columns: Columns, shares: Sequence[Fraction | None]) -> list[Fault]:
    """Every old area goes somewhere, whole, and to each new area once."""
    total: dict[str, Fraction | None] = {}
    last: dict[str, int] = {}
    twice = []
    pairs: dict[tuple[str, str], int] = {}
    for number, (code, to) in enumerate(zip(columns["old_code"], columns["new_code"], strict=True)):
        share, before = shares[number], total.get(code, Fraction(0))
        total[code] = None if share is None or before is None else before + share
        last[code] = number
        if (first := pairs.setdefault((code, to), number)) != number:
            twice.append(Finding(line(number), f"{code} to {to} a second time (first: {line(first)})"))
    off = [
        Finding(line(last[code]), f"{code}, together {float(found):.9g}")
        for code, found in total.items()
        if found is not None and found != 1
    ]
    remedy = "Give the shares as many decimals as it takes, the last one making up the 1"
    faults = summed_up(file, "share", "shares that add up to exactly 1 for each old area", off, remedy)
    return faults + summed_up(file, "new_code", "each pair of areas once", twice)


def _contradictions(file: str, columns: Columns, shares: Sequence[Fraction | None]) -> list[Fault]:
    """One story for each old area: one kind, one date, and as many rows as that kind has."""
    first: dict[str, int] = {}
    rows: dict[str, int] = {}
    other, count = [], []
    for number, code in enumerate(columns["old_code"]):
        start = first.setdefault(code, number)
        rows[code] = rows.get(code, 0) + 1
        for column in ("kind", "date"):
            if columns[column][number] != columns[column][start]:
                found = f"{code}: {columns[column][number]}, on {line(start)} {columns[column][start]}"
                other.append(Finding(line(number), found))
    for code, number in first.items():
        kind = columns["kind"][number]
        if (kind == Kind.SPLIT) != (rows[code] > 1) and kind in tuple(Kind) and kind != Kind.BORDER:
            count.append(Finding(line(number), f"{code}, {kind} over {rows[code]} row(s)"))
        if (kind == Kind.GONE) != (columns["new_code"][number] == ""):
            count.append(
                Finding(line(number), f"{code}, {kind} to {columns['new_code'][number] or 'nowhere'}")
            )
    faults = summed_up(file, "kind, date", "one kind and one date for each old area", other)
    return faults + summed_up(file, "kind", "a kind that fits where the area went", count)


def _unsaid(file: str, columns: Columns, old: Mapping[str, str], new: Mapping[str, str]) -> list[Fault]:
    """An old code that is no longer there must be told of."""
    told = set(columns["old_code"])
    lost = [code for code in old if code not in new and code not in told]
    if not lost:
        return []
    found = f"nothing about {len(lost)} code(s) that the later division lacks: {', '.join(lost[:20])}"
    return [Fault(file, "old_code", found, "a row for each", 'Kind "gone" when no area took its place')]
