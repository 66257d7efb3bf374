"""Hostile requests: a clear refusal, never a 5xx, nothing of the request echoed as markup."""

import itertools
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

PAYLOADS = (
    *(
        "<script>alert(1)</script>",
        "'\"><svg onload=alert(1)>",
        "' OR 1=1 --",
        "../../etc/passwd",
        "%00",
        "\x00",
    ),
    *(
        "{{7*7}}",
        "${jndi:ldap://x}",
        "\r\nSet-Cookie: a=b",
        "9" * 5000,
        "-1",
        "1e9",
        "NaN",
        "٢٠٢٣",
        "GM0363    ",
    ),
    *("a" * 100_000, "\ud7ff\ufffe", "%ff%fe", "__class__", "null", ",", ",,GM9001", "GM9001,", " "),
)
NAMES = ("indicator", "niveau", "jaar", "gebied", "binnen", "release", "formaat", "zoek", "aantal", "taal")
PAGES = (
    "/v1/waarden",
    "/v1/gebieden",
    "/v1/indicatoren",
    "/embed/kaart",
    "/embed/trend",
    "/embed/cijfer",
    "/embed/kaart.svg",
)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("payload", PAYLOADS, ids=range(len(PAYLOADS)))
def test_no_payload_in_any_parameter_gets_through(client: FlaskClient, page: str, payload: str) -> None:
    for name in (*NAMES, payload[:200]):
        query = {"indicator": "misdrijven", name: payload} if page != "/v1/gebieden" else {name: payload}
        answer = client.get(page, query_string=query)
        assert 200 <= answer.status_code < 500, name
        if (page, name) != ("/v1/gebieden", "zoek"):
            assert answer.status_code in (400, 404), name
        assert "Set-Cookie" not in answer.headers
        if answer.mimetype == "text/html":
            assert "<script" not in answer.text and "<svg onload" not in answer.text


@pytest.mark.parametrize("payload", PAYLOADS[:-1], ids=range(len(PAYLOADS) - 1))
def test_no_payload_in_any_part_of_an_address_gets_through(client: FlaskClient, payload: str) -> None:
    part = quote(payload[:6000], safe="")
    for address in (
        f"/v1/gebieden/{part}",
        f"/v1/{part}",
        f"/v1/kaartwaarden/{part}/misdrijven/2022/buurt",
        f"/v1/kaartwaarden/tiny-1/{part}/2022/buurt",
        f"/v1/kaartwaarden/tiny-1/misdrijven/{part}/buurt",
        f"/v1/kaartwaarden/tiny-1/misdrijven/2022/{part}",
        f"/tegels/{part}/5/1/1.mvt",
        f"/tegels/tiny2024/{part}/1/1.mvt",
        f"/tegels/tiny2024/5/{part}/{part}.mvt",
        f"/embed/{part}",
    ):
        assert client.get(address).status_code == 404, address[:80]


def test_parameters_given_twice_or_empty_are_faults(client: FlaskClient) -> None:
    for name in ("niveau", "jaar", "gebied", "release"):
        for query in (f"{name}=&indicator=misdrijven", f"{name}=a&{name}=b&indicator=misdrijven"):
            assert client.get(f"/v1/waarden?{query}").status_code == 400, query


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(NAMES) | st.text(max_size=8), st.text(max_size=30)), max_size=5))
def test_any_query_string_gets_an_answer_below_500(client: FlaskClient, pairs: list[tuple[str, str]]) -> None:
    text = "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in pairs)
    for page in PAGES:
        assert client.get(f"{page}?{text}").status_code < 500


def test_raw_bytes_in_a_query_are_refused_too(client: FlaskClient) -> None:
    for page, raw in itertools.product(PAGES, ("%ff%fe=1", "indicator=%c0%af", "=", "&&&", "a[]=1&a[b]=2")):
        assert client.get(f"{page}?{raw}").status_code < 500
