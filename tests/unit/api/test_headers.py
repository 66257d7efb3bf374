"""Headers on every kind of answer."""

import base64
import hashlib
import re

import pytest
from flask.testing import FlaskClient

from dashboard import create_app
from dashboard.headers import embed_policy
from dashboard.settings import Settings
from etl.release.read import Store
from tests.samples.tiny_site import tiny_server

EMBED = "/embed/trend?indicator=misdrijven"
ALL = (
    "/",
    "/niets",
    "/v1/releases",
    "/v1/niets",
    "/healthz",
    "/tegels/tiny2024/5/0/0.mvt",
    EMBED,
    "/embed/niets",
)


def policy(answer_policy: str) -> dict[str, list[str]]:
    return {part.split()[0]: part.split()[1:] for part in answer_policy.split(";")}


@pytest.mark.parametrize("address", ALL)
def test_every_answer_is_protected_and_sets_no_cookie(client: FlaskClient, address: str) -> None:
    headers = client.get(address).headers
    assert policy(headers["Content-Security-Policy"])["default-src"] == ["'none'"]
    assert "'unsafe-eval'" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    for name in ("Referrer-Policy", "Permissions-Policy", "Cross-Origin-Opener-Policy", "Cache-Control"):
        assert headers[name]
    assert "Set-Cookie" not in headers


@pytest.mark.parametrize("address", ALL)
def test_only_embeds_may_be_framed_and_nothing_unsafe_is_allowed_there(
    client: FlaskClient, address: str
) -> None:
    headers = client.get(address).headers
    told = policy(headers["Content-Security-Policy"])
    if address.startswith("/embed/"):
        assert told["frame-ancestors"] == ["*"] and "X-Frame-Options" not in headers
        assert not re.search("unsafe|script|data:|blob:", headers["Content-Security-Policy"])
    else:
        assert told["frame-ancestors"] == ["'none'"] and headers["X-Frame-Options"] == "DENY"


def test_origins_that_may_frame_come_from_the_settings(store: Store) -> None:
    origins = ("https://www.borne.nl", "https://*.hengelo.nl:8443")
    client = tiny_server(store, Settings(embed_origins=origins)).test_client()
    told = policy(client.get(EMBED).headers["Content-Security-Policy"])
    assert told["frame-ancestors"] == ["'self'", *origins]


@pytest.mark.parametrize(
    "origin", ["x; script-src *", "https://a.nl/pad", "javascript:1", "https://a.nl\r\nX: y", ""]
)
def test_an_origin_that_is_none_is_refused_at_the_start(origin: str) -> None:
    with pytest.raises(ValueError, match="REGIOBEELD_EMBED_ORIGINS"):
        embed_policy((origin,))


def test_pages_are_compressed_once_and_tiles_never_twice(client: FlaskClient) -> None:
    for address in ("/v1/waarden?indicator=misdrijven", EMBED):
        answer = client.get(address, headers={"Accept-Encoding": "br, gzip"})
        assert answer.headers["Content-Encoding"] == "br"
        assert answer.headers["Vary"].count("Accept-Encoding") == 1


def test_a_secure_visit_is_told_to_stay_secure(client: FlaskClient) -> None:
    assert "Strict-Transport-Security" not in client.get("/").headers
    assert "max-age=31536000" in client.get("/", base_url="https://x.nl").headers["Strict-Transport-Security"]


def test_every_script_in_a_page_is_our_own_file_or_named_by_its_hash(store: Store) -> None:
    answer = create_app(Settings(), store).server.test_client().get("/")
    allowed = policy(answer.headers["Content-Security-Policy"])["script-src"]
    assert not {"'unsafe-inline'", "'unsafe-eval'", "*"} & set(allowed)
    scripts = re.findall(r"<script([^>]*)>(.*?)</script>", answer.text, re.DOTALL)
    inline = [body for attributes, body in scripts if "src=" not in attributes and "json" not in attributes]
    assert inline and len(scripts) > len(inline)
    for body in inline:
        digest = base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in allowed
    for attributes, _ in scripts:
        assert "src=" not in attributes or re.search(r'src="/[^/]', attributes)
