"""What changed between two divisions, for who checks it. A `Compared` goes in; Dutch Markdown comes out."""

from collections.abc import Iterable

from geodata.changes import LEVELS, Kind, Step
from geodata.compare import Compared
from geodata.regions import Regions

TITLES = {
    Kind.MERGED: "Samengegaan",
    Kind.SPLIT: "Gesplitst",
    Kind.BORDER: "Zelfde code, andere grenzen",
    Kind.RECODED: "Zelfde grenzen, nieuwe code",
    Kind.GONE: "Verdwenen",
}
PLURAL = {"gemeente": "gemeenten", "wijk": "wijken", "buurt": "buurten"}


def report(old: Regions, new: Regions, found: Compared) -> str:
    """Counts first, then every area by name: gemeenten, wijken, buurten."""
    lines = [f"# Van {old.vintage} naar {new.vintage}", "", *_table(old, new, found)]
    for level in LEVELS:
        lines += ["", f"## {PLURAL[level].capitalize()}", ""]
        told = list(_level(old, new, found, level))
        lines += told or ["Niets veranderd."]
    if found.notes:
        lines += ["", "## Kijk hier zelf naar", "", *(f"- {note}" for note in found.notes)]
    return "\n".join(lines) + "\n"


def _table(old: Regions, new: Regions, found: Compared) -> list[str]:
    head = [f"| | {old.vintage} | {new.vintage} | " + " | ".join(TITLES.values()) + " | Nieuw |"]
    head.append("|---" * (len(TITLES) + 4) + "|")
    for level in LEVELS:
        kinds = [found.steps[code][0].kind for code in found.steps if old[code].level == level]
        fresh = sum(new[code].level == level for code in found.new)
        sizes = (len(one.codes[one.slice(level)]) for one in (old, new))
        cells = [PLURAL[level], *sizes, *(kinds.count(kind) for kind in TITLES), fresh]
        head.append("| " + " | ".join(map(str, cells)) + " |")
    return head


def _level(old: Regions, new: Regions, found: Compared, level: str) -> Iterable[str]:
    for kind, title in TITLES.items():
        codes = [
            code for code, ways in found.steps.items() if old[code].level == level and ways[0].kind == kind
        ]
        if codes:
            yield f"### {title}"
            yield ""
            yield from (
                f"- {code} {old[code].name}: {_ways(new, found.steps[code])}" for code in sorted(codes)
            )
            yield ""
    fresh = [code for code in found.new if new[code].level == level]
    names = {code: pair for code, pair in found.renamed.items() if old[code].level == level}
    moved = [one for one in found.moved if old[one[0]].level == level]
    for title, rows in (
        ("Nieuw", [f"- {code} {new[code].name}" for code in fresh]),
        (
            "Andere naam",
            [f"- {code} {before} heet nu {after}" for code, (before, after) in sorted(names.items())],
        ),
        ("Onder een ander gebied", [_moved(old, new, one) for one in moved]),
    ):
        if rows:
            yield from (f"### {title}", "", *rows, "")


def _ways(new: Regions, steps: tuple[Step, ...]) -> str:
    ways = [
        f"{step.new} {new[step.new].name}" + ("" if step.share == 1 else f" ({float(step.share):.2%})")
        for step in steps
        if step.new
    ]
    return ", ".join(ways) or "geen gebied"


def _moved(old: Regions, new: Regions, one: tuple[str, str, str, str]) -> str:
    code, to, before, after = one
    now = f" (nu {to})" if to != code else ""
    return f"- {code} {old[code].name}{now}: van {before} {old[before].name} naar {after} {new[after].name}"
