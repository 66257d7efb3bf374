"""Confidential files: schema, keys and dates are held before a single row is counted."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from etl.catalogue.load import load_catalogue
from etl.errors import EtlError, Fault
from etl.extract import source_faults
from etl.extract.engine import Engine, silent_engine
from tests.samples import tiny_microdata
from tests.samples.tiny_microdata import Microdata

CATALOGUE = load_catalogue()
Spoil = Callable[[Microdata], object]


def faults_of(
    folder: Path, spoil: Spoil | None = None, form: str = "parquet", **changes: object
) -> list[Fault]:
    data = tiny_microdata.rows()
    if spoil:
        spoil(data)
    tiny_microdata.write(data, folder, form)
    tiny_microdata.write_key_figures(folder)
    return source_faults(tiny_microdata.config(form, **changes), CATALOGUE, folder, tiny_microdata.regions())


def put(frame: pd.DataFrame, row: int, column: str, value: str) -> None:
    frame.loc[frame.index[row], column] = value


@pytest.mark.parametrize("form", ["parquet", "csv"])
def test_whole_files_have_no_fault(tmp_path: Path, form: str) -> None:
    assert faults_of(tmp_path, form=form) == []


@pytest.mark.parametrize(
    ("spoil", "file", "where", "words"),
    [
        (
            lambda data: put(data.addresses, 7, "GBADATUMAANVANGADRESHOUDING", "2020-01-01"),
            "GBAADRESOBJECT2024BUSV1.parquet",
            "GBADATUMAANVANGADRESHOUDING",
            "1 wrong row(s), the first is row 8, expected a date as YYYYMMDD",
        ),
        (
            lambda data: put(data.objects, 3, "BC2024", "99999998"),
            "VSLGWB2024TAB03V1.parquet",
            "BC2024",
            "the first is row 4, expected a buurt of the division",
        ),
        (
            lambda data: put(data.persons, 1, "RINPERSOON", data.persons["RINPERSOON"][0]),
            "GBAPERSOON2024TABV1.parquet",
            "RINPERSOONS + RINPERSOON",
            "1 key(s) on more than one row",
        ),
        (
            lambda data: put(data.companies[2022], 0, "BEID", "7"),
            "ABR_REGIO2022V1.parquet",
            "BEID",
            "keys of 1 to 8 characters",
        ),
        (
            lambda data: put(data.suspects[2021], 2, "RINPERSOONS", "R "),
            "VERDTAB2021V1.parquet",
            "RINPERSOONS",
            "row 3, expected no blanks in, before or after the value",
        ),
        (
            lambda data: put(data.property[2024], 0, "RINOBJECTNUMMER", ""),
            "EIGENDOM2024TABV1.parquet",
            "RINOBJECTNUMMER",
            "row 1, expected a value in every row",
        ),
        (
            lambda data: data.property.update({2023: data.property[2023].iloc[:0].astype(str)}),
            "EIGENDOM2023TABV1.parquet",
            "whole file",
            "no rows",
        ),
        (
            lambda data: data.suspects[2020].pop("VERDDATUM"),
            "VERDTAB2020V1.parquet",
            "columns",
            "expected a column VERDDATUM",
        ),
        (
            lambda data: data.persons.insert(0, "x", data.persons.pop("RINPERSOON").astype(int)),
            "GBAPERSOON2024TABV1.parquet",
            "columns",
            "expected a column RINPERSOON",
        ),
    ],
)
def test_a_fault_names_file_and_column_and_counts_the_rows(
    tmp_path: Path, spoil: Spoil, file: str, where: str, words: str
) -> None:
    faults = faults_of(tmp_path, spoil)
    assert [one for one in faults if (one.file, one.where) == (file, where) and words in str(one)], faults
    assert {one.file for one in faults} == {file}


@pytest.mark.parametrize(
    ("spoil", "where", "words"),
    [
        (lambda raw: raw[:-1], "last line", "cut off"),
        (lambda raw: raw[:-20] + b"\n", "line 91", "cut off"),
        (lambda raw: raw.replace(b"\n", b"\n\xe9", 1), "line 2", "UTF-8"),
        (lambda raw: raw.replace(b",", b";"), "columns", "expected a column RINPERSOON"),
        (lambda _raw: b"", "whole file", "an empty file"),
    ],
)
def test_a_csv_file_that_cannot_be_read_is_a_fault_with_its_line(
    tmp_path: Path, spoil: Callable[[bytes], bytes], where: str, words: str
) -> None:
    assert faults_of(tmp_path, form="csv") == []
    path = tmp_path / "VERDTAB2022V1.csv"
    path.write_bytes(spoil(path.read_bytes()))
    config = tiny_microdata.config("csv")
    faults = source_faults(config, CATALOGUE, tmp_path, tiny_microdata.regions())
    assert {one.file for one in faults} == {path.name}
    assert [one for one in faults if where in one.where and words in str(one)], faults


def test_a_numeric_key_has_lost_its_leading_zeros(tmp_path: Path) -> None:
    def spoil(data: Microdata) -> None:
        data.persons["RINPERSOON"] = data.persons["RINPERSOON"].astype(int)

    faults = faults_of(tmp_path, spoil)
    assert [(one.where, one.expected) for one in faults] == [("RINPERSOON", "text")]


def test_keys_of_another_width_than_elsewhere_never_link(tmp_path: Path) -> None:
    def spoil(data: Microdata) -> None:
        for frame in data.suspects.values():
            frame["RINPERSOON"] = "0" + frame["RINPERSOON"]

    faults = faults_of(tmp_path, spoil)
    assert {one.where for one in faults} == {"RINPERSOON"}
    assert "keys of 9 characters" in str(faults) or "keys of 10 characters" in str(faults)


def test_a_state_needs_a_file_for_every_year(tmp_path: Path) -> None:
    sources = tiny_microdata.config().model_dump()["sources"] | {
        "eigendomtab": {"file": "EIGENDOM2023TABV1.parquet", "years": [2023]}
    }
    faults = faults_of(tmp_path, sources=sources)
    assert [(one.where, one.found) for one in faults] == [("sources.eigendomtab", "no file for 2022, 2024")]


def test_what_is_owned_after_the_year_needs_a_file_of_the_year_after(tmp_path: Path) -> None:
    """The buyer of a home is who owns it on the next 1 January."""
    sources = tiny_microdata.config().model_dump()["sources"]
    sources["eigendomtab"]["years"] = tiny_microdata.YEARS
    faults = faults_of(tmp_path, sources=sources, indicators=("onverklaarbareaankopen",))
    assert [(one.where, one.found) for one in faults] == [("sources.eigendomtab", "no file for 2025")]


@pytest.mark.parametrize(
    ("stem", "column", "value", "words"),
    [
        ("INHA2023TABV1", "INHBESTINKH", "12,50", "a whole number"),
        ("INHA2023TABV1", "INHBESTINKH", 12.5, "a whole number in every row"),
        ("BKW2023V1", "PERIODE", "2023-1", "a month as YYYYMM"),
        ("DRUGSAFVAL2023V1", "bc2024", "99999998", "a buurt of the division"),
        ("NIETVSLGWB2024TAB03V1", "BC2024", "99999998", "a buurt of the division"),
    ],
)
def test_amounts_months_and_areas_are_held(
    tmp_path: Path, stem: str, column: str, value: object, words: str
) -> None:
    def spoil(data: Microdata) -> None:
        frame = data.more[stem].astype({column: object if isinstance(value, str) else float})
        frame.loc[3, column] = value
        data.more[stem] = frame.astype(str) if isinstance(value, str) else frame

    names = ("kwetsbarejongeren", "onverklaarbareaankopen", "drugsafval", "parkbewoning")
    faults = faults_of(tmp_path, spoil, indicators=names)
    assert [(one.file, one.where) for one in faults] == [(f"{stem}.parquet", column)]
    assert words in str(faults) and "row 4" in str(faults)


def test_the_gemeente_of_an_offence_is_one_of_the_division(tmp_path: Path) -> None:
    faults = faults_of(
        tmp_path,
        lambda data: put(data.suspects[2021], 2, "VERDPLEEGGEMEENTE", "8888"),
        indicators=("verdachtenvanelders",),
    )
    assert [(one.file, one.where) for one in faults] == [("VERDTAB2021V1.parquet", "VERDPLEEGGEMEENTE")]
    assert "a gemeente of the division" in str(faults)


def test_the_engine_never_speaks_for_itself() -> None:
    with pytest.raises(EtlError) as raised, Engine.opened() as engine, silent_engine():
        engine.con.raw_sql("SELECT CAST('CANARY4711' AS INTEGER)").fetchall()
    assert "CANARY4711" not in str(raised.value)
    assert raised.value.__suppress_context__


def test_what_is_set_aside_is_encrypted_and_removed() -> None:
    with Engine.opened() as engine:
        settings = engine.con.raw_sql(
            "SELECT current_setting('temp_file_encryption'), current_setting('temp_directory')"
        ).fetchall()
        encrypted, aside = settings[0]
        assert encrypted and Path(aside).is_dir()
    assert not Path(aside).exists()
