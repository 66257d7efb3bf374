"""Grey box: the exact privacy loss of one unit, from what the mechanism was really asked, in rationals.

Under discrete Gaussian noise two neighbours x, x' are rho = sum (x - x')^2 / (2 sigma^2) apart over all cells
(Canonne, Kamath & Steinke 2020, proposition 1.6, and composition): no rounding, no statistics, no doubt.
"""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import partial

import numpy as np

from etl.audit.country import country
from etl.audit.neighbours import neighbours, protection_of
from etl.audit.recorder import Asked, recorded
from etl.audit.report import Check
from etl.catalogue.model import Indicator, Protection, PublicAsPrivate, RunConfig, Unit
from etl.frames import NoisyCounts, TrueCounts
from etl.privacy.accounting import NANO, indicator_cost, release_cost
from etl.privacy.noise import DROPPED, add_noise, measure_dropped
from geodata.levels import Level


def certificates(private: Sequence[Indicator], config: RunConfig) -> list[Check]:
    """One check an indicator, one a unit of protection at the declared K, and one at a K that bites."""
    checks: list[Check] = []
    for unit, budget in config.privacy.items():
        group = [one for one in private if protection_of(one).unit == unit]
        if not group:
            continue
        # Each indicator alone is held at a K that keeps the unit out of none of them.
        free = _losses(group, _at_most(len(group), unit, config))
        checks += [_indicator(one, free[one.id], config) for one in group]
        checks.append(_unit(unit, group, _losses(group, config), config))
        most = min(len(group), budget.max_indicators) - 1
        if most >= 1 and not any(isinstance(one.count, PublicAsPrivate) for one in group):
            tighter = _at_most(most, unit, config)
            checks.append(_unit(unit, group, _losses(group, tighter), tighter))
    return checks


def _at_most(most: int, unit: Unit, config: RunConfig) -> RunConfig:
    """The run with another K for one unit."""
    budget = config.privacy[unit].model_copy(update={"max_indicators": most})
    return config.model_copy(update={"privacy": {**config.privacy, unit: budget}})


def _indicator(indicator: Indicator, loss: Fraction | None, config: RunConfig) -> Check:
    cost = indicator_cost(protection_of(indicator), len(config.years))
    return _check(indicator.id, "certificate", loss, cost)


def _unit(
    unit: Unit, group: Sequence[Indicator], losses: Mapping[str, Fraction | None], config: RunConfig
) -> Check:
    bound = {name: budget.max_indicators for name, budget in config.privacy.items()}
    cost = Fraction(release_cost(group, len(config.years), bound)[unit], NANO)
    known = [loss for loss in losses.values() if loss is not None]
    total = sum(known, Fraction(0)) if len(known) == len(losses) else None
    return _check(unit, f"certificate, K = {bound[unit]}", total, cost)


def _check(subject: str, name: str, loss: Fraction | None, cost: Fraction) -> Check:
    found = "noise outside the mechanism" if loss is None else f"rho {float(loss):.9f}"
    return Check(subject, name, found, f"<= {float(cost):.9f}", loss is not None and loss <= cost)


def _losses(group: Sequence[Indicator], config: RunConfig) -> dict[str, Fraction | None]:
    """rho between the two neighbours, by indicator and by what its bound dropped.

    None where an answer did not come from the mechanism.
    """
    without, added = _pairs(group, config)
    losses = {}
    for one in group:
        protection, pair = protection_of(one), (without[one.id], added[one.id])
        losses[one.id] = _between(partial(add_noise, protection=protection, regions=country()), *pair)
        if pair[0].dropped is not None:
            losses[one.id + DROPPED] = _between(partial(_dropped, protection=protection), *pair)
    return losses


def _dropped(true: TrueCounts, protection: Protection) -> NoisyCounts:
    noisy = measure_dropped(true, protection)
    if noisy is None:
        raise TypeError(f"{true.indicator}: nothing can be dropped")
    return noisy


def _between(
    measure: Callable[[TrueCounts], NoisyCounts], one: TrueCounts, other: TrueCounts
) -> Fraction | None:
    with recorded() as before:
        noisy = measure(one)
    with recorded() as after:
        again = measure(other)
    return _loss(before, after) if _accounted(noisy, before) and _accounted(again, after) else None


def _pairs(
    group: Sequence[Indicator], config: RunConfig
) -> tuple[dict[str, TrueCounts], dict[str, TrueCounts]]:
    rows = [one for one in group if not isinstance(one.count, PublicAsPrivate)]
    without, added = neighbours(rows, config, country()) if rows else ({}, {})
    for one in group:
        if isinstance(one.count, PublicAsPrivate):
            without[one.id], added[one.id] = _incident(one, config)
    return without, added


def _incident(indicator: Indicator, config: RunConfig) -> tuple[TrueCounts, TrueCounts]:
    """One incident more in one buurt in one year: what such a unit is."""
    regions = country()
    counts = np.zeros((len(config.years), regions.tree_size), dtype=np.int64)
    more = counts.copy()
    last = regions.codes[regions.slice(Level.BUURT).start]
    more[0, [area.position for area in regions.path(last)]] += 1
    return TrueCounts(indicator.id, config.years, counts), TrueCounts(indicator.id, config.years, more)


def _accounted(noisy: NoisyCounts, asked: Sequence[Asked]) -> bool:
    """Whether every measured cell is an answer of the mechanism and no other cell says anything."""
    measured = np.isfinite(noisy.sigma2)
    answers = np.concatenate([one.answer for one in asked], axis=1) if asked else np.empty((0, 0))
    given = noisy.counts[:, measured]
    return (
        answers.shape == given.shape
        and bool((np.sort(answers, axis=1) == np.sort(given, axis=1)).all())
        and not noisy.counts[:, ~measured].any()
    )


def _loss(before: Sequence[Asked], after: Sequence[Asked]) -> Fraction:
    total = Fraction(0)
    for one, other in zip(before, after, strict=True):
        if one.sigma2 != other.sigma2:
            raise ValueError("the noise depends on the data: found two variances for one measurement")
        change = (one.counts - other.counts).ravel().tolist()
        total += Fraction(sum(step * step for step in change)) / (2 * one.sigma2)
    return total
