"""`python -m etl model` and `python -m etl ratio`: a published release in; a labelled table (CSV) out.

Both work on what is released already: no count is read and nothing is spent. What they give stands beside the
direct estimates and replaces none of them; on the screen (stderr) they say what they are.
"""

import argparse
import csv
import sys
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from etl.catalogue.model import Indicator
from etl.errors import Fault, InputError
from etl.frames import Status
from etl.release.engine import open_engine
from etl.release.read import Release, Store
from etl.release.values import Values
from etl.smallnumbers import UNDETERMINED, empirical_bayes, fieller

MODEL = (
    *("release", "indicator", "jaar", "niveau", "gebiedscode", "gebiedsnaam", "noemer", "klasse", "status"),
    *("schatting", "standaardfout", "modelschatting", "modelMse", "modelStandaardfout"),
    *("geleend", "eigenAandeel", "leentVan"),
)
RATIO = (
    *("release", "teller", "noemer", "jaar", "niveau", "gebiedscode", "gebiedsnaam"),
    *("tellerSchatting", "tellerStandaardfout", "noemerSchatting", "noemerStandaardfout"),
    *("verhouding", "ondergrens", "bovengrens", "oordeel"),
)
DETERMINED = "bepaald"
Cell = str | int | float | None


def add_model(parser: argparse.ArgumentParser, database: str) -> None:
    """Declare the arguments of `model`; database: the default address of the release store."""
    parser.add_argument("release", help="id of a release: python -m etl releases")
    parser.add_argument("indicator", help="an indicator with noise, for example drugsverdachten")
    _add_rest(parser, database)
    parser.set_defaults(command=model)


def add_ratio(parser: argparse.ArgumentParser, database: str) -> None:
    """Declare the arguments of `ratio`."""
    parser.add_argument("release", help="id of a release: python -m etl releases")
    parser.add_argument("numerator", help="indicator above the line")
    parser.add_argument("denominator", help="indicator below the line")
    _add_rest(parser, database)
    parser.set_defaults(command=ratio)


def _add_rest(parser: argparse.ArgumentParser, database: str) -> None:
    parser.add_argument("year", type=int)
    parser.add_argument("level", help="land, regio, gemeente, wijk, buurt or a grouping")
    parser.add_argument("--database", default=database, help="address of the release store")


def model(options: argparse.Namespace) -> int:
    """Print direct and model-based estimates of one indicator side by side."""
    release, (indicator,) = _asked(options, [options.indicator])
    values = release.values(indicator.id, options.year, options.level)
    if indicator.rate is None or not indicator.private:
        found = "a public count" if not indicator.private else "no rate"
        remedy = "read the figure itself" if not indicator.private else "declare [rate] in its TOML file"
        raise _refused(
            "indicator", f"{indicator.id} has {found}", "an indicator with noise and a rate", remedy
        )
    try:
        made = empirical_bayes(values.estimate, values.standard_error**2, values.denominator)
    except ValueError as few:
        raise _refused("level", str(few), "a level with more areas", "ask for wijk or buurt") from few
    used = int(np.isfinite(made.estimate).sum())
    rate = made.coefficients[0] * indicator.rate.per
    lender = f"alle {used} gebieden van niveau {options.level} samen ({rate:.4g} {indicator.rate.unit.nl})"
    print(
        "Dit zijn modelschattingen, naast de directe schattingen en niet in plaats daarvan.\n"
        f"Elk gebied leent van {lender}; eigenAandeel zegt hoeveel van zichzelf is.\n"
        "Het model (Fay & Herriot 1979) trekt echte uitschieters naar het midden: maak geen ranglijst.",
        file=sys.stderr,
    )
    columns = (made.estimate, made.mse, np.sqrt(made.mse), made.synthetic, made.own_share)
    _print(MODEL, _model_rows(release, options, values, columns, lender))
    return 0


def _model_rows(
    release: Release,
    options: argparse.Namespace,
    values: Values,
    columns: Sequence[NDArray[np.float64]],
    lender: str,
) -> Iterator[list[Cell]]:
    for row, (code, name, status) in enumerate(_areas(release, options.level, values)):
        model_columns: list[Cell] = [float(column[row]) for column in columns]
        yield [
            *(release.info.id, options.indicator, options.year, options.level, code, name),
            *(float(values.denominator[row]), values.letter(row), status),
            *(float(values.estimate[row]), float(values.standard_error[row])),
            *(*model_columns, lender if np.isfinite(columns[0][row]) else None),
        ]


def ratio(options: argparse.Namespace) -> int:
    """Print the ratio of two counts with its interval, or that it cannot be determined."""
    release, asked = _asked(options, [options.numerator, options.denominator])
    if options.numerator == options.denominator:
        raise _refused("denominator", f"{options.denominator} twice", "two indicators", "name another one")
    above, below = (release.values(one.id, options.year, options.level) for one in asked)
    # Each indicator has noise of its own: their covariance is 0.
    limits = fieller(*(above.estimate, above.standard_error**2), *(below.estimate, below.standard_error**2))
    print(
        "Verhouding van twee aantallen met het interval van 95 % van Fieller (1954). Het interval gaat over\n"
        f"de ruis, niet over toeval. '{UNDETERMINED['nl']}': de noemer zelf kan nul zijn.",
        file=sys.stderr,
    )
    _print(RATIO, _ratio_rows(release, options, (above, below), limits))
    return 0


def _ratio_rows(
    release: Release,
    options: argparse.Namespace,
    values: tuple[Values, Values],
    limits: tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]],
) -> Iterator[list[Cell]]:
    above, below = values
    lower, upper, bounded = limits
    first, second = (list(_areas(release, options.level, one)) for one in values)
    for row, ((code, name, status), (_, _, other)) in enumerate(zip(first, second, strict=True)):
        numbers = (above.estimate, above.standard_error, below.estimate, below.standard_error)
        counts: list[Cell] = [float(column[row]) for column in numbers]
        answer: list[Cell] = [None, None, None, UNDETERMINED["nl"]]
        if np.isnan(above.estimate[row]) or np.isnan(below.estimate[row]):
            answer[3] = status if np.isnan(above.estimate[row]) else other
        elif bounded[row]:
            quotient = float(above.estimate[row] / below.estimate[row])
            answer = [quotient, float(lower[row]), float(upper[row]), DETERMINED]
        known = (release.info.id, options.numerator, options.denominator, options.year, options.level)
        yield [*known, code, name, *counts, *answer]


def _asked(options: argparse.Namespace, names: Sequence[str]) -> tuple[Release, list[Indicator]]:
    """The release and its indicators; InputError with everything that is not there."""
    store = Store(open_engine(options.database))
    known = [info.id for info in store.releases()]
    if options.release not in known:
        raise _refused(
            "release", options.release, " or ".join(known) or "a release", "python -m etl releases"
        )
    release = store.release(options.release)
    faults = []
    if options.level not in release.regions.levels:
        expected = ", ".join(map(str, release.regions.levels))
        faults.append(Fault("arguments", "level", options.level, expected))
    for name in names:
        if name not in release.indicators:
            faults.append(Fault("arguments", "indicator", name, ", ".join(release.indicators)))
        elif options.year not in release.years(name):
            years = ", ".join(map(str, release.years(name)))
            faults.append(Fault("arguments", "year", f"{options.year} for {name}", years))
    if faults:
        raise InputError(faults)
    return release, [release.indicators[name] for name in names]


def _areas(release: Release, level: str, values: Values) -> Iterator[tuple[str, str, str]]:
    """Code, name and status of every area of a level."""
    regions, span = release.regions, release.regions.slice(level)
    slugs = [Status(status).slug for status in values.status.tolist()]
    yield from zip(regions.codes[span], regions.names[span], slugs, strict=True)


def _refused(where: str, found: str, expected: str, remedy: str) -> InputError:
    return InputError([Fault("arguments", where, found, expected, remedy)])


def _print(head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    """As CSV; a number that is not there is empty."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(head)
    for row in rows:
        writer.writerow(["" if cell is None or cell != cell else cell for cell in row])
