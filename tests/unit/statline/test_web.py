"""What may pass is asked again, what will not pass is refused at once, and every fault names its address."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import quote

import pytest

from etl.errors import InputError
from etl.extract.answers import Answers
from etl.extract.web import Client
from tests.samples.statline_server import Mishap, Server

RD = "http://www.opengis.net/def/crs/EPSG/0/28992"
ADDRESS = "90018NED/TableInfos"
Connect = Callable[[str], Client]

PASSING = [
    Mishap("status", 429),
    Mishap("status", 500),
    Mishap("status", 503),
    Mishap("garble"),
    Mishap("half"),
    Mishap("form"),
    Mishap("cut", at=20),
    Mishap("unsaid", at=20),
    Mishap("cut", at=0),
    Mishap("slow", seconds=0.7),
    Mishap("drip", seconds=0.05),
]


def named(mishap: Mishap) -> str:
    return f"{mishap.kind}-{mishap.status}" if mishap.kind == "status" else f"{mishap.kind}-{mishap.at}"


@pytest.mark.parametrize("mishap", PASSING, ids=named)
def test_what_may_pass_is_asked_again(
    server: Server, connect: Connect, pauses: list[float], mishap: Mishap
) -> None:
    server.mishaps = [mishap, mishap]
    with connect(server.v3) as client:
        raw, answer = client.get(ADDRESS, "bron")
    assert answer["value"] == server.tables["90018NED"].sets["TableInfos"]
    assert raw.startswith(b"{")
    assert raw.endswith(b"}")
    assert pauses == [0.5, 1.0]
    assert len(server.asked) == 3


@pytest.mark.parametrize("mishap", PASSING[:7], ids=named)
def test_what_does_not_pass_ends_in_one_named_fault(server: Server, connect: Connect, mishap: Mishap) -> None:
    server.mishaps = [mishap] * 10
    with connect(server.v3) as client, pytest.raises(InputError) as raised:
        client.get(ADDRESS, "bron")
    (fault,) = raised.value.faults
    assert (fault.file, fault.where) == ("bron", f"{server.v3}/{ADDRESS}")
    assert "4 times" in fault.found
    assert "Try again later" in fault.remedy
    assert raised.value.__cause__ is None


SMALL = {
    "v3": ADDRESS,
    "v4": "90018NED/Properties",
    "ogc": f"collections/wijken/items?f=json&limit=1&crs={quote(RD, safe='')}",
}
"""A small answer of each service: OData v3 and v4 of StatLine, and the features of PDOK."""


def patient(address: str) -> Client:
    """Tries twice and minds no slow machine: each answer that goes wrong is one that was meant to."""
    return Client(address, attempts=2, sleep=lambda _seconds: None)


@pytest.mark.parametrize("kind", ["cut", "unsaid"])
@pytest.mark.parametrize("service", SMALL)
def test_a_body_cut_at_every_byte_is_never_taken_for_whole(server: Server, kind: str, service: str) -> None:
    with patient(getattr(server, service)) as client:
        whole, answer = client.get(SMALL[service], "bron")
        assert set(answer) & {"value", "Identifier", "features"}
        for at in range(len(whole)):
            server.mishaps = [Mishap(kind, at=at)]
            assert client.get(SMALL[service], "bron")[0] == whole
            assert server.mishaps == []
        assert len(server.asked) == 1 + 2 * len(whole)


@pytest.mark.parametrize("kind", ["cut", "unsaid"])
@pytest.mark.parametrize("service", SMALL)
def test_a_cut_that_lasts_fails_cleanly_at_every_byte(
    server: Server, tmp_path: Path, kind: str, service: str
) -> None:
    """One named fault, nothing in the folder; the next try is whole."""
    with patient(getattr(server, service)) as client:
        size = len(client.get(SMALL[service], "bron")[0])
        for at in range(size):
            server.mishaps = [Mishap(kind, at=at)] * 2
            with pytest.raises(InputError, match="Try again later") as raised:
                Answers(tmp_path, "bron", client).get(SMALL[service])
            assert len(raised.value.faults) == 1
            assert list(tmp_path.iterdir()) == []
        assert Answers(tmp_path / "whole", "bron", client).get(SMALL[service])


def test_the_service_says_how_long_to_wait(server: Server, connect: Connect, pauses: list[float]) -> None:
    moment = format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)
    server.mishaps = [
        Mishap("status", 429, retry_after="7"),
        Mishap("status", 503, retry_after=moment),
        Mishap("status", 503, retry_after="straks"),
    ]
    with connect(server.v3) as client:
        client.get(ADDRESS, "bron")
    assert pauses[0] == 7
    assert 20 < pauses[1] <= 30
    assert pauses[2] == 2.0


def test_a_long_wait_is_left_to_people(server: Server, connect: Connect, pauses: list[float]) -> None:
    server.mishaps = [Mishap("status", 429, retry_after="86400")]
    with connect(server.v3) as client, pytest.raises(InputError, match="86400 seconds to wait"):
        client.get(ADDRESS, "bron")
    assert pauses == []


@pytest.mark.parametrize(
    ("address", "mishap", "words"),
    [
        ("91234NED/TableInfos", None, "status 404 .*Onbekende tabel 91234NED"),
        ("90018NED/TypedDataSet?$filter=dit", None, "status 400 .*Syntax error"),
        (ADDRESS, Mishap("status", 403), "status 403"),
        (ADDRESS, Mishap("redirect"), "status 302 to https://elders.example/.*as base_url"),
    ],
)
def test_what_will_not_pass_is_refused_at_once(
    server: Server, connect: Connect, pauses: list[float], address: str, mishap: Mishap | None, words: str
) -> None:
    server.mishaps = [mishap]
    with connect(server.v3) as client, pytest.raises(InputError, match=words):
        client.get(address, "bron")
    assert pauses == []
    assert len(server.asked) == 1


def test_no_service_at_all(connect: Connect) -> None:
    with connect("http://127.0.0.1:9") as client, pytest.raises(InputError, match=r"ConnectError.*4 times"):
        client.get(ADDRESS, "bron")


def test_an_address_that_is_none(connect: Connect) -> None:
    with connect("http://cbs:poort") as client, pytest.raises(InputError, match="base_url"):
        client.get(ADDRESS, "bron")
