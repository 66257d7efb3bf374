"""Earlier divisions in a run's configuration: configuration in, its faults out."""

from collections.abc import Collection, Iterable, Iterator
from itertools import pairwise

from etl.catalogue.model import RunConfig
from etl.errors import Fault


def earlier_faults(
    file: str, config: RunConfig, private: Collection[str], classed: Collection[str]
) -> Iterator[Fault]:
    """file: name of the configuration in faults; private: sources of counts to which noise is added; classed:
    sources of classes of areas.
    """
    years = [*(one.year for one in config.earlier), config.division.year]
    names = [*(one.vintage for one in config.earlier), config.division.vintage]
    if any(before >= after for before, after in pairwise(years)) or len(set(names)) < len(names):
        found = ", ".join(f"{name} ({year})" for name, year in zip(names, years, strict=True))
        yield Fault(file, "earlier", found, "divisions of rising years, each with its own vintage")
    for name, given in config.sources.items():
        where = f"sources.{name}.coded_in"
        for vintage in given.coded_in:
            if vintage not in names[:-1]:
                yield Fault(file, where, repr(vintage), f"one of [[earlier]]: {listed(names[:-1])}")
        said = [year for coded in given.coded_in.values() for year in coded]
        twice = sorted({year for year in said if said.count(year) > 1})
        if twice:
            yield Fault(file, where, f"{listed(twice)} in two divisions", "each year in one")
        expected = "a public table of counts, which can be summed and shared out"
        if said and name in private:
            remedy = "Microdata take the columns of the target year of VSLGWBTAB"
            yield Fault(file, where, "counts to which noise is added", expected, remedy)
        elif said and name in classed:
            yield Fault(
                file, where, "classes of areas", expected, "Ask for them in the division of the release"
            )


def listed(names: Iterable[object]) -> str:
    """Names in a row, or that there are none."""
    return ", ".join(map(str, names)) or "none"
