"""A server over the tiny release, made once for this room."""

import pytest
from flask.testing import FlaskClient

from etl.release.read import Release, Store
from tests.samples.tiny_site import tiny_server, tiny_store


@pytest.fixture(scope="package")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return tiny_store(tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="package")
def release(store: Store) -> Release:
    return store.release()


@pytest.fixture(scope="package")
def client(store: Store) -> FlaskClient:
    return tiny_server(store).test_client()
