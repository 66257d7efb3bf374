"""Any input at all, cut anywhere or with any bytes changed, is taken or refused in words: never a traceback,
never a confidential cell in what is said."""

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from etl.catalogue.load import FOLDER, load_catalogue, load_config
from etl.errors import Fault, GeodataError, InputError
from etl.extract.engine import Engine
from etl.extract.forms import Place
from etl.extract.microdata import Checks
from etl.extract.table import read_table
from geodata.boundaries import read_division
from tests.samples import tiny, tiny_microdata, tiny_run

CATALOGUE = load_catalogue()
OBJECTS, SUSPECTS = CATALOGUE.sources["vslgwbtab"], CATALOGUE.sources["verdtab"]
SUSPECT_ROLES = ("person_kind", "person", "offence", "date")
Change = Callable[[bytes], bytes]
FEW = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])


def cut(at: float) -> Change:
    return lambda raw: raw[: int(len(raw) * at)]


def changed(at: float, new: bytes) -> Change:
    def change(raw: bytes) -> bytes:
        start = int(len(raw) * at)
        return raw[:start] + new + raw[start + len(new) :]

    return change


SHARE = st.floats(0, 1, exclude_max=True)
CHANGES = st.one_of(
    SHARE.map(cut),
    st.builds(changed, SHARE, st.binary(min_size=1, max_size=6)),
    st.binary(max_size=300).map(lambda new: lambda _raw: new),
)


@pytest.fixture
def engine() -> Iterator[Engine]:
    with Engine.opened() as opened:
        yield opened


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every file of the tiny country, in every form."""
    folder = tmp_path_factory.mktemp("whole")
    tiny_run.write_sources(folder)
    tiny_run.write_config(folder / "run.toml")
    for form in ("csv", "sav"):
        tiny_microdata.write(tiny_microdata.rows(), folder, form)
    return folder


def held(faults: list[Fault], secrets: list[str]) -> None:
    for fault in faults:
        assert fault.file and fault.where and fault.found and fault.expected
        assert not [one for one in secrets if one in str(fault)]


@pytest.mark.parametrize("form", ["csv", "parquet", "sav"])
@FEW
@given(change=CHANGES)
def test_confidential_rows(whole: Path, engine: Engine, form: str, change: Change) -> None:
    name = f"VERDTAB2023V1.{form}"
    secrets = sorted(set(tiny_microdata.rows().suspects[2023]["RINPERSOON"]))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(change((whole / name).read_bytes()))
        held(Checks(engine, 2024, None).file(SUSPECTS, Place(name, path), SUSPECT_ROLES), secrets)


@FEW
@given(change=CHANGES)
def test_public_tables(whole: Path, change: Change) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "kwb_2023.csv"
        path.write_bytes(change((whole / path.name).read_bytes()))
        held(read_table(CATALOGUE.sources["kwb"], path, path.name, ("inwoners",), 2023)[1], [])


@FEW
@given(
    change=CHANGES, file=st.sampled_from([tiny.FILES.boundaries, tiny.FILES.tree, tiny.FILES.groupings_file])
)
def test_the_map(whole: Path, change: Change, file: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for name in (tiny.FILES.boundaries, tiny.FILES.tree, tiny.FILES.groupings_file):
            raw = (whole / name).read_bytes()
            (Path(folder) / name).write_bytes(change(raw) if name == file else raw)
        try:
            read_division(tiny.FILES, Path(folder), lambda _text: None)
        except GeodataError as error:
            held(list(error.faults), [])


@FEW
@given(change=CHANGES)
def test_the_configuration(whole: Path, change: Change) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "run.toml"
        path.write_bytes(change((whole / "run.toml").read_bytes()))
        try:
            load_config(path)
        except InputError as error:
            held(list(error.faults), [])


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    change=CHANGES, file=st.sampled_from(["indicators/inwoners.toml", "sources/verdtab.toml", "themes.toml"])
)
def test_the_catalogue(change: Change, file: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for path in FOLDER.rglob("*.toml"):
            target = Path(folder) / path.relative_to(FOLDER)
            target.parent.mkdir(parents=True, exist_ok=True)
            raw = path.read_bytes()
            target.write_bytes(change(raw) if path == FOLDER / file else raw)
        try:
            load_catalogue(Path(folder))
        except InputError as error:
            held(list(error.faults), [])
