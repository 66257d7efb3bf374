"""The site over the tiny country with exact figures, and over a real run with noise."""

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from dashboard import create_app
from dashboard.pages.area_place import find
from dashboard.pages.circle_shapes import Ground
from dashboard.settings import Settings
from dashboard.text import words
from etl.release.read import Release, Store
from tests.samples import tiny_run
from tests.samples.tiny_site import tiny_store


@pytest.fixture(scope="package")
def public(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return tiny_store(tmp_path_factory.mktemp("public"))


@pytest.fixture(scope="package")
def private(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A real run: noise, least squares and their plan."""
    folder: Path = tmp_path_factory.mktemp("private")
    tiny_run.write_sources(folder)
    return Store(tiny_run.publish(folder, f"sqlite:///{folder / 'run.db'}"))


@pytest.fixture(scope="package")
def client(public: Store) -> FlaskClient:
    return create_app(Settings(), public).server.test_client()


@pytest.fixture(scope="package")
def noisy(private: Store) -> FlaskClient:
    return create_app(Settings(), private).server.test_client()


def ground_of(store: Store) -> Ground:
    """The shapes of the newest release."""
    release: Release = store.release()
    place = find(store, release, release.regions.codes[0], words("nl"))
    return Ground(release, lambda: place.outlines)
