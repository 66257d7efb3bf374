"""`python -m etl budget`: a configuration in; costs, margins and the best splits on the screen, before a run.

Nothing confidential is read and nothing is spent or written: the map and public denominators are enough.
"""

import argparse
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import inspect, make_url

from etl import aggregate, pipeline, planner
from etl.catalogue.load import Catalogue, load_catalogue
from etl.catalogue.model import Indicator, RunConfig, Unit
from etl.catalogue.runs import config_faults
from etl.commands.tables import table
from etl.errors import InputError
from etl.privacy.accounting import DROPPED_SHARE, NANO
from etl.privacy.ledger import PrivacyLedger
from etl.release.engine import open_engine
from etl.release.schema_ledger import ledger_entry
from geodata.boundaries import read_division
from geodata.levels import LEVELS, Level
from geodata.regions import Regions

EXAMPLE_RHO = 0.1
"""rho at which splits are compared; the order of splits is the same at any rho."""


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of this command."""
    parser.add_argument("config", type=Path, help="for example config/nl2024-private.toml")
    parser.add_argument("--sources", type=Path, help="folder with map and public tables: adds the margins")
    parser.add_argument("--database", help="address of the release store: adds what was spent before")
    parser.set_defaults(command=budget)


def budget(options: argparse.Namespace) -> int:
    """Print the plan of one run; exit status 1 when it would cost more than is left."""
    config = pipeline.load(options.config)
    catalogue = load_catalogue()
    if faults := config_faults(config, catalogue):
        raise InputError(faults)
    private = [one for one in catalogue.needed(config) if one.private]
    print(f"Plan van {config.id}. Er is niets geteld en niets uitgegeven.")
    if not private:
        print("Alle cijfers van deze release zijn al openbaar: zij kost niets.")
        return 0
    spent, paid = _spent(options.database, config.id)
    units = planner.plan_units(config, private, spent)
    print(f"\nKosten per eenheid\n{_units(units)}")
    if dropping := [plan.unit for plan in units if plan.drops]:
        share = f"{float(DROPPED_SHARE):.0%}"
        print(f"Bij {', '.join(dropping)} is {share} voor het meten van wat de begrenzing afkapt.")
    if paid:
        print("Deze release is al betaald: nog een run geeft dezelfde metingen en kost niets.")
    print(f"\nKosten per indicator\n{_indicators(private, config)}")
    if options.sources is None:
        print("\nMet --sources ook: marge per niveau, deel dat te tonen is, beste verdeling.")
    else:
        _margins(private, config, catalogue, options.sources)
    short = [plan for plan in units if plan.left < 0]
    for plan in short:
        print(f"\nTe duur voor {plan.unit}: {-plan.left / NANO:.9f} rho te weinig.")
    return 1 if short else 0


def _spent(address: str | None, release_id: str) -> tuple[Mapping[Unit, int], bool]:
    """Nano-rho that other releases spent per unit, and whether this one is paid for.

    A database that is not there spent nothing, and is not made.
    """
    if address is None:
        return {}, False
    url = make_url(address)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
        return {}, False
    engine = open_engine(address)
    if not inspect(engine).has_table(ledger_entry.name):
        return {}, False
    spent: dict[Unit, int] = {}
    entries = PrivacyLedger(engine).entries()
    for entry in entries:
        if entry.release_id != release_id:
            spent[entry.unit] = spent.get(entry.unit, 0) + entry.nano_rho
    return spent, any(entry.release_id == release_id for entry in entries)


def _units(units: tuple[planner.UnitPlan, ...]) -> str:
    head = (
        "eenheid",
        "indicatoren",
        "K",
        "rho",
        "epsilon",
        "bij delta",
        "plafond",
        "uitgegeven",
        "daarna over",
    )
    return table(
        head,
        [
            (
                plan.unit,
                str(plan.indicators),
                str(plan.max_indicators),
                f"{plan.cost / NANO:.4g}",
                f"{plan.epsilon:.2f}",
                f"{plan.delta:.0e}",
                f"{plan.cap / NANO:.4g}",
                f"{plan.spent / NANO:.4g}",
                f"{plan.left / NANO:.4g}",
            )
            for plan in units
        ],
    )


def _indicators(private: list[Indicator], config: RunConfig) -> str:
    rows = []
    for plan in (planner.plan_indicator(one, config) for one in private):
        rho, epsilon = f"{plan.rho:.4g}", f"{plan.epsilon:.2f}"
        rows.append((plan.indicator, plan.unit, str(plan.cap), plan.counted, rho, epsilon))
    return table(("indicator", "eenheid", "cap", "telt", "rho samen", "epsilon"), rows)


def _margins(private: list[Indicator], config: RunConfig, catalogue: Catalogue, folder: Path) -> None:
    regions = read_division(pipeline.division_files(config), folder).regions
    below = {one.rate.denominator for one in private if one.rate}
    bases = aggregate.count_public(
        [catalogue.indicators[name] for name in sorted(below)], config, catalogue, folder, regions
    )
    for indicator in private:
        units = None
        if indicator.rate is not None:
            found = bases[indicator.rate.denominator]
            units = found.estimate[planner.nearest(found.years, config.years[-1])]
        print(f"\n{indicator.name.nl} ({indicator.id})\n{_levels(indicator, regions, units)}")
    print(f"\nVerdeling van rho over de niveaus -> standaardfout in aantallen bij rho {EXAMPLE_RHO} per jaar")
    print(_splits(private, regions))


def _levels(indicator: Indicator, regions: Regions, units: NDArray[np.float64] | None) -> str:
    rows = []
    for plan in planner.plan_levels(indicator, regions, units):
        span = regions.slice(plan.level)
        shown = "-" if plan.publishable is None else f"{100 * plan.publishable:.0f} %"
        share, sigma = f"{100 * plan.share:.1f} %", f"{plan.sigma:.2f}"
        areas = str(span.stop - span.start)
        rows.append((plan.level, areas, share, sigma, f"{plan.error:.2f}", f"± {plan.margin:.1f}", shown))
    head = ("niveau", "gebieden", "deel", "sigma", "standaardfout", "marge 95 %", "CV0 <= 33 %")
    return table(head, rows)


def _splits(private: list[Indicator], regions: Regions) -> str:
    """The declared splits beside the best ones: share of rho and the error it gives, level by level."""
    declared: dict[tuple[float, ...], list[str]] = {}
    for one in private:
        if one.protection and set(one.protection.shares) == set(LEVELS):
            shares = tuple(float(one.protection.shares[level]) for level in LEVELS)
            declared.setdefault(shares, []).append(one.id)
    splits = {", ".join(names): dict(zip(LEVELS, shares, strict=True)) for shares, names in declared.items()}
    splits |= {f"best: {aim}": planner.best_split(regions, aim) for aim in planner.AIMS}
    rows = [(name, *_split_cells(regions, shares)) for name, shares in splits.items()]
    return table(("doel", *(level.value for level in LEVELS)), rows)


def _split_cells(regions: Regions, shares: Mapping[Level, float]) -> list[str]:
    errors = planner.level_errors(regions, shares)
    unit = 1 / np.sqrt(2 * EXAMPLE_RHO)
    return [f"{100 * shares[level]:.1f} % -> {errors[level] * unit:.2f}" for level in LEVELS]
