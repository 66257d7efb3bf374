"""Invariant 2: every public cell, drawn from catalogue x regions and never from the data; and the counts in
the cells equal those of an independent count in plain Python, row by row."""

import hashlib
from collections import defaultdict
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from etl.aggregate import count_microdata
from etl.catalogue.load import load_catalogue
from etl.frames import TrueCounts
from geodata.levels import LEVELS
from geodata.regions import Regions
from tests.samples import tiny_microdata
from tests.samples.by_hand import Cells, ages, buurt_of, residences, tally
from tests.samples.tiny_microdata import PRIVATE, YEARS, Microdata

CATALOGUE = load_catalogue()
SENSITIVE = tuple(CATALOGUE.indicators["bedrijfswisseling"].count.where[0].starts_with)  # type: ignore[union-attr]


def count(folder: Path, data: Microdata, regions: Regions, form: str = "parquet") -> dict[str, TrueCounts]:
    tiny_microdata.write(data, folder, form)
    indicators = [CATALOGUE.indicators[name] for name in PRIVATE]
    counts = count_microdata(indicators, tiny_microdata.config(form), CATALOGUE, folder, regions)
    return {one.indicator: one for one in counts}


@pytest.fixture(scope="module")
def regions() -> Regions:
    return tiny_microdata.regions()


@pytest.fixture(scope="module")
def data() -> Microdata:
    return tiny_microdata.rows()


@pytest.fixture(scope="module")
def counted(
    tmp_path_factory: pytest.TempPathFactory, data: Microdata, regions: Regions
) -> dict[str, TrueCounts]:
    return count(tmp_path_factory.mktemp("microdata"), data, regions)


def cells_of(true: TrueCounts, regions: Regions) -> Cells:
    """(year, buurt) -> count, zeros left out."""
    span = regions.slice("buurt")
    return {
        (year, regions.codes[at + span.start]): int(true.counts[row, at + span.start])
        for row, year in enumerate(true.years)
        for at in np.flatnonzero(true.counts[row, span])
    }


def expected_suspects(data: Microdata, first_only: bool) -> Cells:
    placed, lives, age = buurt_of(data), residences(data), ages(data)
    linked = [row for frame in data.suspects.values() for row in frame.itertuples() if row.RINPERSOONS == "R"]
    first: dict[str, str] = {}
    for row in linked:
        first[row.RINPERSOON] = min(first.get(row.RINPERSOON, "9"), row.VERDDATUM)
    units = set()
    for row in linked:
        person, year = row.RINPERSOON, int(row.VERDDATUM[:4])
        low, high = (10, 23) if first_only else (12, 150)
        wanted = first[person] == row.VERDDATUM if first_only else row.VERDDELICT.startswith("3.1.1")
        if wanted and (person, year) in lives and low <= age.get((person, year), -1) <= high:
            units.add((year, person, placed[lives[person, year]]))
    return tally(units)


def expected_homes(data: Microdata) -> Cells:
    placed, units = buurt_of(data), set()
    for year in YEARS:
        frame = data.property[year]
        lived_in = {
            row.RINOBJECTNUMMER
            for row in data.addresses.itertuples()
            if row.GBADATUMAANVANGADRESHOUDING <= f"{year}0101" <= row.GBADATUMEINDEADRESHOUDING
        }
        units |= {
            (year, key, placed[key])
            for key in frame["RINOBJECTNUMMER"]
            if key in placed and key not in lived_in
        }
    return tally(units)


def moving_establishments(data: Microdata) -> dict[tuple[int, str], dict[str, str]]:
    """(year, company) -> establishment that started or stopped -> its buurt, before the cap."""
    placed = buurt_of(data)
    found: dict[tuple[int, str], dict[str, tuple[int, str]]] = defaultdict(dict)
    for file_year, frame in data.companies.items():
        for row in frame.itertuples():
            if not row.SBI2008.startswith(SENSITIVE) or row.RINOBJECTNUMMER not in placed:
                continue
            for year in {int(row.DATUMAANVANG[:4]), int(row.DATUMEINDE[:4])} & set(YEARS):
                choice = (abs(file_year - year), row.RINOBJECTNUMMER)
                known = found[year, row.BEID].get(row.VESTIGINGSNUMMER, choice)
                found[year, row.BEID][row.VESTIGINGSNUMMER] = min(known, choice)
    return {key: {name: placed[at] for name, (_, at) in inside.items()} for key, inside in found.items()}


def expected_establishments(data: Microdata) -> Cells:
    units = set()
    for (year, company), inside in moving_establishments(data).items():
        keyed = {
            hashlib.sha256(f"bedrijfswisseling|{company}|{company}|{name}|{year}".encode()).hexdigest(): name
            for name in inside
        }
        for _, name in sorted(keyed.items())[:3]:
            units.add((year, name, inside[name]))
    return tally(units)


def test_counts_of_persons_equal_the_oracle(
    counted: dict[str, TrueCounts], data: Microdata, regions: Regions
) -> None:
    suspects, first = expected_suspects(data, first_only=False), expected_suspects(data, first_only=True)
    assert sum(suspects.values()) > 50 and sum(first.values()) > 20
    assert cells_of(counted["drugsverdachten"], regions) == suspects
    assert cells_of(counted["jongeaanwas"], regions) == first


def test_counts_of_addresses_equal_the_oracle(
    counted: dict[str, TrueCounts], data: Microdata, regions: Regions
) -> None:
    homes = expected_homes(data)
    assert sum(homes.values()) > 50
    assert cells_of(counted["woningenzonderinschrijving"], regions) == homes


def test_counts_of_companies_equal_the_oracle(
    counted: dict[str, TrueCounts], data: Microdata, regions: Regions
) -> None:
    assert max(len(inside) for inside in moving_establishments(data).values()) > 3
    assert cells_of(counted["bedrijfswisseling"], regions) == expected_establishments(data)


def test_dropped_is_what_the_cap_left_out(counted: dict[str, TrueCounts], data: Microdata) -> None:
    dropped = counted["bedrijfswisseling"].dropped
    assert dropped is not None
    assert dropped.sum() > 0
    for row, year in enumerate(YEARS):
        sizes = [len(inside) for (when, _), inside in moving_establishments(data).items() if when == year]
        assert dropped[row] == sum(min(max(size - 3, 0), 9) for size in sizes)
    assert counted["drugsverdachten"].dropped is None


def test_one_company_moves_the_dropped_by_its_clip_at_most(tmp_path: Path, regions: Regions) -> None:
    """The sensitivity that the noise on the dropped counts on: 3 times the cap, however large the company."""
    (tmp_path / "with").mkdir(), (tmp_path / "without").mkdir()
    without = count(tmp_path / "without", tiny_microdata.rows(), regions)["bedrijfswisseling"]
    data = tiny_microdata.rows()
    giant = data.companies[2023].head(1)
    giant = pd.concat([giant] * 60, ignore_index=True).assign(
        BEID="99999999",
        VESTIGINGSNUMMER=[f"{n:012d}" for n in range(60)],
        SBI2008="56300",
        DATUMAANVANG="20230315",
        DATUMEINDE="88888888",
        SOORTOBJECTNUMMER=data.objects["SOORTOBJECTNUMMER"][0],
        RINOBJECTNUMMER=data.objects["RINOBJECTNUMMER"][0],
    )
    data.companies[2023] = pd.concat([data.companies[2023], giant], ignore_index=True)
    changed = count(tmp_path / "with", data, regions)["bedrijfswisseling"]
    assert without.dropped is not None
    assert changed.dropped is not None
    assert (changed.dropped - without.dropped).tolist() == [0, 9, 0]
    assert (changed.counts - without.counts)[:, 0].tolist() == [0, 3, 0]


@pytest.mark.parametrize("form", ["csv", "sav", "sql"])
def test_every_form_of_file_gives_the_counts_of_parquet(
    tmp_path: Path,
    counted: dict[str, TrueCounts],
    data: Microdata,
    regions: Regions,
    form: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(tiny_microdata.DATABASE, tiny_microdata.address(tmp_path))
    for name, true in count(tmp_path, data, regions, form).items():
        assert np.array_equal(true.counts, counted[name].counts), name


def test_cells_come_from_the_map_and_not_from_the_data(
    tmp_path: Path, counted: dict[str, TrueCounts], data: Microdata, regions: Regions
) -> None:
    for true in counted.values():
        assert true.counts.shape == (len(YEARS), regions.tree_size)
        assert (true.counts[:, regions["BU90030101"].position] == 0).all()  # no row ever names this buurt
    emptied = tiny_microdata.rows()
    emptied.suspects = {year: frame.iloc[:0] for year, frame in data.suspects.items()}
    nothing = count(tmp_path, emptied, regions)
    assert nothing["drugsverdachten"].counts.shape == (len(YEARS), regions.tree_size)
    assert not nothing["drugsverdachten"].counts.any()


def test_children_add_up_to_their_parent(counted: dict[str, TrueCounts], regions: Regions) -> None:
    for true in counted.values():
        for level in LEVELS[1:]:
            span = regions.slice(level)
            sums = np.zeros_like(true.counts)
            np.add.at(sums.T, regions.parent[span], true.counts[:, span].T)
            above = regions.slice(level.parent or level)
            assert np.array_equal(sums[:, above], true.counts[:, above])


def test_order_of_rows_changes_no_count(
    tmp_path: Path, counted: dict[str, TrueCounts], regions: Regions
) -> None:
    shuffled = tiny_microdata.rows()
    shuffled.addresses = shuffled.addresses.iloc[::-1]
    shuffled.suspects = {year: frame.iloc[::-1] for year, frame in shuffled.suspects.items()}
    shuffled.companies = {year: frame.iloc[::-1] for year, frame in shuffled.companies.items()}
    for name, true in count(tmp_path, shuffled, regions).items():
        assert np.array_equal(true.counts, counted[name].counts), name


def test_one_unit_moves_no_level_by_more_than_its_cap(
    tmp_path: Path, counted: dict[str, TrueCounts], regions: Regions
) -> None:
    """The neighbouring data set lacks a company with twelve establishments; the others count as before."""
    fewer = tiny_microdata.rows()
    fewer.companies = {year: frame[frame["BEID"] != "00000000"] for year, frame in fewer.companies.items()}
    without = count(tmp_path, fewer, regions)["bedrijfswisseling"]
    change = counted["bedrijfswisseling"].counts - without.counts
    assert change.any()
    for level in LEVELS:
        here = change[:, regions.slice(level)]
        assert (here >= 0).all()
        assert (here.sum(axis=1) <= 3).all()
