"""A release and an area in; at most three findings out, or none: what a mayor should know. No words here.

An area stands out in a figure when it differs from comparable areas, or changed otherwise than the land, by
more than noise, chance and the usual spread between such areas explain, and by enough to matter. All tests of
one area are judged together: of a hundred areas in which nothing is the matter, at most five get a sentence
(docs/adr/0013).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from etl.findings.chance import Null, Spread, holm, tails, two_sided
from etl.findings.compare import SHARP, Sums, Usual, beside_peers, trends, usual
from etl.findings.panels import Published, Rows, Vector, measured_figures, parent_rows, row_of
from etl.findings.peers import Company, company_of, peer_figure
from etl.release.panel import Panel
from etl.release.values import Z95
from geodata.levels import LEVELS, Level

ALARM = 0.035
"""Aimed share of areas with nothing the matter that get a sentence. The promise is at most .05; the rest pays
for what is usual, and how it falls with size, having been learnt from the same figures.
"""

MATTERS = 1.2
"""A fifth more, or less by that factor: smaller differences may be real and are no news."""

Kind = Literal["higher-than-peers", "lower-than-peers", "rising", "falling"]
Basis = Literal["jaar", "drie jaar", "regio"]
Test = Literal["year", "three", "region", "trend"]


@dataclass(frozen=True)
class Reading:
    """A figure with its 95 % interval, in the unit of the indicator's rate; count: the number behind it."""

    figure: float
    lower: float
    upper: float
    count: float


@dataclass(frozen=True)
class Finding:
    """One thing that stands out.

    kind; indicator: id; code: the area the figure is of (with basis "regio" the region round the area asked);
    years: of the figure, for a change the first and the last; basis: how far it had to fall back because the
    yearly figure is too uncertain; own: the figure, for a change that of the last year; reference: the joint
    figure of the comparable areas, for a change the own figure of the first year; ratio: own over what is
    usual; p: adjusted for all that was tested in this area.
    """

    kind: Kind
    indicator: str
    code: str
    years: tuple[int, ...]
    basis: Basis
    own: Reading
    reference: Reading
    ratio: float
    p: float


@dataclass(frozen=True, eq=False)
class Verdicts:
    """All tests of some areas of one level, (tests, rows) each; nan where a test does not apply.

    tests: (indicator, kind of test); p: two-sided, unadjusted; adjusted: over all tests of the area; ratio:
    size of the difference; stands: whether it is a finding.
    """

    tests: tuple[tuple[str, Test], ...]
    rows: Rows
    p: Vector
    adjusted: Vector
    ratio: Vector
    stands: NDArray[np.bool_]


def stands_out(release: Published, code: str, limit: int = 3) -> tuple[Finding, ...]:
    """What stands out in one area, the surest first; () means nothing does.

    The land has nothing to be compared with, so nothing stands out there. KeyError for an unknown code.
    """
    level, row = row_of(release, code)
    if level == Level.LAND:
        return ()
    verdicts = judge(release, level, np.array([row]))
    found = np.flatnonzero(verdicts.stands[:, 0])
    size = np.abs(np.log(np.maximum(verdicts.ratio[found, 0], 1e-3)))
    order = found[np.lexsort((-size, verdicts.adjusted[found, 0]))]
    return tuple(_finding(release, level, verdicts, test) for test in order[:limit].tolist())


def judge(release: Published, level: str, rows: Rows) -> Verdicts:
    """Test everything in these areas (rows of `level`): for one page, or to count how often it cries wolf."""
    asked, shape = company_of(release, level, rows), (-1, len(rows))
    trials = [
        trial
        for indicator in measured_figures(release)
        if level not in tuple(LEVELS) or level in indicator.levels
        for trial in _trials(release, indicator.id, level, rows, asked)
    ]
    p = np.array(_chances(trials, len(rows))).reshape(shape)
    ratio = np.array([trial.ratio for trial in trials]).reshape(shape)
    sized = np.array([trial.sized for trial in trials], dtype=np.bool_).reshape(shape)
    adjusted = holm(p, np.array([_WEIGHT[trial.test] for trial in trials]))
    with np.errstate(invalid="ignore"):
        stands = (adjusted <= ALARM) & sized
    tests = tuple((trial.indicator, trial.test) for trial in trials)
    return Verdicts(tests, rows, p, adjusted, ratio, stands)


class Trial(NamedTuple):
    """One test of some areas, not yet decided.

    null: (cells) for which `at` tells, row by row, which cell it is, -1 where the test does not apply; areas:
    that taught what is usual; ratio, sized: (rows,) the size, and whether it matters.
    """

    indicator: str
    test: Test
    null: Null
    areas: int
    at: Rows
    ratio: Vector
    sized: NDArray[np.bool_]


def _chances(trials: list[Trial], size: int) -> list[Vector]:
    """Two-sided p of every trial, (rows,) each; all with as many teachers at once."""
    found: list[Vector] = [np.full(size, np.nan)] * len(trials)
    for areas in {trial.areas for trial in trials}:
        alike = [number for number, trial in enumerate(trials) if trial.areas == areas]
        pairs = tails([trials[number].null for number in alike], areas)
        for number, pair in zip(alike, pairs, strict=True):
            p, at = np.append(two_sided(*pair), np.nan), trials[number].at
            found[number] = p[at]
    return found


def _trials(release: Published, indicator: str, level: str, rows: Rows, asked: Company) -> Iterator[Trial]:
    """Every test of an indicator that applies to some of the rows."""
    learnt = usual(release, indicator, level)
    one, three = learnt.one, learnt.three
    enough = one.readable[rows] & ((one.blur[rows] <= SHARP) | (three is None))
    readable = enough
    beside: list[tuple[Test, Sums, Spread, NDArray[np.bool_]]] = [("year", one, learnt.spread_one, enough)]
    if three is not None and learnt.spread_three is not None:
        more = three.readable[rows] & ~enough
        beside.append(("three", three, learnt.spread_three, more))
        readable = enough | more
    for test, sums, spread, use in beside:
        if use.any():
            yield from _beside(indicator, test, (sums, spread, learnt.areas), rows, asked, use)
    if level == Level.GEMEENTE and not readable.all():
        yield from _in_the_region(release, indicator, level, rows, ~readable)
    if np.isfinite(learnt.trend):
        yield _trend(indicator, learnt, rows)


def _beside(
    indicator: str,
    test: Test,
    known: tuple[Sums, Spread, int],
    rows: Rows,
    asked: Company,
    use: NDArray[np.bool_],
) -> Iterator[Trial]:
    """Areas in use and readable beside their peers; nothing where no area has peers or none can be told.

    known: their sums, the usual spread, and how many areas taught it.
    """
    sums, spread, areas = known
    here = np.searchsorted(rows, asked.rows)
    kept = use[here] & sums.readable[asked.rows]
    if not (kept.any() and np.isfinite(spread.middle)):
        return
    few = Company(asked.rows[kept], asked.peers[kept])
    outcome = beside_peers(sums, few, spread)
    at, ratio = np.full(len(rows), -1), np.full(len(rows), np.nan)
    at[here[kept]], ratio[here[kept]] = np.arange(len(few.rows)), outcome.ratio
    yield Trial(indicator, test, outcome.null, areas, at, ratio, _matters(ratio))


def _in_the_region(
    release: Published, indicator: str, level: str, rows: Rows, use: NDArray[np.bool_]
) -> Iterator[Trial]:
    """For gemeenten that no number of years makes readable: their region beside the other regions."""
    learnt = usual(release, indicator, Level.REGIO)
    above, which = np.unique(parent_rows(release, level, Level.REGIO)[rows], return_inverse=True)
    asked, known = company_of(release, Level.REGIO, above), (learnt.one, learnt.spread_one, learnt.areas)
    for one in _beside(indicator, "region", known, above, asked, np.ones(len(above), dtype=np.bool_)):
        at, ratio = np.where(use, one.at[which], -1), np.where(use, one.ratio[which], np.nan)
        yield one._replace(at=at, ratio=ratio, sized=_matters(ratio))


def _trend(indicator: str, learnt: Usual, rows: Rows) -> Trial:
    """Change beside that of the land; it matters when the area's own figure changed enough, the same way."""
    found = trends(learnt.figures, learnt.land, rows, learnt.trend)
    same_way = (found.own > 1) == (found.beside_land > 1)
    sized = _matters(found.own) & _matters(found.beside_land) & same_way
    every = np.arange(len(rows))
    return Trial(indicator, "trend", found.null, learnt.areas, every, found.beside_land, sized)


def _matters(ratio: Vector) -> NDArray[np.bool_]:
    with np.errstate(invalid="ignore"):
        return (ratio >= MATTERS) | (ratio <= 1 / MATTERS)


def _finding(release: Published, level: str, verdicts: Verdicts, test: int) -> Finding:
    """The numbers of one finding, from the same panels as the page shows."""
    name, kind = verdicts.tests[test]
    row, ratio, p = int(verdicts.rows[0]), float(verdicts.ratio[test, 0]), float(verdicts.adjusted[test, 0])
    if kind == "region":
        row, level = int(parent_rows(release, level, Level.REGIO)[row]), Level.REGIO
    learnt, per = usual(release, name, level), _per(release, name)
    code = release.regions.codes[release.regions.slice(level).start + row]
    if kind == "trend":
        years = np.flatnonzero(learnt.figures.shown[:, row])
        first, last = (_one_year(learnt.figures, int(at), row, per) for at in (years[0], years[-1]))
        span = (learnt.figures.years[years[0]], learnt.figures.years[years[-1]])
        direction: Kind = "rising" if ratio > 1 else "falling"
        return Finding(direction, name, code, span, "jaar", last, first, ratio, p)
    sums = learnt.three if kind == "three" and learnt.three is not None else learnt.one
    own = _reading(sums.estimate[row], sums.variance[row], sums.denominator[row], per)
    found = [peer_figure(release, name, year, code) for year in sums.years]
    count, variance, units = np.array([one for one in found if one is not None]).sum(axis=0).tolist()
    peers = _reading(count, variance, units, per)
    higher: Kind = "higher-than-peers" if ratio > 1 else "lower-than-peers"
    return Finding(higher, name, code, sums.years, _BASES[kind], own, peers, ratio, p)


_WEIGHT: dict[Test, float] = {"year": 3.0, "three": 3.0, "region": 1.0, "trend": 1.0}
"""How the chance of a false sentence is shared out: three times as much to a lasting difference."""

_BASES: dict[Test, Basis] = {"year": "jaar", "three": "drie jaar", "region": "regio"}


def _per(release: Published, name: str) -> int:
    rate = release.indicators[name].rate
    if rate is None:
        raise ValueError(f"{name} has no rate: a count alone is not compared")
    return rate.per


def _one_year(figures: Panel, at: int, row: int, per: int) -> Reading:
    return _reading(figures.estimate[at, row], figures.variance[at, row], figures.denominator[at, row], per)


def _reading(count: float, variance: float, denominator: float, per: int) -> Reading:
    """Rate and 95 % interval as everywhere else: clipped at 0."""
    margin = Z95 * float(variance) ** 0.5
    low, high = max(count - margin, 0.0), max(count + margin, 0.0)
    scale = per / float(denominator)
    return Reading(float(count) * scale, low * scale, high * scale, float(count))
