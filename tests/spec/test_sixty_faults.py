"""More than sixty kinds of broken input, each by itself: a refusal that names its file, place and remedy, no
traceback, no confidential cell and no password in it, and nothing written."""

import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from etl import cli, pipeline
from etl.catalogue.load import FOLDER
from etl.errors import EtlError, Fault, GeodataError
from etl.extract.engine import Engine
from tests.samples import tiny_run
from tests.samples.spoilt import (
    ABR,
    CANARY,
    FIRMS,
    GROUPS,
    HOMES,
    KWB,
    MAP,
    OBJECTS,
    PUBLIC,
    TREE,
    Broken,
    Country,
    bytes_of,
    catalogue,
    config,
    database,
    firms,
    layer,
    objects,
    one_file_for_all_years,
    public,
    put,
    raw,
    sources_without,
    wrong_run,
)

ROW = "GM9001,4001.0"
KWB_ENTRY = '"file" = "kwb_{year}.csv", "table" = "", "database" = ""'
BROKEN = (
    # Public tables.
    Broken("csv: not there", PUBLIC, lambda it: (it.folder / KWB).unlink(), KWB, "folder", "no such file"),
    raw("csv: empty", KWB, lambda _raw: b"", "whole file", "empty file"),
    raw("csv: heading only", KWB, lambda raw: raw[: raw.index(b"\n") + 1], "line 2", "no rows"),
    raw("csv: UTF-16", KWB, lambda raw: raw.decode().encode("utf-16"), "line 1", "not UTF-8"),
    raw("csv: Latin-1", KWB, lambda raw: raw.replace(b"WK900100", b"WK9\xe9"), "line 5", "not UTF-8"),
    raw("csv: cut inside a number", KWB, lambda raw: raw[:-3], "last line", "cut off"),
    raw("csv: cut inside a row", KWB, lambda raw: raw[:-20] + b"\n", "all columns", "cut off"),
    raw("csv: semicolons", KWB, lambda raw: raw.replace(b",", b";"), "line 1", "commas"),
    raw("csv: a quote never closed", KWB, lambda raw: raw.replace(b"GM9002", b'"GM9002'), "line 3", "cell"),
    public("csv: renamed column", "inwoners,", "Inwoners_5,", "line 1", "a column inwoners"),
    public("csv: negative count", ROW, "GM9001,-3", "line 2, inwoners", "negative"),
    public("csv: words for a number", ROW, "GM9001,veel", "line 2, inwoners", "'veel'"),
    public("csv: thousands separator", ROW, "GM9001,4.001", "line 2, inwoners", "without separators"),
    public("csv: half a person", ROW, "GM9001,12.5", "line 2, inwoners", "whole number"),
    public("csv: NUL in a number", ROW, "GM9001,40\x0001", "line 2, inwoners", "whole number"),
    public("csv: padded key", ROW, "GM9001    ,4001.0", "line 2, regiocode", "padded key"),
    public("csv: malformed code", ROW, "9001,4001.0", "line 2, regiocode", "an area code"),
    public("csv: area of another year", ROW, "GM9009,4001.0", "line 2, regiocode", "same year"),
    public("csv: area twice", "GM9002,", "GM9001,", "line 3, regiocode", "second time"),
    public("csv: a cell too many", ROW, f"{ROW},7", "line 2", "cells as in the heading"),
    # The map and its tables.
    Broken("tree: not there", PUBLIC, lambda it: (it.folder / TREE).unlink(), TREE, "folder", "no such file"),
    Broken("tree: no column", PUBLIC, lambda it: it.text(TREE, "wijkcode", "wk"), TREE, "line 1", "wijkcode"),
    Broken(
        "tree: malformed", PUBLIC, lambda it: it.text(TREE, "BU90010000", "BU9001"), TREE, "line 2", "BU9001"
    ),
    Broken(
        "tree: buurt of another gemeente",
        PUBLIC,
        lambda it: it.text(TREE, "WK900100,GM9001", "WK900100,GM9002"),
        TREE,
        "line 2",
        "GM9002",
    ),
    Broken(
        "groupings: no regio", PUBLIC, lambda it: it.text(GROUPS, "RE91", ""), GROUPS, "line 2", "expected"
    ),
    Broken(
        "groupings: no such gemeente",
        PUBLIC,
        lambda it: it.text(GROUPS, "GM9003", "GM9007"),
        GROUPS,
        "",
        "GM9007",
    ),
    Broken("map: not there", PUBLIC, lambda it: (it.folder / MAP).unlink(), MAP, "folder", "no such file"),
    raw("map: empty", MAP, lambda _raw: b"", "whole file", "empty file"),
    raw("map: a text", MAP, lambda _raw: b"buurtcode,geometry\n" * 40, "whole file", "GeoPackage"),
    raw("map: cut off", MAP, lambda raw: raw[: len(raw) // 2], "", "expected"),
    layer("no rows", "wijken", lambda frame: frame.iloc[:0], "layer wijken", "no rows"),
    layer("other projection", "buurten", lambda frame: frame.to_crs(4326), "layer buurten", "projection"),
    layer("no code", "buurten", lambda frame: frame.drop(columns="buurtcode"), "layer buurten", "buurtcode"),
    layer(
        "buurt twice",
        "buurten",
        lambda frame: pd.concat([frame, frame.iloc[:1]], ignore_index=True),
        "layer buurten",
        "BU90010000",
    ),
    layer(
        "buurt without a shape",
        "buurten",
        lambda frame: frame.assign(geometry=[None, *frame.geometry[1:]]),
        "layer buurten",
        "shape",
    ),
    # Confidential rows, Parquet.
    Broken(
        "parquet: not there",
        FIRMS,
        lambda it: (it.folder / f"{ABR}.parquet").unlink(),
        f"{ABR}.parquet",
        "folder",
        "no such file",
    ),
    firms("parquet: no column", lambda frame: frame.drop(columns="BEID"), "columns", "a column BEID"),
    firms("parquet: numeric key", lambda frame: frame.astype({"BEID": int}), "BEID", "leading zeros"),
    firms(
        "parquet: zeros lost",
        lambda frame: frame.assign(BEID=frame["BEID"].str.lstrip("0").replace("", "0")),
        "BEID",
        "Leading zeros",
    ),
    firms("parquet: date with dashes", put("DATUMAANVANG", "2023-1-1"), "DATUMAANVANG", "row 3"),
    firms("parquet: no date", put("DATUMAANVANG", None), "DATUMAANVANG", "a value in every row"),
    firms("parquet: no key", put("RINOBJECTNUMMER", ""), "RINOBJECTNUMMER", "a value in every row"),
    firms("parquet: padded kind", put("SOORTOBJECTNUMMER", "B "), "SOORTOBJECTNUMMER", "no blanks"),
    firms("parquet: no rows", lambda frame: frame.iloc[:0].astype(str), "whole file", "no rows"),
    firms(
        "parquet: keys wider than elsewhere",
        lambda frame: frame.assign(VESTIGINGSNUMMER="0" + frame["VESTIGINGSNUMMER"]),
        "VESTIGINGSNUMMER",
        "characters",
    ),
    objects("parquet", "strange buurt", put("BC2024", "99999998"), "BC2024", "another year"),
    objects(
        "parquet",
        "address twice",
        lambda frame: pd.concat([frame, frame.iloc[:1]]),
        "SOORTOBJECTNUMMER + RINOBJECTNUMMER",
        "each key once",
    ),
    objects(
        "parquet",
        "only the buurten of another year",
        lambda frame: frame.rename(columns={"BC2024": "BC2023"}),
        "columns",
        "a column bc2024",
    ),
    bytes_of("parquet", "empty", lambda _raw: b"", "whole file", "empty file"),
    bytes_of("parquet", "cut off", lambda raw: raw[:-40], "whole file", "cut off"),
    bytes_of("parquet", "a text", lambda _raw: b"RINOBJECTNUMMER\n1\n", "whole file", "parquet file"),
    # Confidential rows, CSV.
    bytes_of("csv", "cut inside a row", lambda raw: raw[:-9], "last line", "cut off"),
    bytes_of("csv", "not UTF-8", lambda raw: raw.replace(b"90010000\n", b"\xe9\n", 1), "line", "UTF-8"),
    bytes_of("csv", "semicolons", lambda raw: raw.replace(b",", b";"), "columns", "RINOBJECTNUMMER"),
    bytes_of("csv", "no heading", lambda raw: raw[raw.index(b"\n") + 1 :], "columns", "no column names"),
    bytes_of("csv", "a cell too many", lambda raw: raw.replace(b"\nB,", b"\nB,B,", 1), "line 2", "whole csv"),
    bytes_of("csv", "column twice", lambda raw: raw.replace(b"gem2024", b"BC2024", 1), "line 1", "BC2024"),
    # Confidential rows, SPSS.
    bytes_of("sav", "empty", lambda _raw: b"", "whole file", "empty file"),
    bytes_of("sav", "cut in its heading", lambda raw: raw[:200], "whole file", "SPSS"),
    bytes_of("sav", "cut in its rows", lambda raw: raw[:-400], "", "cut off"),
    bytes_of("sav", "a text", lambda _raw: b"RINOBJECTNUMMER\n" * 99, "whole file", "SPSS"),
    objects(
        "sav",
        "numeric key",
        lambda frame: frame.assign(RINOBJECTNUMMER=frame["RINOBJECTNUMMER"].astype(float)),
        "RINOBJECTNUMMER",
        "leading zeros",
    ),
    objects("sav", "no column", lambda frame: frame.drop(columns="BC2024"), "columns", "a column bc2024"),
    objects("sav", "no key", put("RINOBJECTNUMMER", ""), "RINOBJECTNUMMER", "a value in every row"),
    # Confidential rows in a database.
    database("no such table", "", "environment variable", "no such table", table="VSLGWB"),
    database("malformed address", f"nonsense-{CANARY}", "environment variable", "driver://"),
    database("unknown driver", f"oraculum://u:{CANARY}@h/x", "environment variable", "driver"),
    database("nobody there", f"postgresql+psycopg://u:{CANARY}@127.0.0.1:1/x", "environment", "answer"),
    database("another file", f"sqlite:///FOLDER/{KWB}", "environment variable", "answer"),
    objects(
        "sql",
        "numeric key",
        lambda frame: frame.assign(RINOBJECTNUMMER=frame["RINOBJECTNUMMER"].astype(int)),
        "RINOBJECTNUMMER",
        "(BIGINT)",
    ),
    objects("sql", "no key", put("RINOBJECTNUMMER", None), "RINOBJECTNUMMER", "a value in every row"),
    # What the data officer declares.
    config("no TOML", "id =", "id", "syntax", "valid TOML"),
    config("unknown key", "id =", 'colour = "red"\nid =', "colour", "not permitted"),
    config("no years", "years =", "jaren =", "years", "nothing"),
    config("years as words", "years = [2022, 2023, 2024]", 'years = ["all"]', "years", "integer"),
    config("id with blanks", '"tiny-1"', '"Tiny 1"', "id", "pattern"),
    config("no budget left to spend", '"rho_cap" = "9"', '"rho_cap" = "0"', "rho_cap", "greater than 0"),
    config(
        "a password in the file",
        KWB_ENTRY,
        f'"table" = "kwb", "database" = "postgresql://u:{CANARY}@h/x"',
        "sources.kwb.database",
        "may hold a password",
    ),
    config(
        "file and table",
        KWB_ENTRY,
        '"file" = "kwb_{year}.csv", "table" = "k", "database" = "D"',
        "sources.kwb",
        "either",
    ),
    Broken("config: not there", PUBLIC, lambda it: it.config.unlink(), "run.toml", "folder", "no such file"),
    Broken(
        "config: Latin-1",
        PUBLIC,
        lambda it: it.bytes("run.toml", lambda raw: b"# \xe9\n" + raw),
        "run.toml",
        "byte 2",
        "UTF-8",
    ),
    wrong_run("no such indicator", "indicators", "one of", ("inwonerss",)),
    wrong_run(
        "source without a file",
        "sources.abr_regio",
        "indicator bedrijfswisseling",
        FIRMS,
        sources=sources_without("abr_regio"),
    ),
    wrong_run("unit without a budget", "privacy.company", "a rho_cap", FIRMS, privacy={}),
    wrong_run("invented country as real", "fictional", "codes invented", fictional=False),
    wrong_run(
        "state of one year",
        "sources.eigendomtab",
        "no file for 2022, 2024",
        HOMES,
        sources=one_file_for_all_years(),
    ),
    wrong_run(
        "public table in a database",
        "sources.kwb",
        "only confidential",
        sources=sources_without("kwb") | {"kwb": {"table": "kwb", "database": "D"}},
    ),
    Broken(
        "rows: a spreadsheet",
        FIRMS,
        lambda it: (it.objects_in("xlsx"), (it.folder / f"{OBJECTS}.xlsx").write_bytes(b"PK")),
        f"{OBJECTS}.xlsx",
        "whole file",
        ".sav",
    ),
    catalogue("no owner", "sources/kwb.toml", "owner =", "eigenaar =", "purpose.owner", "nothing"),
    catalogue(
        "no legal basis", "sources/verdtab.toml", "legal_basis =", "x =", "purpose.legal_basis", "nothing"
    ),
    catalogue("ended", "indicators/inwoners.toml", "end = 20", "end = 19", "purpose", "end"),
    catalogue(
        "origin",
        "sources/gbapersoontab.toml",
        "GBAGEBOORTEDAG",
        "GBAHERKOMSTGROEPERING",
        "columns.birth_day",
        "no origin",
    ),
    catalogue("no such theme", "indicators/inwoners.toml", 'theme = "', 'theme = "x', "theme", "one of"),
    catalogue("no TOML", "indicators/inwoners.toml", "[name]", "[name", "syntax", "valid TOML"),
    catalogue(
        "private without protection",
        "indicators/bedrijfswisseling.toml",
        "[protection]",
        "[rate2]",
        "rate2",
        "not permitted",
    ),
    catalogue(
        "role that is not there",
        "indicators/bedrijfswisseling.toml",
        '"start", "end"',
        '"begin"',
        "count.dated",
        "one of",
    ),
    catalogue(
        "breaks that fall",
        "indicators/bedrijfswisseling.toml",
        "[3, 4, 5, 7]",
        "[7, 5, 4, 3]",
        "whole file",
        "rise",
    ),
)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whole")
    tiny_run.write_sources(folder)
    return folder


@pytest.fixture
def engine() -> Iterator[Engine]:
    with Engine.opened() as opened:
        yield opened


@pytest.fixture
def country(whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Country:
    shutil.copytree(whole, tmp_path / "sources")
    return Country(tmp_path / "sources", monkeypatch)


def spoilt(country: Country, broken: Broken) -> dict[str, object]:
    """Spoil the country; what stands in the folder afterwards."""
    # The configuration first, so that it can be spoilt too; again when it is to say something else.
    tiny_run.write_config(country.config, indicators=broken.indicators)
    broken.spoil(country)
    if country.changes:
        tiny_run.write_config(country.config, indicators=broken.indicators, **country.changes)
    return standing(country.folder)


def standing(folder: Path) -> dict[str, object]:
    return {str(path): path.stat().st_mtime_ns for path in sorted(folder.rglob("*"))}


def refused(country: Country, engine: Engine) -> EtlError | GeodataError:
    catalogue_folder = country.folder / "catalogue"
    with pytest.raises((EtlError, GeodataError)) as raised:
        pipeline.prepare(
            pipeline.load(country.config),
            country.folder,
            lambda _text: None,
            catalogue_folder if catalogue_folder.is_dir() else FOLDER,
            engine,
        )
    return raised.value


def test_there_are_more_than_sixty_kinds() -> None:
    assert len({broken.name for broken in BROKEN}) == len(BROKEN) > 60


@pytest.mark.parametrize("broken", BROKEN, ids=lambda broken: broken.name)
def test_a_fault_is_named_and_located_and_nothing_is_written(
    country: Country, engine: Engine, broken: Broken
) -> None:
    before = spoilt(country, broken)
    error = refused(country, engine)
    faults: tuple[Fault, ...] = getattr(error, "faults", ())
    assert [
        one
        for one in faults
        if one.file == broken.file and broken.where in one.where and broken.words in str(one)
    ], str(error)
    assert all(one.file and one.where and one.found and one.expected for one in faults)
    assert CANARY not in str(error)
    assert standing(country.folder) == before


@pytest.mark.parametrize(
    "name", ["csv: cut inside a row", "rows, sav: cut in its rows", "config: no TOML", "map: a text"]
)
def test_the_command_says_so_and_makes_no_database(
    country: Country, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    broken = next(one for one in BROKEN if one.name == name)
    spoilt(country, broken)
    database = country.folder.parent / "new" / "release.db"
    arguments = ["run", str(country.config), "--sources", str(country.folder)]
    assert cli.main([*arguments, "--database", f"sqlite:///{database}"]) == 1
    told = capsys.readouterr().err
    assert "Geweigerd." in told and broken.file in told and "Traceback" not in told
    assert not database.exists()


def test_the_whole_country_has_no_fault(country: Country, engine: Engine) -> None:
    config = pipeline.load(tiny_run.write_config(country.config))
    assert pipeline.prepare(config, country.folder, lambda _text: None, FOLDER, engine).config == config


def test_a_database_that_keeps_numbers_in_a_column_of_text(country: Country, engine: Engine) -> None:
    """SQLite takes any value in any column; what comes out is held all the same."""
    country.rows(OBJECTS, lambda frame: frame, "sql")
    country.objects_in("sql")
    with sqlite3.connect(country.folder / "cbs.db") as connection:
        connection.execute(f'ALTER TABLE "{OBJECTS}" RENAME TO old')
        connection.execute(
            f'CREATE TABLE "{OBJECTS}" (SOORTOBJECTNUMMER VARCHAR, RINOBJECTNUMMER TEXT, BC2024 VARCHAR)'
        )
        connection.execute(f"INSERT INTO \"{OBJECTS}\" SELECT SOORTOBJECTNUMMER, x'4711', BC2024 FROM old")
    connection.close()
    tiny_run.write_config(country.config, indicators=FIRMS, **country.changes)
    assert "RINOBJECTNUMMER: found a value that is no text" in str(refused(country, engine))
