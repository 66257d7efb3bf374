"""What holds for every resource of /v1 (NL API Design Rules 2.1)."""

import gzip
from pathlib import Path

import brotli
import pytest
from flask.testing import FlaskClient

from dashboard.api.openapi import VERSION
from dashboard.api.routes import ROUTES
from etl.release.engine import open_engine
from etl.release.read import Store
from tests.samples.tiny_site import publish, tiny_server, tiny_store

FROZEN = (
    "/v1/releases/tiny-1",
    "/v1/releases/tiny-1/metingen",
    "/v1/releases/tiny-1/metingen.csv",
    "/v1/releases/tiny-1/alles.zip",
    "/v1/releases/tiny-1/alles.parquet",
    "/v1/kaartwaarden/tiny-1/misdrijven/2022/buurt",
)
GOOD = (
    "/v1/waarden?indicator=misdrijven",
    "/v1/waarden?indicator=drugsverdachten&niveau=buurt&jaar=2022,2023&binnen=GM9001&formaat=csv",
    "/v1/indicatoren",
    "/v1/gebieden",
    "/v1/gebieden/GM9001",
    "/v1/bronnen",
    "/v1/releases",
    "/v1/releases.atom",
    "/v1/catalogus.jsonld",
    "/v1/budget",
    "/v1/grenswijzigingen",
    "/v1/grenswijzigingen.csv",
    "/v1/intrekkingen",
    "/v1/openapi.json",
    "/v1/waarden?indicator=misdrijven&paginagrootte=10&pagina=2",
    "/v1/waarden?indicator=misdrijven&formaat=parquet",
    "/v1/waarden?indicator=misdrijven&formaat=jsonstat",
    "/v1/waarden?indicator=misdrijven&niveau=buurt&jaar=2022&formaat=geojson",
    "/v1/waarden?indicator=misdrijven&niveau=buurt&jaar=2022&formaat=gpkg",
    "/v1/waarden.csv-metadata.json?indicator=misdrijven",
    "/v1/themas",
    "/v1/gebieden/som?codes=GM9001,WK900200&indicator=misdrijven",
    "/v1/gebieden/KL00/boom?niveau=buurt",
    "/v1/gebieden/GM9001/buren",
    "/v1/gebieden/GM9001/waarden.zip",
    "/v1/bevindingen?gebied=GM9001",
    "/v1/patronen?indicator=misdrijven&niveau=gemeente",
    "/v1/waarden?indicator=misdrijven&formaat=zip",
    *FROZEN,
)
UNFROZEN = (
    *("/v1/budget", "/v1/intrekkingen", "/v1/openapi.json", "/v1/releases"),
    *("/v1/releases.atom", "/v1/catalogus.jsonld"),
)
"""What is about all releases: nothing to freeze."""
PROBLEM = "application/problem+json"


@pytest.mark.parametrize("address", GOOD)
def test_every_answer_carries_version_cors_and_a_tag(client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.headers["API-Version"] == VERSION
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["ETag"].startswith('"')
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("address", GOOD)
def test_head_says_what_get_says_without_a_body(client: FlaskClient, address: str) -> None:
    get, head = client.get(address), client.head(address)
    assert head.status_code == 200 and head.data == b""
    assert head.headers["ETag"] == get.headers["ETag"]
    assert head.headers["Content-Length"] == str(len(get.data))


@pytest.mark.parametrize("address", GOOD)
@pytest.mark.parametrize("encoding", ["br", "gzip", "identity"])
def test_a_known_tag_gets_304_and_each_encoding_has_its_own(
    client: FlaskClient, address: str, encoding: str
) -> None:
    first = client.get(address, headers={"Accept-Encoding": encoding})
    again = {"Accept-Encoding": encoding, "If-None-Match": f'"other", {first.headers["ETag"]}'}
    second = client.get(address, headers=again)
    assert (second.status_code, second.data) == (304, b"")
    assert second.headers["ETag"] == first.headers["ETag"]
    assert "Accept-Encoding" in first.headers["Vary"]
    unpack = {"br": brotli.decompress, "gzip": gzip.decompress}.get(first.headers.get("Content-Encoding", ""))
    plain = client.get(address, headers={"Accept-Encoding": "identity"})
    assert (unpack(first.data) if unpack else first.data) == plain.data
    if unpack:
        assert first.headers["ETag"] != plain.headers["ETag"]


def test_what_names_a_release_may_be_kept_a_year_and_the_rest_minutes(client: FlaskClient) -> None:
    for address in (
        "/v1/waarden?indicator=misdrijven&release=tiny-1",
        *FROZEN,
        "/v1/bronnen?release=tiny-1",
    ):
        assert "immutable" in client.get(address).headers["Cache-Control"], address
    for address in set(GOOD) - set(FROZEN):
        assert client.get(address).headers["Cache-Control"] == "public, max-age=300", address


def test_every_fault_of_a_request_is_named_at_once(client: FlaskClient) -> None:
    query = (
        "indicator=nope&jaar=20x3&niveau=straat&gebied=GM9001,XX99&binnen=&formaat=xlsx&kleur=rood&release=no"
    )
    answer = client.get(f"/v1/waarden?{query}&niveau=wijk")
    assert (answer.status_code, answer.mimetype) == (400, PROBLEM)
    assert answer.headers["API-Version"] == VERSION
    told = answer.json
    assert told["status"] == 400 and told["title"] and told["detail"]
    found = {fault["location"]["name"]: fault["code"] for fault in told["errors"]}
    assert found == {
        "indicator": "onbekend",
        "jaar": "vorm",
        "niveau": "dubbel",
        "gebied": "onbekend",
        "binnen": "ontbreekt",
        "formaat": "vorm",
        "(onbekend)": "onbekende-parameter",
        "release": "onbekend",
    }
    assert all(fault["in"] == "query" and fault["detail"] for fault in told["errors"])


def test_a_year_the_indicator_does_not_have_is_a_fault_that_tells_which_it_has(client: FlaskClient) -> None:
    answer = client.get("/v1/waarden?indicator=misdrijven&jaar=1999,2023")
    assert answer.status_code == 400
    assert "2021, 2022, 2023" in answer.json["errors"][0]["detail"]


@pytest.mark.parametrize("address", [address for address in GOOD if "?" not in address])
def test_a_trailing_slash_is_not_found(client: FlaskClient, address: str) -> None:
    answer = client.get(f"{address}/")
    assert (answer.status_code, answer.mimetype) == (404, PROBLEM)


@pytest.mark.parametrize(
    "address",
    [
        *("/v1", "/v1/", "/v1/niets", "/v1/gebieden/GM0001", "/v1/gebieden/gm9001", "/v1/Waarden"),
        "/v1/kaartwaarden/nee/misdrijven/2022/buurt",
        "/v1/kaartwaarden/tiny-1/nee/2022/buurt",
        "/v1/kaartwaarden/tiny-1/misdrijven/1922/buurt",
        "/v1/kaartwaarden/tiny-1/misdrijven/jaar/buurt",
        "/v1/kaartwaarden/tiny-1/misdrijven/2022/straat",
        "/v1/kaartwaarden/tiny-1/inwoners/2022/buurt",
    ],
)
def test_what_is_not_there_is_a_problem_404(client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    assert (answer.status_code, answer.mimetype) == (404, PROBLEM)
    assert answer.headers["API-Version"] == VERSION
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_other_methods_are_refused_with_what_is_allowed(client: FlaskClient, method: str) -> None:
    answer = client.open("/v1/waarden", method=method)
    assert (answer.status_code, answer.mimetype) == (405, PROBLEM)
    assert answer.headers["Allow"] == "GET, HEAD, OPTIONS"


def test_a_browser_may_ask_before_it_asks(client: FlaskClient) -> None:
    answer = client.options("/v1/waarden", headers={"Origin": "https://x.nl"})
    assert answer.status_code in (200, 204)
    assert answer.headers["Allow"] == answer.headers["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"


def test_a_frozen_answer_stays_the_same_byte_for_byte_and_a_live_one_follows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboard.api.FRESH_SECONDS", 0.0)
    store = tiny_store(tmp_path)
    client = tiny_server(store).test_client()
    frozen = [
        address if address in FROZEN else f"{address}{'&' if '?' in address else '?'}release=tiny-1"
        for address in GOOD
        if address not in UNFROZEN
    ]
    before = [client.get(address).data for address in frozen]
    live = client.get(GOOD[0]).data
    publish(tmp_path, "tiny-2")
    assert [client.get(address).data for address in frozen] == before
    assert client.get(GOOD[0]).data != live
    assert [entry["id"] for entry in client.get("/v1/releases").json["releases"]] == ["tiny-2", "tiny-1"]


def test_without_a_release_the_api_says_503_and_so_does_health(tmp_path: Path) -> None:
    from etl.release import schema

    engine = open_engine(f"sqlite:///{tmp_path / 'empty.db'}")
    schema.metadata.create_all(engine)
    client = tiny_server(Store(engine)).test_client()
    assert client.get("/v1/waarden?indicator=misdrijven").status_code == 503
    assert client.get("/healthz").status_code == 503
    assert client.get("/embed/kaart?indicator=misdrijven").status_code == 503


def test_health_names_the_release_and_fails_without_a_database(client: FlaskClient, tmp_path: Path) -> None:
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json == {"status": "goed", "database": True, "release": "tiny-1"}
    broken = tiny_server(Store(open_engine(f"sqlite:///{tmp_path / 'nothing.db'}"))).test_client()
    answer = broken.get("/healthz")
    assert answer.status_code == 503 and answer.json["database"] is False


def test_every_answer_of_the_api_carries_the_version_whatever_its_status(
    client: FlaskClient, tmp_path: Path
) -> None:
    first = client.get("/v1/indicatoren")
    answers = {
        200: first,
        304: client.get("/v1/indicatoren", headers={"If-None-Match": first.headers["ETag"]}),
        206: client.get("/v1/releases/tiny-1/alles.zip", headers={"Range": "bytes=0-9"}),
        416: client.get("/v1/releases/tiny-1/alles.zip", headers={"Range": "bytes=999999999-"}),
        400: client.get("/v1/waarden"),
        404: client.get("/v1/niets"),
        405: client.post("/v1/waarden"),
        503: tiny_server(Store(open_engine(f"sqlite:///{tmp_path / 'no.db'}")))
        .test_client()
        .get("/v1/budget"),
    }
    for status, answer in answers.items():
        assert answer.status_code == status
        assert answer.headers["API-Version"] == VERSION
        assert answer.headers["X-Content-Type-Options"] == "nosniff", status
        assert answer.headers["X-Frame-Options"] == "DENY", status
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"], status
        assert status < 400 or status == 416 or answer.mimetype == PROBLEM


def test_every_route_has_its_test_here() -> None:
    tested = " ".join(GOOD)
    assert all(route.path.split("{")[0].rstrip("/") in tested for route in ROUTES)
