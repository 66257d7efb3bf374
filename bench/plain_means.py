"""The rules on owners and buyers, as one would first write them in pandas: rows of households out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from bench.plain_narrow import HOUSEHOLD, OBJECT, PERSON, dated
from etl.catalogue.microdata import Microdata
from etl.catalogue.needs import INCOMES, MEMBERS, OWNERS, SALES, VALUES, WEALTH

if TYPE_CHECKING:
    from bench.plain import Reader

OWNER = ["owner_kind", "owner"]


def households(read: Reader, count: Microdata, years: Sequence[int]) -> pd.DataFrame:
    """Households (and homes) of the rule that an indicator names, with their year."""
    rule = count.rule
    assert rule is not None
    if rule.name == "price-beyond-means":
        sold = dated(read.select(count, (*OBJECT, "period", "price")), count, years)
        sold = sold.sort_values(["period", "price"], ascending=[False, True])
        sold = sold.drop_duplicates(["year", *OBJECT])[["year", *OBJECT, "price"]]
        owners = read.rows(OWNERS, (*OBJECT, *OWNER))
        owners = owners[owners["owner_kind"] == "R"].assign(year=lambda rows: rows["file_year"] - 1)
        bought = owners.drop(columns="file_year").merge(sold, on=["year", *OBJECT])
        return _beyond(read, _of_households(read, bought).rename(columns={"price": "amount"}), rule.incomes)
    owned = dated(read.select(count, (*OBJECT, *OWNER)), count, years)[["year", *OBJECT, *OWNER]]
    owned = owned.drop_duplicates()
    if rule.name == "homes-beyond-means":
        homes = owned.groupby(["year", *OWNER])["object"].transform("size")
        values = read.rows(VALUES, (*OBJECT, "value")).rename(columns={"file_year": "year"})
        valued = _of_households(read, owned[homes >= rule.homes].merge(values, on=["year", *OBJECT]))
        worth = valued.groupby(["year", *HOUSEHOLD])["value"].sum().reset_index(name="amount")
        return _beyond(read, worth, rule.incomes)
    sales = read.rows(SALES, (*OBJECT, "period"))
    sold_in = sales["period"].str[:4].astype(int)
    lately = pd.concat([sales[OBJECT].assign(year=sold_in + ago) for ago in range(1, rule.years + 1)])
    bought = _of_households(read, owned.merge(lately.drop_duplicates(), on=["year", *OBJECT]))
    debts = read.rows(WEALTH, (*HOUSEHOLD, "mortgage")).rename(columns={"file_year": "year"})
    return bought.merge(debts[debts["mortgage"] <= 0], on=["year", *HOUSEHOLD])


def _of_households(read: Reader, owned: pd.DataFrame) -> pd.DataFrame:
    members = read.rows(MEMBERS, (*PERSON, *HOUSEHOLD)).rename(columns={"file_year": "year"})
    of = owned.rename(columns=dict(zip(OWNER, PERSON, strict=True)))
    return of.merge(members, on=["year", *PERSON]).drop(columns=PERSON)


def _beyond(read: Reader, rows: pd.DataFrame, incomes: object) -> pd.DataFrame:
    for source, role in ((INCOMES, "income"), (WEALTH, "wealth")):
        amounts = read.rows(source, (*HOUSEHOLD, role)).rename(columns={"file_year": "year"})
        rows = rows.merge(amounts, on=["year", *HOUSEHOLD])
    borne = rows["income"].clip(lower=0) * int(incomes * 100)  # type: ignore[operator]
    return rows[rows["amount"] * 100 > borne + rows["wealth"].clip(lower=0) * 100]
