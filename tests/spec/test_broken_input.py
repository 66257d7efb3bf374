"""Every kind of broken input ends in one report that names file, place and fault of all of them together, and
nothing is written."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import create_engine

from etl import pipeline
from etl.catalogue.load import load_catalogue
from etl.catalogue.microdata import Microdata
from etl.catalogue.model import RunConfig
from etl.errors import InputError
from tests.samples import tiny, tiny_microdata

EVERYTHING = tuple(one.id for one in load_catalogue().indicators.values() if isinstance(one.count, Microdata))
"""Every indicator that has confidential rows."""

SUSPECTS = "VERDTAB2023V1.parquet"


def whole(folder: Path) -> RunConfig:
    """The tiny country with all its sources, correct; the configuration of a run over them."""
    tiny.write_division(folder)
    tiny_microdata.write_key_figures(folder)
    tiny_microdata.write(tiny_microdata.rows(), folder)
    return tiny_microdata.config()


def lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines(keepends=True)


def change_line(path: Path, number: int, change: Callable[[str], str]) -> None:
    """Change one line of a CSV file, numbered as in an editor."""
    text = lines(path)
    text[number - 1] = change(text[number - 1])
    path.write_text("".join(text), encoding="utf-8")


def rename_column(folder: Path) -> None:
    change_line(folder / "kwb_2022.csv", 1, lambda line: line.replace("woningen", "wooneenheden"))


def pad_some_keys(folder: Path) -> None:
    change_line(folder / "kwb_2023.csv", 3, lambda line: line.replace("GM9002,", "GM9002    ,"))


def negative_count(folder: Path) -> None:
    change_line(folder / "kwb_2023.csv", 5, lambda line: line.replace("2001.0", "-5"))


def text_in_number(folder: Path) -> None:
    change_line(folder / "kwb_2023.csv", 6, lambda line: line.replace("2001.0", "2 duizend"))


def other_encoding(folder: Path) -> None:
    path = folder / "kwb_2024.csv"
    path.write_bytes(path.read_bytes().replace(b"WK900100", "WK9é".encode("latin-1")))


def buurt_in_two_gemeenten(folder: Path) -> None:
    path = folder / tiny.FILES.tree
    tree = pd.read_csv(path, dtype=str)
    moved = tree[tree["buurtcode"] == "BU90010000"].assign(gemeentecode="GM9002", wijkcode="WK900200")
    pd.concat([tree, moved]).to_csv(path, index=False)


def truncate(folder: Path) -> None:
    path = folder / "EIGENDOM2022TABV1.parquet"
    path.write_bytes(path.read_bytes()[:-40])


def empty(folder: Path) -> None:
    (folder / "ABR_REGIO2023V1.parquet").write_bytes(b"")


def lose_leading_zeros(folder: Path) -> None:
    path = folder / SUSPECTS
    rows = pd.read_parquet(path)
    rows["RINPERSOON"] = rows["RINPERSOON"].str.lstrip("0")
    rows.to_parquet(path, index=False)


# What is broken -> file, place in it, and words of the report that say what is wrong.
BROKEN: dict[Callable[[Path], None], tuple[str, str, str]] = {
    rename_column: ("kwb_2022.csv", "line 1", "expected a column woningen"),
    pad_some_keys: ("kwb_2023.csv", "line 3, regiocode", "padded key 'GM9002    '"),
    negative_count: ("kwb_2023.csv", "line 5, ", "negative count -5"),
    text_in_number: ("kwb_2023.csv", "line 6, ", "'2 duizend'"),
    other_encoding: ("kwb_2024.csv", "line 5", "not UTF-8"),
    buurt_in_two_gemeenten: (tiny.FILES.tree, "line 14", "BU90010000 in gemeente GM9002"),
    truncate: ("EIGENDOM2022TABV1.parquet", "whole file", "cut off"),
    empty: ("ABR_REGIO2023V1.parquet", "whole file", "an empty file"),
    lose_leading_zeros: (SUSPECTS, "RINPERSOON", "Leading zeros"),
}


def report(config: RunConfig, folder: Path) -> InputError:
    with pytest.raises(InputError) as raised:
        pipeline.prepare(config, folder, lambda _text: None)
    return raised.value


def test_whole_input_passes(tmp_path: Path) -> None:
    config = whole(tmp_path)
    assert pipeline.prepare(config, tmp_path, lambda _text: None).config == config


@pytest.mark.parametrize("spoil", BROKEN, ids=lambda spoil: spoil.__name__)
def test_one_broken_file_is_named_with_its_place(tmp_path: Path, spoil: Callable[[Path], None]) -> None:
    config = whole(tmp_path)
    spoil(tmp_path)
    file, place, words = BROKEN[spoil]
    found = report(config, tmp_path).faults
    assert [
        fault for fault in found if fault.file == file and place in fault.where and words in str(fault)
    ], found
    assert {fault.file for fault in found} == {file}


def test_all_broken_files_stand_in_one_report_and_nothing_is_written(tmp_path: Path) -> None:
    config = whole(tmp_path)
    for spoil in BROKEN:
        spoil(tmp_path)
    told = str(report(config, tmp_path))
    for file, place, words in BROKEN.values():
        assert any(
            line.startswith(f"  - {file}: ") and place in line and words in line for line in told.splitlines()
        ), (file, told)
    database = tmp_path / "release.db"
    with pytest.raises(InputError):
        pipeline.run(create_engine(f"sqlite:///{database}"), config, tmp_path, lambda _text: None)
    assert not database.exists()


def test_no_message_repeats_a_confidential_cell(tmp_path: Path) -> None:
    """A planted value in a spoilt row of every confidential file, CSV and Parquet, is in no report."""
    canary = "CANARY4711"
    for form in ("csv", "parquet"):
        folder = tmp_path / form
        folder.mkdir()
        tiny.write_division(folder)
        tiny_microdata.write_key_figures(folder)
        data = tiny_microdata.rows()
        data.more = {name: frame.astype(str) for name, frame in data.more.items()}
        frames = [data.persons, data.addresses, data.objects, *data.property.values(), *data.more.values()]
        for frame in [*frames, *data.suspects.values(), *data.companies.values()]:
            for column in frame.columns:
                frame[column] = frame[column].astype(object)
                frame.loc[frame.index[3], column] = f" {canary}"
        tiny_microdata.write(data, folder, form)
        if form == "csv":  # rows the reader cannot even split
            with (folder / "VERDTAB2022V1.csv").open("a", encoding="utf-8") as stream:
                stream.write(f'{canary},"{canary}\n')
        error = report(tiny_microdata.config(form, indicators=EVERYTHING), folder)
        assert len({fault.file for fault in error.faults}) >= len(data.frames())
        assert canary not in str(error)
        assert error.__cause__ is None
        assert error.__suppress_context__ or canary not in repr(error.__context__)
