"""SQLite and PostgreSQL give the same answers."""

import json
from typing import Any

from flask.testing import FlaskClient

from tests.samples.tiny_site import store_at, tiny_server
from tests.unit.api.test_rules import GOOD


def test_both_databases_answer_alike(client: FlaskClient, postgres_database: str) -> None:
    other = tiny_server(store_at(postgres_database)).test_client()
    pages = ("/embed/kaart?indicator=misdrijven", "/embed/trend?indicator=drugsverdachten&gebied=GM9003")
    for address in (*GOOD, *pages, "/tegels/tiny2024/8/131/84.mvt", "/healthz"):
        one, two = client.get(address), other.get(address)
        assert one.status_code == two.status_code in (200, 204), address
        assert _timeless(one.data) == _timeless(two.data), address


def _timeless(body: bytes) -> Any:
    """Without the moments of publication, which differ by design."""
    try:
        told = json.loads(body)
    except ValueError:
        return body
    for release in told.get("releases", ()):
        del release["gepubliceerd"]
    return told
