"""Every private indicator of the catalogue counts what a second count, row by row in plain Python, counts.

The rows of the tiny country in. Each expected count is a dozen lines that follow the definition of the
indicator; `tests/spec/test_public_cells.py` holds the four that a run over the tiny country has.
"""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from etl.aggregate import count_microdata
from etl.catalogue.load import load_catalogue
from etl.catalogue.microdata import Microdata as Counting
from etl.catalogue.model import Indicator
from etl.frames import TrueCounts
from geodata.regions import Regions
from tests.samples import tiny_microdata
from tests.samples.by_hand import (
    Cells,
    ages,
    amounts,
    buurt_of,
    every_age,
    households,
    owners,
    residences,
    rows_of,
    tally,
)
from tests.samples.tiny_homes import SALES
from tests.samples.tiny_microdata import PRIVATE, YEARS, Microdata

CATALOGUE = load_catalogue()
COUNTED = [one for one in CATALOGUE.indicators.values() if isinstance(one.count, Counting)]
Units = Iterator[tuple[int, str, str]]


def visited(stem: str, column: str) -> Callable[[Microdata], Units]:
    def units(data: Microdata) -> Units:
        placed = buurt_of(data)
        for year in YEARS:
            for row in rows_of(data.more[f"{stem}{year}V1"]):
                if row.RINOBJECTNUMMER in placed:
                    yield int(getattr(row, column)[:4]), row.RINOBJECTNUMMER, placed[row.RINOBJECTNUMMER]

    return units


def waste(data: Microdata) -> Units:
    """An incident counts once, at its first date; of two places on that date the first in the map."""
    first: dict[str, tuple[str, str]] = {}
    for year in YEARS:
        for row in rows_of(data.more[f"DRUGSAFVAL{year}V1"]):
            here = (row.DATUMVONDST, row.bc2024)
            first[row.INCIDENTNUMMER] = min(first.get(row.INCIDENTNUMMER, here), here)
    for number, (day, buurt) in first.items():
        if not buurt.startswith("-"):
            yield int(day[:4]), number, f"BU{buurt}"


def resold(data: Microdata) -> Units:
    placed = buurt_of(data)
    months = defaultdict(set)
    for year in SALES:
        for row in rows_of(data.more[f"BKW{year}V1"]):
            months[row.RINOBJECTNUMMER].add(row.PERIODE)
    for year in YEARS:
        for home, when in months.items():
            if home in placed and sum(str(year - 20) <= month[:4] < str(year) for month in when) >= 5:
                yield year, home, placed[home]


def unknown_owners(data: Microdata) -> Units:
    placed = buurt_of(data)
    for year in YEARS:
        for row in rows_of(data.property[year]):
            if row.TypeEigenaar.startswith("O") and row.RINOBJECTNUMMER in placed:
                yield year, row.RINOBJECTNUMMER, placed[row.RINOBJECTNUMMER]


def crowded(data: Microdata) -> Units:
    placed, age = buurt_of(data), every_age(data)
    number = {
        (row.RINPERSOONS, row.RINPERSOON, year): row.HUISHOUDNR
        for year in YEARS
        for row in rows_of(data.more["GBAHUISHOUDENS2024BUSV1"])
        if row.DATUMAANVANGHH <= f"{year}0101" <= row.DATUMEINDEHH
    }
    for year in YEARS:
        adults = defaultdict(set)
        for row in rows_of(data.addresses):
            who = (row.RINPERSOONS, row.RINPERSOON, year)
            held = row.GBADATUMAANVANGADRESHOUDING <= f"{year}0101" <= row.GBADATUMEINDEADRESHOUDING
            if held and age.get(who, 0) >= 18:
                adults[row.RINOBJECTNUMMER].add(who)
        for row in rows_of(data.property[year]):
            there = adults[row.RINOBJECTNUMMER]
            several = len({number.get(who, who) for who in there}) >= 2
            if row.TypeEigendom == "H" and len(there) >= 5 and several and row.RINOBJECTNUMMER in placed:
                yield year, row.RINOBJECTNUMMER, placed[row.RINOBJECTNUMMER]


def park_residents(data: Microdata) -> Units:
    """A person at two units counts at the one with the lower number."""
    placed = {
        row.RINOBJECTNUMMER: f"BU{row.BC2024}"
        for row in rows_of(data.more["NIETVSLGWB2024TAB03V1"])
        if not row.BC2024.startswith("-")
    }
    for year in YEARS:
        units = {
            row.RINOBJECTNUMMER
            for row in rows_of(data.more["LEVCYCL2024BUSV1"])
            if row.VBOGEBRUIKSDOEL.startswith("logies")
            and row.AANVLEVCYCLWOONNIETWOON <= f"{year}0101" <= row.EINDLEVCYCLWOONNIETWOON
        }
        at: dict[str, str] = {}
        for row in rows_of(data.addresses[data.addresses["RINPERSOONS"] == "R"]):
            held = row.GBADATUMAANVANGADRESHOUDING <= f"{year}0101" <= row.GBADATUMEINDEADRESHOUDING
            if held and row.RINOBJECTNUMMER in units and row.RINOBJECTNUMMER in placed:
                at[row.RINPERSOON] = min(at.get(row.RINPERSOON, "~"), row.RINOBJECTNUMMER)
        for person, unit in at.items():
            yield year, person, placed[unit]


def sensitive_shops(data: Microdata) -> Units:
    placed = buurt_of(data)
    starts = CATALOGUE.indicators["kwetsbarebranches"].count.where[0].starts_with  # type: ignore[union-attr]
    for year in YEARS:
        shops = defaultdict(dict)
        for row in rows_of(data.companies[year]):
            open_ = row.DATUMAANVANG <= f"{year}0101" <= row.DATUMEINDE
            if open_ and row.SBI2008.startswith(starts) and row.RINOBJECTNUMMER in placed:
                shops[row.BEID][f"{row.BEID}|{row.VESTIGINGSNUMMER}"] = placed[row.RINOBJECTNUMMER]
        for company, inside in shops.items():
            for name in _kept("kwetsbarebranches", company, list(inside), year, 3):
                yield year, name, inside[name]


def _kept(indicator: str, unit: str, things: list[str], year: int, cap: int) -> list[str]:
    """What the bound keeps of one unit: the lowest hashes."""

    def rank(thing: str) -> str:
        return hashlib.sha256(f"{indicator}|{unit}|{thing}|{year}".encode()).hexdigest()

    return sorted(things, key=rank)[:cap]


def from_elsewhere(data: Microdata) -> Units:
    placed, lives, age = buurt_of(data), residences(data), ages(data)
    offences = {
        (row.RINPERSOON, int(row.VERDDATUM[:4]), row.VERDPLEEGGEMEENTE)
        for frame in data.suspects.values()
        for row in rows_of(frame)
        if row.RINPERSOONS == "R" and row.VERDDELICT.startswith("3.1.1") and row.VERDPLEEGGEMEENTE != "----"
    }
    for person, year, gemeente in offences:
        home = placed.get(lives.get((person, year), ""), "")
        if home and home[2:6] != gemeente and age.get((person, year), 0) >= 12:
            yield year, f"{person}|{gemeente}", f"GM{gemeente}"


def transactions(data: Microdata) -> Units:
    placed, lives = buurt_of(data), residences(data)
    for year in YEARS:
        of = defaultdict(set)
        for row in rows_of(data.more[f"FIU{year}V1"]):
            if row.RINPERSOONS == "R" and (row.RINPERSOON, year) in lives:
                of[row.RINPERSOON].add(f"R|{row.RINPERSOON}|{row.TRANSACTIENUMMER}")
        for person, things in of.items():
            for thing in _kept("verdachtetransacties", f"R|{person}", list(things), year, 5):
                yield year, thing, placed[lives[person, year]]


def _means(data: Microdata) -> Callable[[str, int, int], bool]:
    """Whether an amount is beyond the means of a household in a year; not known is not beyond."""
    income = amounts(data, "INHA{year}TABV1", "RINPERSOONHKW", "INHBESTINKH")
    wealth = amounts(data, "VEH{year}TABV1", "RINPERSOONHKW", "VEHW1000VERH")

    def beyond(household: str, year: int, amount: int) -> bool:
        at = (household, year)
        if at not in income or at not in wealth:
            return False
        return amount > 6 * max(income[at], 0) + max(wealth[at], 0)

    return beyond


def owned_beyond_means(data: Microdata) -> Units:
    placed, lives, of, beyond = buurt_of(data), residences(data), households(data), _means(data)
    value = amounts(data, "BAGWOZ{year}TABV1", "RINOBJECTNUMMER", "WOZWAARDE")
    for year in YEARS:
        homes = defaultdict(list)
        for home, owner in owners(data, year).items():
            homes[owner].append(home)
        total: dict[str, int] = defaultdict(int)
        for owner, several in homes.items():
            if len(several) >= 2 and (owner, year) in of:
                total[of[owner, year]] += sum(value.get((home, year), 0) for home in several)
        for household, amount in total.items():
            if beyond(household, year, amount) and (household, year) in lives:
                yield year, household, placed[lives[household, year]]


def bought_beyond_means(data: Microdata) -> Units:
    placed, of, beyond = buurt_of(data), households(data), _means(data)
    for year in YEARS:
        owner, last = owners(data, year + 1), {}
        for row in rows_of(data.more[f"BKW{year}V1"]):
            sale = (row.PERIODE, -row.KOOPSOM)
            last[row.RINOBJECTNUMMER] = max(last.get(row.RINOBJECTNUMMER, sale), sale)
        bought = defaultdict(list)
        for home, (_month, price) in last.items():
            household = of.get((owner.get(home, ""), year))
            if household and beyond(household, year, -price) and home in placed:
                bought[household].append(home)
        for household, homes in bought.items():
            yield year, household, placed[min(homes)]


def bought_without_mortgage(data: Microdata) -> Units:
    placed, of = buurt_of(data), households(data)
    debt = amounts(data, "VEH{year}TABV1", "RINPERSOONHKW", "VEHW1210SHYH")
    for year in YEARS:
        sold = set(data.more[f"BKW{year - 1}V1"]["RINOBJECTNUMMER"])
        bought = defaultdict(list)
        for home, owner in owners(data, year).items():
            household = of.get((owner, year), "")
            if home in sold and home in placed and debt.get((household, year), 1) == 0:
                bought[household].append(home)
        for household, homes in bought.items():
            yield year, household, placed[min(homes)]


def vulnerable(data: Microdata) -> Units:
    placed, lives, age, of = buurt_of(data), residences(data), ages(data), households(data)
    income = amounts(data, "INHA{year}TABV1", "RINPERSOONHKW", "INHBESTINKH")
    for year in YEARS:
        signs = defaultdict(set)
        for row in rows_of(data.more[f"HOOGSTEOPL{year}TABV1"]):
            low = row.OPLNIVSOI2021AGG4HBMETNIRWO.startswith("111")
            if row.RINPERSOONS == "R" and low and age.get((row.RINPERSOON, year), 0) >= 18:
                signs[row.RINPERSOON].add("education")
        for person, _year in [at for at in of if at[1] == year]:
            if income.get((of[person, year], year), 20_000) < 20_000:
                signs[person].add("income")
        for row in rows_of(data.more[f"JGDBESCHERM{year}BUSV1"]):
            held = row.JGDBGELDIGHEIDBEGINDATUM <= f"{year}0101" <= row.JGDBGELDIGHEIDEINDDATUM
            if row.RINPERSOONS == "R" and held:
                signs[row.RINPERSOON].add("protection")
        for row in rows_of(data.more[f"HALT{year}TABV1"]):
            if row.RINPERSOONS == "R":
                signs[row.RINPERSOON].add("halt")
        for person, found in signs.items():
            young = 12 <= age.get((person, year), 0) <= 23
            if len(found) >= 2 and young and (person, year) in lives:
                yield year, person, placed[lives[person, year]]


BY_HAND: dict[str, Callable[[Microdata], Units]] = {
    "hennepadressen": visited("HENNEP", "DATUMRUIMING"),
    "sluitingen13b": visited("SLUITINGEN", "DATUMSLUITING"),
    "drugsafval": waste,
    "doorsluiswoningen": resold,
    "onbekendeeigenaren": unknown_owners,
    "overbewoning": crowded,
    "parkbewoning": park_residents,
    "kwetsbarebranches": sensitive_shops,
    "verdachtenvanelders": from_elsewhere,
    "verdachtetransacties": transactions,
    "onverklaarbaarwoningbezit": owned_beyond_means,
    "onverklaarbareaankopen": bought_beyond_means,
    "koperszonderhypotheek": bought_without_mortgage,
    "kwetsbarejongeren": vulnerable,
}


@pytest.fixture(scope="module")
def data() -> Microdata:
    return tiny_microdata.rows()


@pytest.fixture(scope="module")
def regions() -> Regions:
    return tiny_microdata.regions()


@pytest.fixture(scope="module")
def counted(
    tmp_path_factory: pytest.TempPathFactory, data: Microdata, regions: Regions
) -> dict[str, TrueCounts]:
    """Counts of the engine, all indicators together."""
    return count(tmp_path_factory.mktemp("rows"), data, regions, COUNTED)


def count(
    folder: Path, data: Microdata, regions: Regions, indicators: list[Indicator]
) -> dict[str, TrueCounts]:
    tiny_microdata.write(data, folder)
    found = count_microdata(indicators, tiny_microdata.config(), CATALOGUE, folder, regions)
    return {one.indicator: one for one in found}


def cells_of(true: TrueCounts, regions: Regions, level: str) -> Cells:
    """(year, area) -> count, zeros left out."""
    span = regions.slice(level)
    return {
        (year, regions.codes[at + span.start]): int(true.counts[row, at + span.start])
        for row, year in enumerate(true.years)
        for at in np.flatnonzero(true.counts[row, span])
    }


def test_every_private_indicator_is_counted_by_hand_as_well() -> None:
    assert {one.id for one in COUNTED} == {*BY_HAND, *PRIVATE}


@pytest.mark.parametrize("indicator", BY_HAND)
def test_the_engine_counts_what_a_hand_counts(
    indicator: str, counted: dict[str, TrueCounts], data: Microdata, regions: Regions
) -> None:
    expected = tally(BY_HAND[indicator](data))
    assert sum(expected.values()) >= 4, "the tiny country must have some of it"
    located = CATALOGUE.indicators[indicator].count.located
    level = "gemeente" if located == "gemeente" else "buurt"
    assert cells_of(counted[indicator], regions, level) == expected


def test_the_cap_drops_what_is_above_it(counted: dict[str, TrueCounts], data: Microdata) -> None:
    """Persons 5 and 6 have nine transactions or more a year: one unit's part is clipped at three caps."""
    dropped = counted["verdachtetransacties"].dropped
    assert dropped is not None
    lives = residences(data)
    for at, year in enumerate(YEARS):
        rows = data.more[f"FIU{year}V1"].query("RINPERSOONS == 'R'")
        sizes = rows.groupby("RINPERSOON")["TRANSACTIENUMMER"].nunique()
        gone = [min(max(size - 5, 0), 15) for person, size in sizes.items() if (person, year) in lives]
        assert dropped[at] == sum(gone) > 0


def test_a_gemeente_count_adds_up_to_the_land_and_says_nothing_below(
    counted: dict[str, TrueCounts], regions: Regions
) -> None:
    true = counted["verdachtenvanelders"].counts
    gemeenten = true[:, regions.slice("gemeente")]
    assert np.array_equal(gemeenten.sum(axis=1), true[:, 0])
    assert not true[:, regions.slice("wijk").start :].any()


def test_order_of_rows_changes_no_count(
    tmp_path: Path, counted: dict[str, TrueCounts], data: Microdata, regions: Regions
) -> None:
    def backwards(frame: pd.DataFrame) -> pd.DataFrame:
        return frame.iloc[::-1].reset_index(drop=True)

    other = tiny_microdata.rows()
    other.addresses = backwards(other.addresses)
    other.property = {year: backwards(frame) for year, frame in other.property.items()}
    other.more = {name: backwards(frame) for name, frame in other.more.items()}
    for name, true in count(tmp_path, other, regions, COUNTED).items():
        assert np.array_equal(true.counts, counted[name].counts), name


def test_amounts_may_be_text_or_numbers(tmp_path: Path, counted: dict[str, TrueCounts], regions) -> None:
    """As .sav has them: numbers with eight bytes; a database may have text."""
    other = tiny_microdata.rows()
    for name, frame in other.more.items():
        for column in frame.columns.intersection(["INHBESTINKH", "WOZWAARDE", "VEHW1000VERH"]):
            other.more[name] = frame.astype({column: "float64" if column == "WOZWAARDE" else "str"})
    owned = [CATALOGUE.indicators["onverklaarbaarwoningbezit"]]
    found = count(tmp_path, other, regions, owned)["onverklaarbaarwoningbezit"]
    assert np.array_equal(found.counts, counted["onverklaarbaarwoningbezit"].counts)
