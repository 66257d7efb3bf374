"""`python -m etl catalogue`: the folder of the catalogue in; every indicator by theme, as a table, out."""

import argparse
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from etl.catalogue.load import FOLDER, load_catalogue
from etl.catalogue.model import Indicator, Source
from etl.catalogue.needs import sources_of
from geodata.levels import LEVELS

HEADING = ("indicator", "bronnen", "bescherming", "niveaus", "herzien", "einde")


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of this command."""
    parser.add_argument("--catalogue", type=Path, default=FOLDER, help="another folder than our own")
    parser.set_defaults(command=run)


def run(options: argparse.Namespace) -> int:
    """Print the table, theme by theme in the order of the menu."""
    catalogue, today = load_catalogue(options.catalogue), datetime.now(UTC).date()
    rows: dict[str, list[tuple[str, ...]]] = {}
    for theme in catalogue.themes:
        own = [one for one in catalogue.indicators.values() if one.theme == theme.id]
        rows[theme.name.nl] = [_row(one, today) for one in sorted(own, key=lambda one: (one.role, one.id))]
    every = [HEADING, *(row for table in rows.values() for row in table)]
    widths = [max(len(row[column]) for row in every) for column in range(len(HEADING))]
    print(_line(HEADING, widths))
    for theme_name, table in rows.items():
        print(f"\n{theme_name}" if table else f"\n{theme_name}: geen")
        for row in table:
            print(_line(row, widths))
    unseen = list(_unseen(catalogue.sources.values()))
    if unseen:
        print("\nNog niet gezien in de beschrijving van de leverancier:")
        print("\n".join(unseen))
    return 0


def _row(indicator: Indicator, today: date) -> tuple[str, ...]:
    protection, purpose = indicator.protection, indicator.purpose
    unit = "openbaar" if protection is None else f"{protection.unit}, hoogstens {protection.cap}"
    every = tuple(indicator.levels) == LEVELS
    late = " (voorbij)" if purpose.review < today else ""
    return (
        indicator.id + (" (noemer)" if indicator.role == "denominator" else ""),
        ", ".join(sources_of(indicator)),
        unit,
        "alle" if every else ", ".join(indicator.levels),
        f"{purpose.review}{late}",
        f"{purpose.end}",
    )


def _unseen(sources: Iterable[Source]) -> Iterator[str]:
    for source in sources:
        names = [column.name for column in source.columns.values() if not column.verified]
        if names:
            yield f"  {source.id}: {', '.join(names)}"


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()
