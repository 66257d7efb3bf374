"""The whole site over the tiny country, with one name that tries everything and years that are pooled."""

from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from dashboard import create_app
from dashboard.settings import Settings
from etl.release import schema
from etl.release.engine import open_engine
from etl.release.read import Release, Store
from etl.release.write import write_release
from tests.samples.tiny_release import publication
from tests.samples.tiny_site import outlines

HOSTILE = "<b onload='x'>*Kwaad* #panic(\"$x$\") & `a` \\u{41}</b>"
HOSTILE_CODE = "GM9003"


@pytest.fixture(scope="package")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    one = publication("tiny-1")
    regions = one.map.regions
    names = list(regions.names)
    names[regions[HOSTILE_CODE].position] = HOSTILE
    indicators = [
        replace(entry, indicator=entry.indicator.model_copy(update={"pooling": 3}))
        if entry.indicator.id == "drugsverdachten"
        else entry
        for entry in one.indicators
    ]
    drawn, pairs = outlines()
    named = replace(regions, names=tuple(names))
    map_ = replace(one.map, regions=named, outlines=drawn, neighbours=pairs)
    engine = open_engine(f"sqlite:///{tmp_path_factory.mktemp('area') / 'tiny.db'}")
    schema.metadata.create_all(engine)
    write_release(engine, replace(one, map=map_, indicators=indicators))
    return Store(engine)


@pytest.fixture(scope="package")
def release(store: Store) -> Release:
    return store.release()


@pytest.fixture(scope="package")
def client(store: Store) -> FlaskClient:
    return create_app(Settings(), store).server.test_client()
