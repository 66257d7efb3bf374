"""SQLite and PostgreSQL give the same answers, to the last byte of every file."""

import datetime as dt
from pathlib import Path

from flask.testing import FlaskClient

from etl.release import schema
from etl.release.engine import open_engine
from tests.samples.tiny_site import store_at, tiny_server
from tests.unit.api.test_rules import GOOD

MOMENT = dt.datetime(2025, 6, 1, 12, tzinfo=dt.UTC)


def test_both_databases_answer_alike(tmp_path: Path, postgres_database: str) -> None:
    one, two = served(f"sqlite:///{tmp_path / 'one.db'}"), served(postgres_database)
    pages = ("/embed/kaart?indicator=misdrijven", "/embed/trend?indicator=drugsverdachten&gebied=GM9003")
    for address in (*GOOD, *pages, "/tegels/tiny2024/8/131/84.mvt", "/healthz"):
        first, second = one.get(address), two.get(address)
        assert first.status_code == second.status_code in (200, 204), address
        assert first.data == second.data, address


def served(database: str) -> FlaskClient:
    """The tiny country in this database, as if published at one and the same moment."""
    store = store_at(database)
    engine = open_engine(database)
    with engine.begin() as connection:
        connection.execute(schema.release.update().values(published=MOMENT))
    engine.dispose()
    return tiny_server(store).test_client()
