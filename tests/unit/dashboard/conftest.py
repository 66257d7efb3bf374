"""The whole site over the tiny country, made once for all tests here."""

import pytest
from flask.testing import FlaskClient

from dashboard import create_app
from dashboard.settings import Settings
from etl.release.read import Release, Store
from tests.samples.tiny_site import tiny_store


@pytest.fixture(scope="package")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return tiny_store(tmp_path_factory.mktemp("site"))


@pytest.fixture(scope="package")
def release(store: Store) -> Release:
    return store.release()


@pytest.fixture(scope="package")
def client(store: Store) -> FlaskClient:
    client: FlaskClient = create_app(Settings(), store).server.test_client()
    return client
