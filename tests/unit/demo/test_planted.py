"""The effects of `PLANTED` are really in the files, about as strong as the list says."""

from pathlib import Path

import duckdb
import pandas as pd
import pytest

from etl.demo.planted import CHURN, CHURN_WIJKEN, DRUGS, HOLIDAY_REGION, PLANTED, TREND, ZANDWOUDE, factor

SUSPECTS = """
    with resident as (
        select y, RINPERSOON, gem2024, y - try_cast(GBAGEBOORTEJAAR as int) age
        from '{root}/Bevolking/GBAADRESOBJECTBUS/*.parquet' join (select unnest(range(2020, 2025)) y)
          on GBADATUMAANVANGADRESHOUDING <= y || '0101' and GBADATUMEINDEADRESHOUDING >= y || '0101'
        join '{root}/BouwenWonen/VSLGWBTAB/*.parquet' using (SOORTOBJECTNUMMER, RINOBJECTNUMMER)
        join '{root}/Bevolking/GBAPERSOONTAB/2024/*.parquet' using (RINPERSOONS, RINPERSOON)),
    suspect as (
        select RINPERSOON, left(VERDDATUM, 4)::int y, bool_or(VERDDELICT = '3.1.1') drugs,
               row_number() over (partition by RINPERSOON order by y) = 1 as first_time
        from '{root}/VeiligheidRecht/VERDTAB/*/*.parquet' where RINPERSOONS = 'R' group by 1, 2)
    select 'GM' || gem2024 gemeente, y,
           1000 * avg(coalesce(drugs, false)::int) filter (age >= 12) drugs,
           1000 * avg(coalesce(first_time, false)::int) filter (age between 10 and 23) first_time
    from resident left join suspect using (RINPERSOON, y) group by 1, 2"""


@pytest.fixture(scope="module")
def suspects(country: Path) -> pd.DataFrame:
    """Suspects per 1,000 residents per gemeente and year."""
    with duckdb.connect() as data:
        return data.execute(SUSPECTS.format(root=country)).df()


def ratio(suspects: pd.DataFrame, column: str, gemeente: str, years: range) -> float:
    """The gemeente's mean rate over that of the gemeenten with no effect of their own."""
    own = suspects[(suspects.gemeente == gemeente) & suspects.y.isin(years)][column].mean()
    plain = ~suspects.gemeente.isin([ZANDWOUDE, DRUGS, TREND])
    return float(own / suspects[plain & suspects.y.isin(years)][column].mean())


def test_drug_suspects_are_double_in_one_gemeente_and_rise_in_another(suspects: pd.DataFrame) -> None:
    assert 1.3 < ratio(suspects, "drugs", DRUGS, range(2020, 2025)) < 3.2
    early = ratio(suspects, "drugs", TREND, range(2020, 2022))
    late = ratio(suspects, "drugs", TREND, range(2023, 2025))
    assert late / early > 1.4


def test_zandwoude_has_more_first_time_young_suspects(suspects: pd.DataFrame) -> None:
    assert 1.4 < ratio(suspects, "first_time", ZANDWOUDE, range(2020, 2025)) < 3.0
    plain = suspects[~suspects.gemeente.isin([ZANDWOUDE, DRUGS])]
    assert 4 < plain["first_time"].mean() < 9


def test_the_holiday_region_has_more_homes_without_residents(country: Path) -> None:
    figures = pd.read_csv(country / "kwb_2024.csv").query("niveau == 'gemeente'").set_index("regiocode")
    regions = pd.read_csv(country / "gebieden_2024.csv").set_index("gemeentecode")
    region = regions["politie_regionale_eenheid_code"]
    sums = figures[["woningen", "huishoudens"]].groupby(region).sum()
    empty = 1 - sums["huishoudens"] / sums["woningen"]
    assert empty[HOLIDAY_REGION] / empty.drop(HOLIDAY_REGION).mean() > 1.7
    assert empty.drop(HOLIDAY_REGION).between(0.015, 0.06).all()


def test_firms_start_and_stop_faster_in_the_planted_wijken(country: Path) -> None:
    query = f"""select 'WK' || wc2024 in {CHURN_WIJKEN} planted,
               avg((DATUMEINDE <> '88888888')::int + (DATUMAANVANG >= '20220101')::int) churn
        from '{country}/Bedrijven/ABR_REGIO/2022/*.parquet'
        join '{country}/BouwenWonen/VSLGWBTAB/*.parquet' using (SOORTOBJECTNUMMER, RINOBJECTNUMMER)
        group by 1 order by 1"""
    with duckdb.connect() as data:
        (_, plain), (_, planted) = data.execute(query).fetchall()
    assert 1.5 < planted / plain < 3.2


def test_hemp_farms_are_found_more_often_in_the_planted_gemeente(country: Path) -> None:
    query = f"""select 'GM' || gem2024 = '{DRUGS}' planted, count(h.RINOBJECTNUMMER) / count(*) share
        from '{country}/BouwenWonen/VSLGWBTAB/*.parquet' o
        left join '{country}/Maatwerk/POLITIE_HENNEP/*.parquet' h using (SOORTOBJECTNUMMER, RINOBJECTNUMMER)
        group by 1 order by 1"""
    with duckdb.connect() as data:
        (_, plain), (_, planted) = data.execute(query).fetchall()
    assert 1.2 < planted / plain < 5


def test_most_buyers_can_pay_for_it_and_fewer_in_the_planted_gemeente(country: Path) -> None:
    """Buyers of 2022 by what they had on 1 January, as the indicator asks."""
    query = f"""select 'GM' || gem2024 = '{CHURN}' planted, count(*) purchases,
               avg((KOOPSOM > 6 * greatest(INHBESTINKH, 0) + greatest(VEHW1000VERH, 0))::int) beyond
        from '{country}/BouwenWonen/BKW/2022/*.parquet'
        join '{country}/BouwenWonen/EIGENDOMTAB/EIGENDOM2023TABV1.parquet' using (RINOBJECTNUMMER)
        join '{country}/InkomenBestedingen/KOPPELPERSOONHUISHOUDEN/*2022V1.parquet' k
          on k.RINPERSOON = RINEIGENAAR and SOORTRINEIGENAAR = 'R'
        join '{country}/InkomenBestedingen/INHATAB/INHA2022TABV1.parquet' using (RINPERSOONHKW)
        join '{country}/InkomenBestedingen/VEHTAB/VEH2022TABV1.parquet' using (RINPERSOONHKW)
        join '{country}/BouwenWonen/VSLGWBTAB/*.parquet' using (RINOBJECTNUMMER)
        group by 1 order by 1"""
    with duckdb.connect() as data:
        (_, many, plain), (_, some, planted) = data.execute(query).fetchall()
    assert many > 300 and some > 30
    assert 0.01 < plain < 0.08
    assert planted > plain


def test_more_people_live_in_the_parks_of_the_holiday_region(country: Path) -> None:
    query = f"""select politie_regionale_eenheid_code = '{HOLIDAY_REGION}' planted,
               count(distinct a.RINPERSOON) / count(distinct o.RINOBJECTNUMMER) per_unit
        from '{country}/BouwenWonen/NIETVSLGWBTAB/*.parquet' o
        join read_csv('{country}/gebieden_2024.csv') g on g.gemeentecode = 'GM' || gem2024
        left join '{country}/Bevolking/GBAADRESOBJECTBUS/*.parquet' a
          on a.RINOBJECTNUMMER = o.RINOBJECTNUMMER and GBADATUMEINDEADRESHOUDING = '20241231'
        group by 1 order by 1"""
    with duckdb.connect() as data:
        found = dict(data.execute(query).fetchall())
    assert all(0.05 < rate < 1.2 for rate in found.values())


def test_the_list_tells_the_factor_of_each_year() -> None:
    assert {effect.indicator for effect in PLANTED} == {
        "drugsverdachten",
        "jongeaanwas",
        "bedrijfswisseling",
        "woningenzonderinschrijving",
        "hennepadressen",
        "parkbewoning",
        "onverklaarbareaankopen",
    }
    assert factor("drugsverdachten", DRUGS, 2022) == 2.0
    assert factor("drugsverdachten", DRUGS, 2019) == 1.0
    assert factor("drugsverdachten", TREND, 2020) == 1.0
    assert factor("drugsverdachten", TREND, 2022) == pytest.approx(1.69)
