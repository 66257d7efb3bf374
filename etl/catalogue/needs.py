"""An indicator in; every column of every source that it is counted from, out.

What a run reads, what is checked, what a data officer must bring and what the catalogue is held against all
follow from this list.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from etl.catalogue.microdata import Microdata, PriceBeyondMeans, Rule, Selection
from etl.catalogue.model import Indicator, Source

PERSONS, ADDRESSES, OBJECTS = "gbapersoontab", "gbaadresobjectbus", "vslgwbtab"
"""The sources that link a person to a birth date, a person to an address, an address to a buurt."""
OTHER_OBJECTS = "nietvslgwbtab"
"""As `OBJECTS`, of objects that are no dwellings."""
HOUSEHOLDS, MEMBERS = "gbahuishoudensbus", "koppelpersoonhuishouden"
"""A person's household: its number by day, and the key that income and wealth have, by year."""
OWNERS, INCOMES, WEALTH, VALUES, SALES = "eigendomtab", "inhatab", "vehtab", "bagwoztab", "bkw"

PERSON, OBJECT, HOUSEHOLD = (
    ("person_kind", "person"),
    ("object_kind", "object"),
    ("household_kind", "household"),
)
"""Keys are two columns that only together say who or what it is."""

LINKED = {
    PERSONS: (*PERSON, "birth_year", "birth_month", "birth_day"),
    ADDRESSES: (*PERSON, *OBJECT, "from", "until"),
    OBJECTS: (*OBJECT, "buurt"),
    OTHER_OBJECTS: (*OBJECT, "buurt"),
    HOUSEHOLDS: (*PERSON, "household", "from", "until"),
    MEMBERS: (*PERSON, *HOUSEHOLD),
    OWNERS: (*OBJECT, "owner_kind", "owner"),
    INCOMES: (*HOUSEHOLD, "income"),
    WEALTH: (*HOUSEHOLD, "wealth", "mortgage"),
    VALUES: (*OBJECT, "value"),
    SALES: (*OBJECT, "period", "price"),
}
"""Roles that our code asks for by name: each of these sources must have them."""


class Need(NamedTuple):
    """One column of one source. where: what in the indicator's file asks for it; ahead: how many years after
    the reference year its file is, None where rows carry dates of their own."""

    source: str
    role: str
    where: str
    ahead: int | None = None


def needs_of(indicator: Indicator) -> tuple[Need, ...]:
    """All columns that an indicator is counted from: its own first, then those that place its rows."""
    count = indicator.count
    if not isinstance(count, Microdata):
        return (Need(count.source, count.column, "count.column"),)
    found = [*_own(indicator, count), *_narrowing(count), *_placing(count)]
    return tuple(dict.fromkeys(found))


def sources_of(indicator: Indicator) -> tuple[str, ...]:
    """Ids of all sources an indicator is counted from: its own, then those that link it to an area."""
    return tuple(dict.fromkeys(need.source for need in needs_of(indicator)))


def unverified(indicator: Indicator, sources: Mapping[str, Source]) -> tuple[str, ...]:
    """Names of the columns it is counted from that nobody has seen in the supplier's documentation yet."""
    found = []
    for need in needs_of(indicator):
        source = sources.get(need.source)
        column = source.columns.get(need.role) if source else None
        if column is not None and not column.verified:
            found.append(column.plain_name)
    return tuple(dict.fromkeys(found))


def row_roles(indicator: Indicator, count: Microdata) -> tuple[str, ...]:
    """Roles that the counted rows of one private indicator need."""
    return tuple(dict.fromkeys(need.role for need in _own(indicator, count)))


def _own(indicator: Indicator, count: Microdata) -> Iterator[Need]:
    """Columns of the source itself. A rule brings the household and, where it needs one, the object."""
    keyed = indicator.protection.keyed if indicator.protection else ()
    located: tuple[str, ...] = ()
    if count.located != "residence":
        located = OBJECT if count.located == "object" else (count.located,)
    person = PERSON if _of_persons(count) and not count.rule else ()
    for where, roles in (
        ("count.counted", count.counted),
        ("protection.keyed", keyed),
        ("count.located", (*located, *person)),
    ):
        for role in roles:
            if not (count.rule and role in HOUSEHOLD):
                yield Need(count.source, role, where, _ahead(count))
    yield from _selected(count, "count", _ahead(count))


def _of_persons(count: Microdata) -> bool:
    return bool(count.located == "residence" or count.from_elsewhere or count.age or count.at_least)


def _ahead(selection: Selection) -> int | None:
    dateless = selection.dated or selection.valid or getattr(selection, "at_least", None)
    return None if dateless else 0


def _selected(selection: Selection, where: str, ahead: int | None) -> Iterator[Need]:
    of = [(f"{where}.where", one.column) for one in selection.where]
    of += [(f"{where}.below", one.column) for one in selection.below]
    of += [(f"{where}.dated", role) for role in selection.dated]
    if selection.valid:
        of += [(f"{where}.valid", role) for role in (selection.valid.first, selection.valid.last)]
    for at, role in of:
        yield Need(selection.source, role, at, ahead)


def _narrowing(count: Microdata) -> Iterator[Need]:
    """Sources that decide which of the rows count."""
    if count.age or (count.residents and count.residents.age):
        yield from _linked(PERSONS)
    if count.residents:
        yield from _linked(ADDRESSES)
        if count.residents.households > 1:
            yield from _linked(HOUSEHOLDS)
    if count.within:
        for role in OBJECT:
            yield Need(count.within.source, role, "count.within", _ahead(count.within))
        yield from _selected(count.within, "count.within", _ahead(count.within))
    for number, sign in enumerate(count.at_least.signs if count.at_least else ()):
        where = f"count.at_least.signs.{number}"
        for role in HOUSEHOLD if sign.of == "household" else PERSON:
            yield Need(sign.source, role, where, _ahead(sign))
        yield from _selected(sign, where, _ahead(sign))
        if sign.of == "household":
            yield from _linked(MEMBERS, ahead=0)
        if sign.age:
            yield from _linked(PERSONS)
    if count.rule:
        yield from _of_rule(count.rule)


def _of_rule(rule: Rule) -> Iterator[Need]:
    of_price = isinstance(rule, PriceBeyondMeans)
    yield from _linked(OWNERS, ahead=1 if of_price else 0)
    yield from _linked(MEMBERS, ahead=0)
    if rule.name == "bought-without-mortgage":
        yield from _some(SALES, (*OBJECT, "period"))
        yield from _some(WEALTH, (*HOUSEHOLD, "mortgage"), ahead=0)
        return
    yield from _linked(INCOMES, ahead=0)
    yield from _some(WEALTH, (*HOUSEHOLD, "wealth"), ahead=0)
    yield from _linked(SALES) if of_price else _linked(VALUES, ahead=0)


def _placing(count: Microdata) -> Iterator[Need]:
    if count.located == "residence" or count.from_elsewhere:
        yield from _linked(ADDRESSES)
    if count.located in ("residence", "object") or count.from_elsewhere:
        for source in count.placed_by:
            yield from _some(source, LINKED[OBJECTS], where="count.placed_by")


def _linked(source: str, ahead: int | None = None) -> Iterator[Need]:
    yield from _some(source, LINKED[source], ahead)


def _some(
    source: str, roles: tuple[str, ...], ahead: int | None = None, where: str = "count"
) -> Iterator[Need]:
    for role in roles:
        yield Need(source, role, where, ahead)
