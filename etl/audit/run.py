"""A configuration and its catalogue in; every check of the audit out, in the order of the table."""

from collections.abc import Iterator

from etl.audit.blackbox import blackbox
from etl.audit.bookkeeping import bookkeeping
from etl.audit.certificate import certificates
from etl.audit.fit import fits
from etl.audit.neighbours import protection_of
from etl.audit.report import Check
from etl.catalogue.load import Catalogue
from etl.catalogue.model import RunConfig

COLUMNS = 100_000
"""Draws of every cell in a statistical check: enough to see 3 % less noise at every level."""


def audit(config: RunConfig, catalogue: Catalogue, columns: int = COLUMNS) -> Iterator[Check]:
    """Audit the real mechanism at the settings of a run. Yields each check as it is done."""
    private = [one for one in catalogue.needed(config) if one.private]
    yield from certificates(private, config)
    for indicator in private:
        yield blackbox(indicator.id, protection_of(indicator), columns)
        yield from fits(indicator.id, protection_of(indicator), columns)
    yield from bookkeeping()
