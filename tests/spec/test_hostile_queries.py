"""Must show 1: 10,000 hostile query strings to API and embeds get 4xx with a clear message; nothing of them
comes back, and nothing is logged but the request line that the web server itself writes.

A seeded mutator starts from requests that are right and breaks each in one or two of many ways. What it
makes is always wrong: an answer of 200 would mean that something wrong got through.
"""

import json
import logging
import random  # noqa: TID251  # hostile requests, not noise
import re
import string
import urllib.parse

import pytest
from flask.testing import FlaskClient

from etl.release.read import Store
from tests.samples.tiny_site import tiny_server, tiny_store

QUERIES = 10_000
CANARY = "zzkanarie"
"""In every hostile text: if it comes back, the answer repeats what was sent."""
RIGHT = {
    "/v1/waarden": {
        "indicator": "misdrijven",
        "niveau": "buurt",
        "jaar": "2022",
        "gebied": "GM9001",
        "binnen": "KL00",
        "release": "tiny-1",
        "formaat": "csv",
    },
    "/v1/waarden.csv-metadata.json": {"indicator": "misdrijven", "niveau": "wijk", "jaar": "2021"},
    "/v1/gebieden": {"niveau": "gemeente", "binnen": "KL00", "aantal": "5", "release": "tiny-1"},
    "/v1/gebieden/som": {"codes": "GM9001,GM9002", "indicator": "misdrijven", "jaar": "2023"},
    "/v1/gebieden/KL00/boom": {"niveau": "gemeente", "release": "tiny-1"},
    "/v1/indicatoren": {"release": "tiny-1"},
    "/v1/releases/tiny-1/alles.zip": {},
    "/v1/openapi.json": {},
    "/embed/kaart": {"indicator": "misdrijven", "niveau": "gemeente", "jaar": "2022", "taal": "en"},
    "/embed/kaart.svg": {"indicator": "misdrijven", "niveau": "gemeente"},
    "/embed/trend": {"indicator": "misdrijven", "gebied": "GM9002", "release": "tiny-1"},
    "/embed/cijfer": {"indicator": "misdrijven", "gebied": "GM9002", "taal": "nl"},
    "/embed/vergelijking": {"indicator": "misdrijven", "gebieden": "GM9001,GM9002", "thema": "donker"},
    "/embed/tabel": {"indicator": "misdrijven", "niveau": "wijk", "binnen": "GM9001", "kleur": "1d4e79"},
    "/v1/bevindingen": {"gebied": "GM9001", "release": "tiny-1"},
    "/v1/patronen": {"indicator": "misdrijven", "niveau": "wijk", "jaar": "2023"},
    "/v1/gebieden/GM9001/waarden.zip": {"release": "tiny-1"},
    "/v1/releases.atom": {},
    "/v1/catalogus.jsonld": {},
}
ATTACKS = (
    f"<script>alert('{CANARY}')</script>",
    f"'\"><svg/onload=alert(`{CANARY}`)>",
    f"' OR '1'='1' -- {CANARY}",
    f"1;DROP TABLE cell;--{CANARY}",
    f"../../../../{CANARY}",
    f"%00{CANARY}",
    f"{CANARY}\x00",
    f"{{{{7*7}}}}{CANARY}",
    f"${{jndi:ldap://{CANARY}}}",
    f"\r\nSet-Cookie: {CANARY}=1",
    f"%0d%0aLocation: https://{CANARY}.example",
    f"javascript:{CANARY}",
    f"{CANARY}\u202egnp.exe",
    f"\ufeff{CANARY}\ufffe",
    f"{CANARY}" + "9" * 3000,
    f"-1{CANARY}",
    f"1e309{CANARY}",
    f"NaN{CANARY}",
    f"٢٠٢٢{CANARY}",
    f"GM9001    {CANARY}",
    f"url(https://{CANARY}.example)",
    f"expression({CANARY})",
    f"__class__.__mro__{CANARY}",
    f"[]{CANARY}",
    f"|id;{CANARY}",
    f"file:///etc/{CANARY}",
)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return tiny_store(tmp_path_factory.mktemp("hostile"))


@pytest.fixture(scope="module")
def client(store: Store) -> FlaskClient:
    return tiny_server(store).test_client()


def noise(rng: random.Random) -> str:
    """An attack, sometimes with signs thrown in or twice encoded."""
    text = rng.choice(ATTACKS)
    if rng.random() < 0.5:
        place = rng.randrange(len(text) + 1)
        signs = "".join(rng.choices(string.printable + "é€\U0001f600\ud7ff", k=rng.randrange(1, 12)))
        text = text[:place] + signs + text[place:]
    if rng.random() < 0.2:
        text = urllib.parse.quote(text)
    # A sign thrown in may have cut the canary: it must be there to be found.
    return text if CANARY in text else f"{text}<{CANARY}>"


def hostile(rng: random.Random) -> tuple[str, str]:
    """An address and a query string that cannot be right."""
    page = rng.choice(list(RIGHT))
    pairs = list(RIGHT[page].items())
    for _ in range(rng.choice((1, 1, 2))):
        kind = rng.randrange(5)
        if kind <= 1 and pairs:
            place = rng.randrange(len(pairs))
            name, value = pairs[place]
            worse = rng.choice((noise(rng), value + noise(rng), noise(rng) + value, f"{value},{noise(rng)}"))
            pairs[place] = (name, worse)
        elif kind == 2 and pairs:
            pairs.append((rng.choice(pairs)[0], noise(rng)))
        elif kind == 3:
            pairs.insert(rng.randrange(len(pairs) + 1), (noise(rng), noise(rng)))
        else:
            pairs.append((f"{rng.choice(('taal', 'callback', 'x'))}[{noise(rng)}]", "1"))
    rng.shuffle(pairs)
    raw = rng.random() < 0.3
    keep = "<>'\"/:;,()[]{}|`^$!*-_.~@" if raw else ""
    return page, "&".join(f"{_quoted(name, keep)}={_quoted(value, keep)}" for name, value in pairs)


def _quoted(text: str, keep: str) -> str:
    return urllib.parse.quote(text.encode("utf-8", "surrogatepass"), safe=keep)


def test_ten_thousand_hostile_queries_are_refused_and_leave_no_trace(
    client: FlaskClient, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    rng, seen = random.Random(6), set()
    with caplog.at_level(logging.DEBUG):
        for _ in range(QUERIES):
            page, query = hostile(rng)
            answer = client.get(f"{page}?{query}")
            assert 400 <= answer.status_code < 500, (page, query)
            seen.add((page, answer.status_code))
            text = answer.get_data(as_text=True)
            assert CANARY not in text.lower(), (page, query)
            assert not any(CANARY in value.lower() for _, value in answer.headers), (page, query)
            assert "Set-Cookie" not in answer.headers and "Location" not in answer.headers
            is_clear(page, answer.mimetype, text)
    assert {page for page, _ in seen} == set(RIGHT)
    assert caplog.records == []
    out, err = capfd.readouterr()
    assert CANARY not in out + err and "Traceback" not in err


def is_clear(page: str, media: str, text: str) -> None:
    """A sentence for people; from the API also which parameters, none twice without a reason."""
    if page.startswith("/v1/"):
        assert media == "application/problem+json"
        told = json.loads(text)
        assert told["status"] in (400, 404) and len(told["detail"]) > 20
        assert told["status"] == 404 or (told["errors"] and all(one["detail"] for one in told["errors"]))
    elif ".svg" in page:
        # An <img> shows no page: what is wrong is drawn.
        assert media == "image/svg+xml" and "<script" not in text and "onload" not in text
        assert re.search(r"<title[^>]*>[^<]{10,}</title>", text)
    else:
        assert media == "text/html"
        assert "<script" not in text and "onload" not in text
        assert re.search(r"<h1[^>]*>[^<]{10,}</h1>", text)


def test_the_requests_they_start_from_are_right(client: FlaskClient) -> None:
    """Otherwise every refusal above would prove nothing."""
    for page, query in RIGHT.items():
        assert client.get(page, query_string=query).status_code == 200, page
