"""The public faces over the tiny country. In: a folder. Out: a release store, or a server over it."""

import tempfile
from dataclasses import replace
from functools import cache
from pathlib import Path

from flask import Flask

from dashboard import api, embed, headers
from dashboard.settings import Settings
from etl.release import schema
from etl.release.engine import open_engine
from etl.release.read import Store
from etl.release.write import write_release
from geodata.boundaries import read_division
from geodata.sketch import make_outlines
from tests.samples import tiny
from tests.samples.tiny_release import publication


def tiny_store(folder: Path, *releases: str) -> Store:
    """A store in `folder` with these releases of the tiny country (default: tiny-1), outlines included."""
    engine = open_engine(f"sqlite:///{folder / 'tiny.db'}")
    schema.metadata.create_all(engine)
    for release in releases or ("tiny-1",):
        publish(folder, release)
    return Store(engine)


def publish(folder: Path, release: str) -> None:
    """One more release in the store of `folder`."""
    one = publication(release)
    drawn = replace(one.map, outlines=outlines())
    write_release(open_engine(f"sqlite:///{folder / 'tiny.db'}"), replace(one, map=drawn))


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
def outlines() -> bytes:
    """Drawn shapes of the tiny country."""
    with tempfile.TemporaryDirectory() as folder:
        files = tiny.write_division(Path(folder))
        return make_outlines(read_division(files, Path(folder)))
