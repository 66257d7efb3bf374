"""Owners and buyers whose means do not explain their homes: rows of homes and sales in, households out.

Each function is a named rule of the catalogue (`rule` in etl/catalogue/microdata.py, with its parameters). It
gives one row for each household and home: year, household_kind, household, object_kind, object. What a file
does not know about a household is never held against it. Amounts are whole euros and compared as whole
numbers, so that every engine decides alike.
"""

from typing import Any

import ibis
from ibis import _

from etl.aggregate.reader import LINKABLE, Reader, together
from etl.catalogue.microdata import (
    BoughtWithoutMortgage,
    HomesBeyondMeans,
    Microdata,
    PriceBeyondMeans,
)
from etl.catalogue.needs import (
    HOUSEHOLD,
    INCOMES,
    LINKED,
    OBJECT,
    OWNERS,
    PERSON,
    SALES,
    VALUES,
    WEALTH,
)

OWNER = ("owner_kind", "owner")


def households(read: Reader, count: Microdata) -> Any:
    """Rows of the rule that an indicator names. TypeError when it names none."""
    match count.rule:
        case HomesBeyondMeans() as rule:
            return _homes_beyond_means(read, count, rule)
        case PriceBeyondMeans() as rule:
            return _price_beyond_means(read, count, rule)
        case BoughtWithoutMortgage() as rule:
            return _bought_without_mortgage(read, count, rule)
    raise TypeError(f"count of {count.source} names no rule")


def _homes_beyond_means(read: Reader, count: Microdata, rule: HomesBeyondMeans) -> Any:
    owned = read.in_years(read.select(count, (*OBJECT, *OWNER)), count).select("year", *OBJECT, *OWNER)
    # Most own one home. They go first, by number of rows: cheaper than asking of all rows which differ.
    maybe = _owners_of(rule.homes, owned)
    theirs = read.engine.keep(read.join(owned, read.engine.keep(maybe), ["year", *OWNER]).distinct())
    theirs = read.join(theirs, read.engine.keep(_owners_of(rule.homes, theirs)), ["year", *OWNER])
    values = read.source(VALUES, LINKED[VALUES]).rename(year="file_year")
    valued = _of_households(read, read.join(theirs, values, ["year", *OBJECT]))
    worth = valued.group_by(["year", *HOUSEHOLD]).aggregate(amount=_.value.sum())
    return _beyond(read, worth, rule.incomes)


def _owners_of(homes: int, rows: Any) -> Any:
    """(year, owner) with at least so many rows."""
    counted = rows.group_by(["year", *OWNER]).aggregate(homes=_.count())
    return counted.filter(_.homes >= homes).drop("homes")


def _price_beyond_means(read: Reader, count: Microdata, rule: PriceBeyondMeans) -> Any:
    sold = read.in_years(read.select(count, (*OBJECT, "period", "price")), count)
    last = ibis.row_number().over(group_by=["year", *OBJECT], order_by=[_.period.desc(), _.price])
    sold = read.engine.keep(sold.mutate(last=last).filter(_["last"] == 0).select("year", *OBJECT, "price"))
    # Who owns it on the 1 January after the sale is who bought it last.
    owners = read.source(OWNERS, LINKED[OWNERS]).filter(_.owner_kind == LINKABLE)
    owners = owners.mutate(year=owners.file_year - 1).drop("file_year")
    bought = _of_households(read, read.join(owners, sold, ["year", *OBJECT]))
    return _beyond(read, bought.rename(amount="price"), rule.incomes)


def _bought_without_mortgage(read: Reader, count: Microdata, rule: BoughtWithoutMortgage) -> Any:
    owned = read.in_years(read.select(count, (*OBJECT, *OWNER)), count).select("year", *OBJECT, *OWNER)
    sales = read.source(SALES, (*OBJECT, "period"))
    sales = sales.select(*OBJECT, sold=sales.period.left(4).cast("int64")).distinct()
    lately = read.engine.keep(
        together(sales.select(*OBJECT, year=sales.sold + ago) for ago in range(1, rule.years + 1))
        .filter(_.year.isin(read.config.years))
        .distinct()
    )
    bought = _of_households(read, read.join(owned, lately, ["year", *OBJECT]))
    debts = read.source(WEALTH, (*HOUSEHOLD, "mortgage")).rename(year="file_year")
    return read.join(debts.filter(_.mortgage <= 0), bought, ["year", *HOUSEHOLD])


def _of_households(read: Reader, owned: Any) -> Any:
    """Rows with an owner, with the household of that person in the year instead."""
    of_person = owned.rename(dict(zip(PERSON, OWNER, strict=True)))
    return read.join(read.members(), of_person, ["year", *PERSON]).drop(*PERSON)


def _beyond(read: Reader, rows: Any, incomes: Any) -> Any:
    """Rows whose `amount` is more than so many yearly incomes of the household and its wealth together."""
    income = read.source(INCOMES, LINKED[INCOMES]).rename(year="file_year")
    wealth = read.source(WEALTH, (*HOUSEHOLD, "wealth")).rename(year="file_year")
    known = read.join(income, read.engine.keep(rows), ["year", *HOUSEHOLD])
    known = read.join(wealth, known, ["year", *HOUSEHOLD])
    borne = ibis.greatest(known.income, 0) * int(incomes * 100)
    own = ibis.greatest(known.wealth, 0) * 100
    return known.filter(known.amount * 100 > borne + own)
