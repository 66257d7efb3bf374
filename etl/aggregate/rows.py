"""An indicator in; its contributions out: who counts, for what, in which year and area, not bounded yet.

The steps stand in the order in which they narrow the rows down, the cheapest first.
"""

from collections.abc import Sequence
from typing import Any

from etl.aggregate import narrow
from etl.aggregate.means import households
from etl.aggregate.places import placed
from etl.aggregate.reader import Reader
from etl.catalogue.microdata import Microdata
from etl.catalogue.model import Indicator, Protection
from etl.catalogue.needs import HOUSEHOLD, OBJECT, PERSON, row_roles


class Rows(Reader):
    """The confidential rows of one run as contributions, ready to be counted."""

    def contributions(self, indicator: Indicator) -> Any:
        """Lazy table (year, unit, counted, position): one row for each distinct thing counted in a year."""
        count, protection = microdata_of(indicator), protection_of(indicator)
        rows = households(self, count) if count.rule else self._of_source(indicator, count)
        if count.age:
            rows = narrow.of_age(self, rows, count.age)
        if count.residents:
            rows = narrow.with_residents(self, rows, count.residents)
        if count.rule:  # a household lives where its main earner does, whose number is its own
            rows = rows.mutate(**{role: rows[of] for role, of in zip(PERSON, HOUSEHOLD, strict=True)})
            rows = rows.mutate(file_year=rows.year)
        rows = rows.mutate(counted=_joined(rows, count.counted), unit=_joined(rows, protection.keyed))
        return placed(self, rows, count)

    def _of_source(self, indicator: Indicator, count: Microdata) -> Any:
        """The rows that the source itself, and the objects of another, let through; with their year."""
        rows = self.select(count, row_roles(indicator, count))
        if count.at_least:
            return narrow.with_signs(self, rows, count.at_least)
        if count.within is None:
            return self._with_year(rows, count)
        objects = narrow.objects_of(self, count.within)
        rows = self.engine.keep(rows.semi_join(objects, list(OBJECT)))
        return self.join(self._with_year(rows, count), objects, ["year", *OBJECT])

    def _with_year(self, rows: Any, count: Microdata) -> Any:
        """The reference year of each row: of its dates, of its unit's first date, or of its file."""
        if count.first_ever:
            return narrow.first_ever(self, rows, count)
        if count.repeated:
            return narrow.repeated(self, rows, count)
        return self.in_years(rows, count)


def _joined(rows: Any, roles: Sequence[str]) -> Any:
    """Several keys as one text."""
    text = rows[roles[0]]
    for role in roles[1:]:
        text = text.concat("|", rows[role])
    return text


def microdata_of(indicator: Indicator) -> Microdata:
    """How its rows are counted. TypeError for a public one."""
    if not isinstance(indicator.count, Microdata):
        raise TypeError(f"{indicator.id} is public: use count_public")
    return indicator.count


def protection_of(indicator: Indicator) -> Protection:
    """How it is protected. TypeError when nothing is declared."""
    if indicator.protection is None:
        raise TypeError(f"{indicator.id} has no [protection]: confidential rows may not be counted without")
    return indicator.protection
