"""The public faces over the tiny country. In: a folder. Out: a release store, or a server over it."""

import tempfile
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
from flask import Flask
from numpy.typing import NDArray
from sqlalchemy import Engine

from dashboard import api, embed, headers
from dashboard.settings import Settings
from etl.release import schema
from etl.release.engine import open_engine
from etl.release.read import Store
from etl.release.write import write_release
from geodata.boundaries import read_division
from geodata.neighbours import neighbours
from geodata.sketch import make_outlines
from tests.samples import tiny
from tests.samples.tiny_release import publication


def tiny_store(folder: Path, *releases: str, fictional: bool = True) -> Store:
    """A store in `folder` with these releases of the tiny country (default: tiny-1), outlines included."""
    return store_at(_database(folder), *releases, fictional=fictional)


def store_at(database: str, *releases: str, fictional: bool = True) -> Store:
    """The same in the database at this address."""
    engine = open_engine(database)
    schema.metadata.create_all(engine)
    for release in releases or ("tiny-1",):
        _write(engine, release, fictional=fictional)
    return Store(engine)


def publish(folder: Path, release: str) -> None:
    """One more release in the store of `folder`."""
    _write(open_engine(_database(folder)), release)


def _database(folder: Path) -> str:
    return f"sqlite:///{folder / 'tiny.db'}"


def _write(engine: Engine, release: str, *, fictional: bool = True) -> None:
    one = publication(release, fictional=fictional)
    drawn, pairs = outlines()
    write_release(engine, replace(one, map=replace(one.map, outlines=drawn, neighbours=pairs)))


def tiny_server(store: Store, settings: Settings | None = None) -> Flask:
    """API, embeds and headers on a bare server; every other address answers as Dash does, with a page."""
    server = Flask("tiny", static_folder=None)
    chosen = settings or Settings()
    api.register(server, store)
    embed.register(server, store, chosen)
    headers.register(server, chosen)
    server.add_url_rule("/", "home", lambda: "<p>page</p>")
    server.add_url_rule("/<path:rest>", "page", lambda rest: "<p>page</p>")
    return server


@cache
def outlines() -> tuple[bytes, NDArray[np.int64]]:
    """Drawn shapes of the tiny country, and which of its areas are neighbours."""
    with tempfile.TemporaryDirectory() as folder:
        files = tiny.write_division(Path(folder))
        division = read_division(files, Path(folder))
        pairs = np.concatenate([neighbours(division, level).pairs for level in division.shapes])
        return make_outlines(division), pairs
