"""Checks shared by the readers of the map's files: columns of codes in, faults out; and CSV in strict form.

A column with few wrong rows gives one fault a row; a column that is wrong throughout (say, padded by the
service that wrote it) gives one fault with the count and the first rows, so that the others stay in sight.
"""

import csv
import io
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from geodata.errors import Fault
from geodata.levels import Level

LISTED = 50
"""Most rows listed one by one for one kind of fault in one column."""
_GROUPING_CODE = re.compile(r"[A-Z]{2}\d{2,4}")


@dataclass(frozen=True)
class Finding:
    """One wrong row: where in the file, what stands there."""

    place: str
    found: str


def summed_up(
    file: str, column: str, expected: str, findings: Sequence[Finding], remedy: str = ""
) -> list[Fault]:
    """A fault for each finding, or one for all of them when there are more than `LISTED`."""
    if len(findings) <= LISTED:
        return [Fault(file, f"{one.place}, {column}", one.found, expected, remedy) for one in findings]
    first = "; ".join(f"{one.place}: {one.found}" for one in findings[:5])
    return [Fault(file, column, f"{len(findings)} wrong rows, the first: {first}", expected, remedy)]


def check_codes(
    file: str,
    column: str,
    codes: Iterable[str],
    level: Level | None,
    place: Callable[[int], str],
) -> list[Fault]:
    """Faults of form: empty, padded, or not as CBS writes codes of `level` (None: of a grouping).

    place: number of a row in `codes` -> how to find it in the file.
    """
    pattern = re.compile(level.pattern) if level else _GROUPING_CODE
    padded, wrong = [], []
    for number, code in enumerate(codes):
        if pattern.fullmatch(code):
            continue
        if code != code.strip() and pattern.fullmatch(code.strip()):
            spaces = len(code) - len(code.strip())
            padded.append(Finding(place(number), f"{code!r}, padded with {spaces} blank(s)"))
        else:
            wrong.append(Finding(place(number), repr(code) if code else "an empty cell"))
    name = level.value if level else "grouping"
    return summed_up(
        file, column, "a code without padding", padded, "Strip the blanks before handing the file in"
    ) + summed_up(file, column, f"a {name} code of the form {pattern.pattern}", wrong)


def check_filled(file: str, column: str, cells: Iterable[str], place: Callable[[int], str]) -> list[Fault]:
    """Faults for empty cells."""
    empty = [Finding(place(number), "an empty cell") for number, cell in enumerate(cells) if not cell.strip()]
    return summed_up(file, column, "a name", empty)


def check_once(file: str, column: str, codes: Sequence[str], place: Callable[[int], str]) -> list[Fault]:
    """Faults for codes that stand on more than one row."""
    first: dict[str, int] = {}
    again = []
    for number, code in enumerate(codes):
        if first.setdefault(code, number) != number:
            again.append(Finding(place(number), f"{code} a second time (first: {place(first[code])})"))
    return summed_up(file, column, "every code once", again)


def line(number: int) -> str:
    """Place of row `number` (from 0) of a CSV file with a heading."""
    return f"line {number + 2}"


Columns = dict[str, list[str]]


def read_csv(path: Path, columns: Sequence[str]) -> tuple[Columns, list[Fault]]:
    """The named columns as text, cell by cell as they stand; nothing is read when the form is wrong.

    UTF-8 (a byte-order mark is allowed), commas, one heading, every row as long as the heading.
    """
    name = path.name
    text, faults = _decoded(path)
    if faults:
        return {}, faults
    rows = list(csv.reader(io.StringIO(text, newline="")))
    heading = rows[0]
    missing = [column for column in columns if column not in heading]
    if missing:
        remedy = "Separate columns by commas" if len(heading) == 1 else ""
        found = f"columns {', '.join(heading)}"
        return {}, [Fault(name, "line 1", found, f"a column {column}", remedy) for column in missing]
    body = rows[1:]
    short = [
        Finding(line(number), f"{len(row)} cell(s)")
        for number, row in enumerate(body)
        if len(row) != len(heading)
    ]
    if short:
        hint = "The file may be cut off" if short[-1].place == line(len(body) - 1) else ""
        return {}, summed_up(name, "all columns", f"{len(heading)} cells as in the heading", short, hint)
    if not body:
        return {}, [Fault(name, "line 2", "no rows", "one row an area")]
    return {column: [row[heading.index(column)] for row in body] for column in columns}, []


def _decoded(path: Path) -> tuple[str, list[Fault]]:
    name = path.name
    if not path.is_file():
        return "", [Fault(name, "folder " + path.parent.name, "no such file", "a CSV file")]
    raw = path.read_bytes()
    if not raw.strip():
        return "", [Fault(name, "whole file", "an empty file", "a CSV file with a heading")]
    try:
        return raw.decode("utf-8-sig"), []
    except UnicodeDecodeError as error:
        before = raw[: error.start].count(b"\n")
        found = f"byte 0x{raw[error.start]:02X}, which is not UTF-8"
        return "", [
            Fault(
                name, f"line {before + 1}", found, "text in UTF-8", "Save the file again with encoding UTF-8"
            )
        ]
