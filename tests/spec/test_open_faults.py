"""Faults of the public sources beside Kerncijfers, each by itself: named, located, and nothing written.

They stand on the fictional country as `python -m etl demo` makes it, read as any run reads it.
"""

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from etl import cli, pipeline
from etl.demo import build
from etl.demo.open_tables import SCORES, TOTALS, TYPES
from etl.errors import Fault, GeodataError, InputError
from tests.conftest import CHECKOUT

CONFIG = CHECKOUT / "config" / "demo.toml"
PUBLIC = ("drugshandel", "misdrijven", "onvoldoendeleefbaar")
INDEX = "index.json"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("open") / "merenland"
    build(folder, "tiny", progress=False)
    return folder


def text(file: str, old: str, new: str) -> Callable[[Path], None]:
    def spoil(folder: Path) -> None:
        path = folder / file
        found = path.read_text(encoding="utf-8")
        assert old in found
        path.write_text(found.replace(old, new, 1), encoding="utf-8")

    return spoil


def largest(folder: Path) -> Path:
    """The kept answer with the figures."""
    return max((folder / TYPES).glob("*.json"), key=lambda path: path.stat().st_size * (path.name != INDEX))


def cut(folder: Path) -> None:
    path = largest(folder)
    path.write_bytes(path.read_bytes()[:-100])


def without_index(folder: Path) -> None:
    (folder / TYPES / INDEX).unlink()


def broken_index(folder: Path) -> None:
    (folder / TYPES / INDEX).write_text("[]", encoding="utf-8")


def rows_of(change: Callable[[list[dict[str, object]]], object]) -> Callable[[Path], None]:
    """Change the kept rows as a supplier could have sent them: the checksum goes along."""

    def spoil(folder: Path) -> None:
        path, index = largest(folder), folder / TYPES / INDEX
        answer = json.loads(path.read_bytes())
        change(answer["value"])
        raw = json.dumps(answer).encode()
        sha256 = hashlib.sha256(raw).hexdigest()
        index.write_text(index.read_text(encoding="utf-8").replace(path.stem, sha256), encoding="utf-8")
        (path.parent / f"{sha256}.json").write_bytes(raw)

    return spoil


def first(**cells: object) -> Callable[[list[dict[str, object]]], object]:
    """Other cells in the first row."""
    return lambda rows: rows[0].update(cells)


def twice(rows: list[dict[str, object]]) -> None:
    rows[-1] = rows[0]


MEASURE = "GeregistreerdeMisdrijven_1"
FAULTS: dict[str, tuple[Callable[[Path], object], str, str, str]] = {
    "scores: not there": (lambda at: (at / SCORES).unlink(), SCORES, "folder", "no such file"),
    "scores: other column": (text(SCORES, "kscore", "lbm"), SCORES, "line 1", "a column kscore"),
    "scores: in words": (text(SCORES, ",2020,", ",2020,zwak"), SCORES, "kscore", "a whole number"),
    "scores: a broken class": (text(SCORES, ",2020,", ",2020,4.5"), SCORES, "kscore", "a whole number"),
    "scores: another year's code": (text(SCORES, "BU90010", "BU90990"), SCORES, "id", "same year"),
    "scores: twice": (text(SCORES, ",2022,", ",2020,"), SCORES, "id", "second time"),
    "totals: not there": (lambda at: (at / TOTALS).unlink(), TOTALS, "folder", "no such file"),
    "totals: negative": (text(TOTALS, ",2020,", ",2020,-"), TOTALS, "geregistreerde_misdrijven", "negative"),
    "totals: a month": (text(TOTALS, ",2020,", ",2020MM01,"), TOTALS, "jaar", "a whole year"),
    "types: nothing kept": (lambda at: shutil.rmtree(at / TYPES), TYPES, "TableInfos", "etl fetch"),
    "types: no index": (without_index, TYPES, "TableInfos", "no answer kept"),
    "types: another index": (broken_index, TYPES, INDEX, "something else"),
    "types: a cut answer": (cut, TYPES, "TypedDataSet", "changed or is gone"),
    "types: text for a figure": (rows_of(first(**{MEASURE: "12"})), "", "GM90", "a number"),
    "types: half a crime": (rows_of(first(**{MEASURE: 1.5})), "", "GM90", "whole number"),
    "types: a row twice": (rows_of(twice), "", "GM90", "a second row"),
    "types: an area elsewhere": (
        rows_of(first(WijkenEnBuurten="GM0363    ")), "", "GM0363", "of the division",
    ),
    "types: no area": (rows_of(first(WijkenEnBuurten="GM-363    ")), "", "GM-363", "such as GM0014"),
    "types: no column": (rows_of(lambda it: it[0].pop("Perioden")), TYPES, "TypedDataSet", "every column"),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_named_and_located(whole: Path, tmp_path: Path, name: str) -> None:
    spoil, file, where, words = FAULTS[name]
    folder = tmp_path / "sources"
    shutil.copytree(whole, folder)
    spoil(folder)
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    config = pipeline.load(CONFIG).model_copy(update={"indicators": PUBLIC})
    with pytest.raises((InputError, GeodataError)) as raised:
        pipeline.prepare(config, folder, lambda _text: None)
    faults: tuple[Fault, ...] = raised.value.faults
    assert [
        one
        for one in faults
        if (one.file == file or (not file and one.file.startswith(TYPES)))
        and where in one.where
        and words in str(one)
    ], str(raised.value)
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before


def test_all_faults_come_together_through_the_command(
    whole: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "sources"
    shutil.copytree(whole, folder)
    cut(folder)
    (folder / SCORES).unlink()
    text(TOTALS, ",2020,", ",2020,-")(folder)
    database = tmp_path / "new" / "release.db"
    arguments = ["run", str(CONFIG), "--sources", str(folder), "--database", f"sqlite:///{database}"]
    assert cli.main(arguments) == 1
    told = capsys.readouterr().err
    assert all(file in told for file in (TYPES, SCORES, TOTALS)) and "Traceback" not in told
    assert not database.exists()
