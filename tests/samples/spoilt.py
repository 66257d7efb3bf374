"""Ways to spoil the tiny country, one at a time: a copy of its files in, the same with one fault in it out.

In use by tests/spec/test_sixty_faults.py, which holds what is said of each.
"""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import pyreadstat
import pytest
import sqlalchemy as sa

from etl.catalogue.load import FOLDER
from tests.samples import tiny, tiny_microdata, tiny_run
from tests.samples.tiny_microdata import DATABASE, address

CANARY = "CANARY4711"
PUBLIC, FIRMS, HOMES = ("inwoners",), ("bedrijfswisseling",), ("woningenzonderinschrijving",)
KWB, MAP, TREE, GROUPS = "kwb_2023.csv", tiny.FILES.boundaries, tiny.FILES.tree, tiny.FILES.groupings_file
ABR, OBJECTS = "ABR_REGIO2023V1", "VSLGWB2024TAB03V1"


@dataclass
class Country:
    """A folder with the tiny country in it, to be spoilt; `changes` go into the configuration."""

    folder: Path
    environment: pytest.MonkeyPatch
    changes: dict[str, object] = field(default_factory=dict)

    @property
    def config(self) -> Path:
        return self.folder / "run.toml"

    def bytes(self, file: str, change: Callable[[bytes], bytes]) -> None:
        path = self.folder / file
        path.write_bytes(change(path.read_bytes()))

    def text(self, file: str, old: str, new: str) -> None:
        path = self.folder / file
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{old!r} is not in {file}"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    def rows(self, name: str, change: Callable[[pd.DataFrame], pd.DataFrame | None], form: str) -> None:
        """Change the rows of one microdata file and write it in another form, if need be."""
        frame = pd.read_parquet(self.folder / f"{name}.parquet")
        changed = change(frame)
        frame = frame if changed is None else changed
        match form:
            case "sav":
                pyreadstat.write_sav(frame, self.folder / f"{name}.sav")
            case "csv":
                frame.to_csv(self.folder / f"{name}.csv", index=False)
            case "sql":
                engine = sa.create_engine(address(self.folder))
                tiny_microdata.write_table(engine, name, frame)
            case _:
                frame.to_parquet(self.folder / f"{name}.parquet", index=False)

    def layer(self, name: str, change: Callable[[gpd.GeoDataFrame], gpd.GeoDataFrame]) -> None:
        """Change one layer of the map."""
        path = self.folder / MAP
        layers = {one: pyogrio.read_dataframe(path, layer=one) for one, _kind in pyogrio.list_layers(path)}
        path.unlink()
        layers[name] = change(layers[name])
        for one, frame in layers.items():
            pyogrio.write_dataframe(frame, path, layer=one, driver="GPKG")

    def objects_in(self, form: str, database: str | None = None, **more: object) -> None:
        """Read VSLGWBTAB in another form than Parquet."""
        sources = tiny_run.config().model_dump(exclude_defaults=True)["sources"]
        if form == "sql":
            sources["vslgwbtab"] = {"table": OBJECTS, "database": DATABASE} | more
            self.environment.setenv(DATABASE, address(self.folder) if database is None else database)
        else:
            sources["vslgwbtab"] = {"file": f"{OBJECTS}.{form}"} | more
        self.changes["sources"] = sources

    def catalogue(self, file: str, old: str, new: str) -> None:
        """Change the copy of the catalogue that this run uses."""
        if not (self.folder / "catalogue").is_dir():
            ignore = shutil.ignore_patterns("*.py", "__pycache__")
            shutil.copytree(FOLDER, self.folder / "catalogue", ignore=ignore)
        self.text(f"catalogue/{file}", old, new)


Spoil = Callable[[Country], object]


@dataclass(frozen=True)
class Broken:
    """One kind of broken input: what is done, and file, place and words of the refusal."""

    name: str
    indicators: tuple[str, ...]
    spoil: Spoil
    file: str
    where: str
    words: str


def put(column: str, value: object, row: int = 2) -> Callable[[pd.DataFrame], None]:
    def change(frame: pd.DataFrame) -> None:
        frame.loc[frame.index[row], column] = value

    return change


def rows(name: str, change: Callable[[pd.DataFrame], pd.DataFrame | None], form: str = "parquet") -> Spoil:
    def spoil(country: Country) -> None:
        country.rows(name, change, form)
        if form != "parquet":
            country.objects_in(form)

    return spoil


def public(name: str, old: str, new: str, where: str, words: str) -> Broken:
    return Broken(name, PUBLIC, lambda it: it.text(KWB, old, new), KWB, where, words)


def raw(name: str, file: str, change: Callable[[bytes], bytes], where: str, words: str) -> Broken:
    return Broken(name, PUBLIC, lambda it: it.bytes(file, change), file, where, words)


def firms(name: str, change: Callable[[pd.DataFrame], pd.DataFrame | None], where: str, words: str) -> Broken:
    return Broken(name, FIRMS, rows(ABR, change), f"{ABR}.parquet", where, words)


def objects(
    form: str, name: str, change: Callable[[pd.DataFrame], pd.DataFrame | None], where: str, words: str
) -> Broken:
    label = f"table {OBJECTS} in {DATABASE}" if form == "sql" else f"{OBJECTS}.{form}"
    return Broken(f"rows, {form}: {name}", FIRMS, rows(OBJECTS, change, form), label, where, words)


def bytes_of(form: str, name: str, change: Callable[[bytes], bytes], where: str, words: str) -> Broken:
    def spoil(country: Country) -> None:
        country.rows(OBJECTS, lambda frame: frame, form)
        country.objects_in(form)
        country.bytes(f"{OBJECTS}.{form}", change)

    return Broken(f"rows, {form}: {name}", FIRMS, spoil, f"{OBJECTS}.{form}", where, words)


def database(name: str, url: str, where: str, words: str, **more: object) -> Broken:
    def spoil(country: Country) -> None:
        country.rows(OBJECTS, lambda frame: frame, "sql")
        country.objects_in("sql", url.replace("FOLDER", str(country.folder)) if url else None, **more)

    table = more.get("table", OBJECTS)
    return Broken(f"sql: {name}", FIRMS, spoil, f"table {table} in {DATABASE}", where, words)


def config(
    name: str, old: str, new: str, where: str, words: str, indicators: tuple[str, ...] = PUBLIC
) -> Broken:
    return Broken(
        f"config: {name}", indicators, lambda it: it.text("run.toml", old, new), "run.toml", where, words
    )


def wrong_run(
    name: str, where: str, words: str, indicators: tuple[str, ...] = PUBLIC, **changes: object
) -> Broken:
    return Broken(
        f"config: {name}", indicators, lambda it: it.changes.update(changes), "config tiny-1", where, words
    )


def catalogue(name: str, file: str, old: str, new: str, where: str, words: str) -> Broken:
    return Broken(f"catalogue: {name}", PUBLIC, lambda it: it.catalogue(file, old, new), file, where, words)


def layer(
    name: str, which: str, change: Callable[[gpd.GeoDataFrame], gpd.GeoDataFrame], where: str, words: str
) -> Broken:
    return Broken(f"map: {name}", PUBLIC, lambda it: it.layer(which, change), MAP, where, words)


def sources_without(name: str) -> dict[str, object]:
    sources = tiny_run.config().model_dump(exclude_defaults=True)["sources"]
    return {one: given for one, given in sources.items() if one != name}


def one_file_for_all_years() -> dict[str, object]:
    return sources_without("") | {"eigendomtab": {"file": "EIGENDOM2023TABV1.parquet", "years": [2023]}}
