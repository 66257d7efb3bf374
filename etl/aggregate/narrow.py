"""Rows in, those of them that a word of the catalogue leaves out: age, residents, signs, repeats, objects of
another source. Each function is one word of `Microdata`.
"""

from typing import Any

import ibis
from ibis import _

from etl.aggregate.reader import Reader, in_dates, together
from etl.catalogue.microdata import Age, AtLeast, Microdata, Residents, Selection
from etl.catalogue.needs import HOUSEHOLD, HOUSEHOLDS, LINKED, OBJECT, PERSON, PERSONS


def first_ever(read: Reader, rows: Any, count: Microdata) -> Any:
    """Only the first dated row of each counted thing, in all years of the source; with its year."""
    dated, keys = in_dates(rows, count.dated), list(count.counted)
    first = dated.group_by(keys).aggregate(first_date=_.date.min())
    return read.dated_in_run(read.join(dated, first, keys).filter(_.date == _.first_date))


def repeated(read: Reader, rows: Any, count: Microdata) -> Any:
    """Counted things with enough different dates in the years before a reference year; with that year."""
    if count.repeated is None:
        raise TypeError(f"count of {count.source} asks for no repeats")
    dates = in_dates(rows, count.dated).select(*count.counted, "date").distinct()
    old = dates.mutate(in_year=_.date.left(4).cast("int64"))
    times = {
        f"before_{year}": old.in_year.between(year - count.repeated.years, year - 1).ifelse(1, 0).sum()
        for year in read.config.years
    }
    found = read.engine.keep(old.group_by(list(count.counted)).aggregate(**times))
    return together(
        found.filter(found[f"before_{year}"] >= count.repeated.times).select(
            *count.counted, year=ibis.literal(year, "int64"), file_year=ibis.literal(year, "int64")
        )
        for year in read.config.years
    )


def of_age(read: Reader, rows: Any, age: Age) -> Any:
    """Rows of persons of this age on 1 January; whoever has no known year of birth is in no age."""
    persons = read.source(PERSONS, LINKED[PERSONS]).drop("file_year")
    born = read.join(rows, persons.filter(_.birth_year.re_search(r"^[0-9]{4}$")), PERSON)
    birthday_today = (born.birth_month == "01") & (born.birth_day == "01")
    years = born.year - born.birth_year.cast("int64") - birthday_today.ifelse(0, 1)
    return born.mutate(age=years).filter((_.age >= age.min) & (_.age <= age.max))


def objects_of(read: Reader, selection: Selection) -> Any:
    """The objects that occur in a selection, by year."""
    rows = read.in_years(read.select(selection, OBJECT), selection)
    return read.engine.keep(rows.select("year", *OBJECT).distinct())


def with_signs(read: Reader, rows: Any, at_least: AtLeast) -> Any:
    """Rows of persons with enough signs in a year; with that year."""
    found = []
    for number, sign in enumerate(at_least.signs):
        keys = HOUSEHOLD if sign.of == "household" else PERSON
        seen = read.in_years(read.select(sign, keys), sign).select("year", *keys)
        if sign.of == "household":
            seen = read.members().inner_join(seen, ["year", *HOUSEHOLD])
        if sign.age:
            seen = of_age(read, read.engine.keep(seen), sign.age)
        found.append(seen.select("year", *PERSON, sign=ibis.literal(number, "int64")).distinct())
    counted = together(found).group_by(["year", *PERSON]).aggregate(signs=_.count())
    enough = read.engine.keep(
        counted.filter((_.signs >= at_least.number) & _.year.isin(read.config.years)).drop("signs")
    )
    return read.join(rows.drop("file_year").distinct(), enough, PERSON)


def with_residents(read: Reader, rows: Any, want: Residents) -> Any:
    """Rows whose object has as many persons registered on 1 January of the year as is asked for."""
    if want.max is not None:
        few = _registered(read, want.max + 1)
        return read.engine.keep(rows.anti_join(few, ["year", *OBJECT]))
    many = read.engine.keep(_registered(read, want.min).semi_join(rows, ["year", *OBJECT]))
    stays = read.join(read.spells(), many, OBJECT)
    stays = stays.mutate(day=_.year.cast("string").concat("0101"))
    stays = stays.filter((_.start <= _.day) & (_.until >= _.day)).select("year", *PERSON, *OBJECT).distinct()
    if want.age:
        stays = of_age(read, stays, want.age).select("year", *PERSON, *OBJECT)
    sizes = {"persons": _.count()}
    if want.households > 1:
        stays, sizes["households"] = _with_household(read, stays), _.household.nunique()
    found = stays.group_by(["year", *OBJECT]).aggregate(**sizes).filter(_.persons >= want.min)
    if want.households > 1:
        found = found.filter(_.households >= want.households)
    return read.engine.keep(rows.semi_join(read.engine.keep(found), ["year", *OBJECT]))


def _registered(read: Reader, least: int) -> Any:
    """(year, object) with at least so many stays on 1 January."""
    stays = read.registered
    return together(
        stays.filter(stays[f"in_{year}"] >= least).select(*OBJECT, year=ibis.literal(year, "int64"))
        for year in read.days
    )


def _with_household(read: Reader, stays: Any) -> Any:
    """Stays with the number of the person's household on 1 January; who has none is a household alone."""
    people = read.engine.keep(stays.select(*PERSON).distinct())
    numbers = read.source(HOUSEHOLDS, LINKED[HOUSEHOLDS]).rename(start="from").semi_join(people, list(PERSON))
    held = together(
        numbers.filter((_.start <= day) & (_.until >= day)).select(
            *PERSON, "household", year=ibis.literal(year, "int64")
        )
        for year, day in read.days.items()
    )
    one = read.engine.keep(held.group_by(["year", *PERSON]).aggregate(household=_.household.min()))
    known = read.engine.keep(stays.left_join(one, ["year", *PERSON]))
    alone = known.person_kind.concat("|", known.person)
    return known.mutate(household=ibis.coalesce(known.household, alone))
