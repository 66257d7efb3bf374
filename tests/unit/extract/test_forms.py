"""One file or table in any form, read as it stands: leading zeros, unknown dates and empty cells included."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest
import sqlalchemy as sa

from etl.aggregate import count_microdata
from etl.catalogue.load import load_catalogue
from etl.extract import forms
from etl.extract.engine import ROW, Engine
from etl.extract.forms import Place, Unreadable, content_digest, held, open_form
from tests.samples import tiny_microdata
from tests.samples.tiny_microdata import DATABASE

CATALOGUE = load_catalogue()
ROWS = pd.DataFrame(
    {
        "RINPERSOON": ["000000007", "000471100", "000000001"],
        "GBAGEBOORTEJAAR": ["1980", "----", ""],
        "AANTAL": [1.0, 2.0, 3.0],
    }
)
NAMES = ("RINPERSOON", "GBAGEBOORTEJAAR")


@pytest.fixture
def engine() -> Iterator[Engine]:
    with Engine.opened() as opened:
        yield opened


def rows_in(engine: Engine, path: Path) -> list[tuple[str | None, ...]]:
    found = engine.fetch_local(engine.local_view(path).order_by(ROW))
    return list(zip(*(found[name].tolist() for name in NAMES), strict=True))


def write_sav(path: Path, rows: pd.DataFrame = ROWS, **options: object) -> Place:
    pyreadstat.write_sav(rows, path, **options)
    return Place(path.name, path)


@pytest.mark.parametrize("suffix", ["sav", "zsav"])
def test_an_spss_file_is_read_in_portions_with_its_zeros(
    tmp_path: Path, engine: Engine, monkeypatch: pytest.MonkeyPatch, suffix: str
) -> None:
    monkeypatch.setattr(forms, "SAV_ROWS", 2)
    labels = {"GBAGEBOORTEJAAR": {"----": "onbekend"}}
    place = write_sav(tmp_path / f"a.{suffix}", variable_value_labels=labels, compress=suffix == "zsav")
    form = open_form(place, engine)
    assert form.columns == {**dict.fromkeys(NAMES, "text"), "AANTAL": "a number (double)"}
    expected = [("000000007", "1980"), ("000471100", "----"), ("000000001", "")]
    assert rows_in(engine, held(engine, place, form, NAMES)) == expected


def test_an_spss_file_that_lost_its_last_rows_is_cut_off(tmp_path: Path, engine: Engine) -> None:
    place = write_sav(tmp_path / "a.sav")
    form = open_form(place, engine)
    form._about.number_rows = 4  # type: ignore[attr-defined]
    with pytest.raises(Unreadable, match="row 4: found no more rows, expected 4 rows"):
        held(engine, place, form, NAMES)
    assert not list(engine.aside.glob("*.parquet"))


def test_what_is_set_aside_is_unreadable_read_once_and_removed(tmp_path: Path) -> None:
    with Engine.opened() as engine:
        place = write_sav(tmp_path / "a.sav")
        form = open_form(place, engine)
        path = held(engine, place, form, NAMES)
        assert held(engine, place, form, NAMES) is path
        assert path.stat().st_size and path.parent == engine.aside
        raw = path.read_bytes()
        assert not [cell for cell in ROWS["RINPERSOON"] if cell.encode() in raw]
        assert engine.aside.stat().st_mode & 0o077 == 0
    assert not path.exists()


def test_what_does_not_fit_in_memory_goes_to_disk_encrypted() -> None:
    """Without a connection to the internet, where DuckDB would fetch what it would rather encrypt with."""
    with Engine.opened() as engine:
        engine.con.raw_sql("SET memory_limit = '60MB'").fetchall()
        query = "SELECT 'CANARY' || i AS word FROM range(6000000) rows(i)"
        engine.con.raw_sql(f"CREATE TEMP TABLE much AS {query}").fetchall()
        spilled = [path.read_bytes() for path in engine.aside.glob("duckdb_temp*")]
        assert sum(map(len, spilled)) > 1_000_000
        assert not any(b"CANARY" in raw for raw in spilled)


def table_in(url: str, rows: pd.DataFrame, monkeypatch: pytest.MonkeyPatch) -> Place:
    monkeypatch.setenv(DATABASE, url)
    tiny_microdata.write_table(sa.create_engine(url), "personen", rows)
    return Place("table personen", None, "personen", DATABASE)


def test_a_table_of_a_database_is_read_in_portions(
    database_url: str, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forms, "SQL_ROWS", 2)
    url = database_url.replace("postgresql://", "postgresql+psycopg://")
    place = table_in(url, ROWS.astype({"AANTAL": int}).replace({"": None}), monkeypatch)
    form = open_form(place, engine)
    assert form.columns == {**dict.fromkeys(NAMES, "text"), "AANTAL": "a number (BIGINT)"}
    expected = [("000000007", "1980"), ("000471100", "----"), ("000000001", None)]
    assert rows_in(engine, held(engine, place, form, NAMES)) == expected


def test_the_digest_of_a_table_knows_rows_and_not_their_order(tmp_path: Path, engine: Engine) -> None:
    def digest(rows: pd.DataFrame) -> str:
        path = tmp_path / "a.parquet"
        rows.to_parquet(path)
        return content_digest(engine, path)

    text = ROWS[list(NAMES)]
    assert digest(text) == digest(text.iloc[::-1])
    assert len({digest(text), digest(text.iloc[1:]), digest(text.replace("1980", "1981"))}) == 3
    # What moves from one cell to the next is another row.
    shifted = pd.DataFrame({"RINPERSOON": ["a", ""], "GBAGEBOORTEJAAR": ["", "a"]})
    assert digest(shifted.iloc[:1]) != digest(shifted.iloc[1:])


@pytest.mark.parametrize("form", ["parquet", "sav"])
def test_every_year_is_counted_in_the_division_of_the_release(tmp_path: Path, form: str) -> None:
    """VSLGWBTAB holds a division for each year: only that of the map may be taken, whatever its case."""
    data, regions = tiny_microdata.rows(), tiny_microdata.regions()
    firms = [CATALOGUE.indicators["bedrijfswisseling"]]
    tiny_microdata.write(data, tmp_path, form)
    config = tiny_microdata.config(form)
    expected = count_microdata(firms, config, CATALOGUE, tmp_path, regions)[0].counts
    here = data.objects.rename(columns={"BC2024": "bC2024"})
    elsewhere = dict.fromkeys(("gem2022", "wc2022", "bc2022", "bc2023", "bc20245", "bc2025"), "90030001")
    data.objects = here.assign(**elsewhere)[[*elsewhere, *here.columns]]
    data.more["NIETVSLGWB2024TAB03V1"] = data.more["NIETVSLGWB2024TAB03V1"].assign(**elsewhere)
    tiny_microdata.write(data, tmp_path, form)
    assert (count_microdata(firms, config, CATALOGUE, tmp_path, regions)[0].counts == expected).all()
    earlier = config.model_copy(update={"division": config.division.model_copy(update={"year": 2022})})
    moved = count_microdata(firms, earlier, CATALOGUE, tmp_path, regions)[0].counts
    buurten = moved[:, regions.slice("buurt")].sum(axis=0)
    assert regions.codes[regions.slice("buurt")][buurten.argmax()] == "BU90030001"
    assert (buurten > 0).sum() == 1
