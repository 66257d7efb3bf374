"""A Locatieserver is asked what was typed and nothing else, and may not hold up, mislead or hurt the site."""

import gzip
import json
import logging
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from dashboard import locator as module
from dashboard.locator import MOST, MOST_BYTES, Locator, LocatorDownError, is_postcode, tidy
from dashboard.settings import Settings, SettingsError
from tests.samples.locatieserver import Locatieserver, doc, locatieserver

SECRET = "Kerkstraat 5 Geheimdorp"
BORNE = (52.3001, 6.7502)


@pytest.fixture
def pdok() -> Iterator[Locatieserver]:
    with locatieserver() as state:
        yield state


def down(pdok: Locatieserver, why: str) -> None:
    """A search fails for this reason, in time, and never tells what was asked."""
    began = time.monotonic()
    with pytest.raises(LocatorDownError) as error:
        Locator(pdok.base, patience=0.4).search(SECRET)
    assert time.monotonic() - began < 1.5
    assert why in str(error.value) and "Kerkstraat" not in str(error.value)
    assert error.value.__context__ is None or error.value.__suppress_context__


def test_a_place_has_its_name_kind_and_point(pdok: Locatieserver) -> None:
    pdok.docs = [doc("Marktplein 1, 7622AB Borne", BORNE), doc("Borne", BORNE, "woonplaats")]
    first, second = Locator(pdok.base).search("marktplein 1 borne")
    assert (first.name, first.kind, first.point) == ("Marktplein 1, 7622AB Borne", "adres", BORNE)
    assert second.kind == "woonplaats"


def test_only_what_was_typed_is_sent_and_nothing_of_the_visitor(pdok: Locatieserver) -> None:
    Locator(pdok.base).search("  7622 ab ")
    query, headers = pdok.asked[0]
    assert query["q"] == ["7622AB"] and set(query) == {"q", "fq", "fl", "rows"}
    assert {name.lower() for name in headers} <= {
        "host",
        "user-agent",
        "accept",
        "accept-encoding",
        "connection",
    }
    assert headers["User-Agent"] == "Regiobeeld"


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("x&rows=999&fq=type:perceel#/../../", "x rows 999 fq type perceel /../../"),
        ('a" OR type:* {!func}', "a OR type func"),
        ("a\r\nHost: elders.example", "a Host elders.example"),
        ("12" * 400, "12" * 40),
        ("’s-Gravenweg 1", "’s-Gravenweg 1"),
    ],
)
def test_what_was_typed_stays_one_parameter(pdok: Locatieserver, typed: str, sent: str) -> None:
    Locator(pdok.base).search(typed)
    query, _ = pdok.asked[0]
    assert tidy(typed) == sent and query["q"] == [sent]
    assert query["rows"] == [str(MOST)]


def test_the_same_question_is_asked_once(pdok: Locatieserver, monkeypatch: pytest.MonkeyPatch) -> None:
    asking = Locator(pdok.base)
    pdok.docs = [doc("Borne", BORNE, "woonplaats")]
    assert asking.search("Borne") == asking.search(" Borne ")
    assert len(pdok.asked) == 1
    now = time.monotonic()
    monkeypatch.setattr(module.time, "monotonic", lambda: now + module.KEPT_SECONDS)
    asking.search("Enter")
    assert asking._kept.cache_info().currsize == 1


def test_a_failure_is_not_kept(pdok: Locatieserver) -> None:
    asking = Locator(pdok.base)
    pdok.status = 500
    with pytest.raises(LocatorDownError):
        asking.search("Borne")
    pdok.status, pdok.docs = 200, [doc("Borne", BORNE, "woonplaats")]
    assert len(asking.search("Borne")) == 1


def test_errors_of_the_service_are_one_kind_of_error(pdok: Locatieserver) -> None:
    pdok.status = 500
    down(pdok, "500")


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"[]",
        b"<html>",
        b'{"response":{}}',
        b'{"response":{"docs":[{"type":"adres"}]}}',
        b"\xff\xfe",
    ],
)
def test_an_answer_that_cannot_be_read_is_no_answer(pdok: Locatieserver, raw: bytes) -> None:
    pdok.raw = raw
    down(pdok, "in the answer")


def test_a_slow_start_is_not_waited_for(pdok: Locatieserver) -> None:
    pdok.pause = 3
    down(pdok, "Timeout")


def test_an_answer_in_drips_is_not_waited_for(pdok: Locatieserver) -> None:
    pdok.docs, pdok.drip = [doc("Borne", BORNE)], 0.05
    down(pdok, "too slow")


@pytest.mark.parametrize("packed", [False, True])
def test_an_endless_answer_is_cut_off(pdok: Locatieserver, packed: bool) -> None:
    pdok.raw = b" " * (200 * MOST_BYTES)
    if packed:
        pdok.raw, pdok.headers = gzip.compress(pdok.raw), {"Content-Encoding": "gzip"}
    down(pdok, "too long")


def test_a_redirect_is_not_followed(pdok: Locatieserver) -> None:
    with locatieserver() as elsewhere:
        pdok.status, pdok.headers = 302, {"Location": f"{elsewhere.base}/suggest"}
        down(pdok, "302")
        assert elsewhere.asked == []


def test_a_service_that_is_not_there_is_told(pdok: Locatieserver) -> None:
    pdok.base = "http://127.0.0.1:9"
    down(pdok, "ConnectionError")


def test_a_slow_service_holds_up_few_pages(pdok: Locatieserver) -> None:
    pdok.pause = 0.5
    asking = Locator(pdok.base)

    def ask(number: int) -> str:
        try:
            asking.search(f"straat {number}")
        except LocatorDownError as error:
            return str(error)
        return "answered"

    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(ask, range(8)))
    assert told.count("answered") <= module.AT_ONCE and told.count("too many questions at once") >= 6
    assert ask(9) == "answered"


def test_hostile_names_come_out_plain_and_short(pdok: Locatieserver) -> None:
    pdok.docs = [
        doc("<script>alert(1)</script>\u202e\x1b[31m", BORNE),
        doc("x" * 5000, BORNE),
        doc("Zonder plek", BORNE, centroide_ll="POINT(1e999 x)"),
        doc("Perceel", BORNE, "perceel"),
        doc("\u200b", BORNE),
        *[doc(f"Straat {number}", BORNE) for number in range(40)],
    ]
    found = Locator(pdok.base).search("iets")
    assert found[0].name == "<script>alert(1)</script>[31m"
    assert len(found[1].name) == 120 and len(found) == MOST
    assert not {"Zonder plek", "Perceel"} & {place.name for place in found}


def test_what_was_typed_is_in_no_log(pdok: Locatieserver, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        Locator(pdok.base).search(SECRET)
        pdok.status = 500
        with pytest.raises(LocatorDownError):
            Locator(pdok.base).search(SECRET)
        pdok.base = "http://127.0.0.1:9"
        with pytest.raises(LocatorDownError):
            Locator(pdok.base).search(SECRET)
    assert len(pdok.asked) == 2 and "Kerkstraat" not in caplog.text


@pytest.mark.parametrize(
    ("typed", "yes"),
    [
        *(("7622", True), ("7622ab", True), ("7622 AB", True)),
        *(("0123", False), ("76222", False), ("7622 ABC", False), ("Borne", False)),
    ],
)
def test_a_postcode_is_known(typed: str, yes: bool) -> None:
    assert is_postcode(typed) is yes


def test_the_answer_of_the_sample_has_the_form_of_pdok(pdok: Locatieserver) -> None:
    pdok.docs = [doc("Borne", BORNE)]
    assert set(json.loads(pdok.body)["response"]) == {
        "numFound",
        "start",
        "maxScore",
        "numFoundExact",
        "docs",
    }


@pytest.mark.parametrize(
    "wrong",
    [
        "pdok",
        "ftp://pdok.nl/x",
        "https://",
        "https://pdok.nl/x?key=1",
        "https://pdok.nl/#a",
        "https://me:pw@pdok.nl/",
    ],
)
def test_an_address_that_is_none_is_refused_at_the_start(wrong: str) -> None:
    with pytest.raises(SettingsError, match="REGIOBEELD_LOCATIESERVER"):
        Settings.from_env({"REGIOBEELD_LOCATIESERVER": wrong})


def test_an_address_loses_its_last_slash() -> None:
    assert (
        Settings.from_env({"REGIOBEELD_LOCATIESERVER": "https://x.nl/v3_1/"}).locator == "https://x.nl/v3_1"
    )
    assert Settings.from_env({}).locator == ""
