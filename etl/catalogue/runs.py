"""A run configuration and the catalogue in; every way in which they do not fit together out."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime

from etl.catalogue.earlier import earlier_faults
from etl.catalogue.load import Catalogue
from etl.catalogue.microdata import Microdata
from etl.catalogue.model import (
    Indicator,
    PublicAsPrivate,
    PublicClassed,
    RunConfig,
    Source,
)
from etl.catalogue.needs import sources_of
from etl.errors import Fault


def config_faults(config: RunConfig, catalogue: Catalogue) -> list[Fault]:
    """What a run asks for that the catalogue does not have, or that it needs and does not name."""
    file, known = f"config {config.id}", catalogue.indicators
    faults = [
        Fault(file, "indicators", repr(name), f"one of {listed(known)}")
        for name in config.indicators
        if name not in known
    ]
    faults += [
        Fault(file, f"sources.{name}", "a source the catalogue lacks", f"one of {listed(catalogue.sources)}")
        for name in config.sources
        if name not in catalogue.sources
    ]
    faults = faults or list(_instead_faults(file, config, catalogue))
    if faults:
        return faults
    for indicator in catalogue.needed(config):
        for name in sources_of(indicator):
            if name not in config.sources:
                where = f"sources.{name}"
                faults.append(Fault(file, where, "nothing", f"a file, for indicator {indicator.id}"))
        if indicator.protection and indicator.protection.unit not in config.privacy:
            where = f"privacy.{indicator.protection.unit}"
            faults.append(Fault(file, where, "nothing", f"a rho_cap, for indicator {indicator.id}"))
    faults += _unbounded(file, config, catalogue)
    shared = {one.count.source for one in catalogue.needed(config) if one.private}
    classed = {one.count.source for one in catalogue.needed(config) if isinstance(one.count, PublicClassed)}
    faults += earlier_faults(file, config, shared, classed)
    return list(dict.fromkeys(faults))


def _instead_faults(file: str, config: RunConfig, catalogue: Catalogue) -> Iterator[Fault]:
    """What stands in for a source must be public as well, and have the columns that the run needs."""
    plain = catalogue.needed(config.model_copy(update={"instead": {}}))
    for name, other in config.instead.items():
        where, expected = f"instead.{name}", f"one of {listed(catalogue.sources)}"
        unknown = [one for one in (name, other) if one not in catalogue.sources]
        secret = [one for one in (name, other) if one not in unknown and catalogue.sources[one].confidential]
        yield from (Fault(file, where, repr(one), expected) for one in unknown)
        yield from (
            Fault(file, where, f"{one!r}, which is confidential", "two public sources") for one in secret
        )
        if not unknown and not secret:
            yield from (
                Fault(file, where, f"{other!r} without {role!r}", f"that column, for indicator {wanted}")
                for wanted, role in _columns(plain, name)
                if role not in catalogue.sources[other].columns
            )


def _columns(indicators: Iterable[Indicator], source: str) -> Iterator[tuple[str, str]]:
    """(indicator, role of the column) of all that is counted from one public source."""
    for indicator in indicators:
        if not isinstance(indicator.count, Microdata) and indicator.count.source == source:
            yield indicator.id, indicator.count.column


def _unbounded(file: str, config: RunConfig, catalogue: Catalogue) -> Iterator[Fault]:
    """Counts without rows cannot be bounded to K indicators a unit, so there may be no more than K."""
    for unit, budget in config.privacy.items():
        touched = [one for one in catalogue.needed(config) if one.protection and one.protection.unit == unit]
        counts = any(isinstance(one.count, PublicAsPrivate) for one in touched)
        if counts and len(touched) > budget.max_indicators:
            found = f"{budget.max_indicators} for {len(touched)} indicators"
            yield Fault(
                file, f"privacy.{unit}.max_indicators", found, f"{len(touched)}: counts cannot be bounded"
            )


def reviews(
    indicators: Iterable[Indicator], sources: Iterable[Source], today: date | None = None
) -> Iterator[str]:
    """A sentence for each whose review is overdue: no fault yet, that is its end date."""
    today = today or datetime.now(UTC).date()
    for folder, ones in (("indicators", indicators), ("sources", sources)):
        for one in ones:
            purpose = one.purpose
            if purpose.review < today:
                yield (
                    f"{folder}/{one.id}.toml: purpose.review: {purpose.review} is voorbij. Laat "
                    f"{purpose.owner} beslissen of het doel nog klopt, voor {purpose.end}."
                )


def listed(names: Iterable[object]) -> str:
    """Names in one line."""
    return ", ".join(sorted(map(str, names)))
