"""The search box: names of areas by ourselves, addresses with a Locatieserver, a sentence without."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from dashboard import create_app
from dashboard.settings import Settings
from etl.release.read import Store
from tests.samples.locatieserver import Locatieserver, doc, locatieserver
from tests.samples.tiny_site import tiny_store

Look = Callable[..., TestResponse]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A land that says it is real: a fictional one has no addresses."""
    return tiny_store(tmp_path_factory.mktemp("search"), fictional=False)


@pytest.fixture
def pdok() -> Iterator[Locatieserver]:
    with locatieserver() as state:
        yield state


@pytest.fixture
def with_pdok(store: Store, pdok: Locatieserver) -> FlaskClient:
    return create_app(Settings(locator=pdok.base), store).server.test_client()


@pytest.fixture
def without(store: Store) -> FlaskClient:
    return create_app(Settings(), store).server.test_client()


def look(client: FlaskClient, words: str, **form: str) -> dict[str, Any]:
    answer = client.post("/zoek", data={"q": words} | form)
    assert answer.status_code == 200 and answer.headers["Cache-Control"] == "no-store"
    found: dict[str, Any] = answer.get_json()
    return found


def middle(store: Store, code: str) -> tuple[float, float]:
    """Latitude and longitude in the middle of the box round an area."""
    regions = store.release().regions
    west, south, east, north = regions.bounds[regions[code].position]
    return float((south + north) / 2), float((west + east) / 2)


def test_a_name_is_found_here_and_asked_nowhere(with_pdok: FlaskClient, pdok: Locatieserver) -> None:
    found = look(with_pdok, "wester")
    assert found["gebieden"][0]["naam"] == "Westerdam" and found["melding"] == ""
    look(with_pdok, "GM9001")
    look(with_pdok, "x")
    assert pdok.asked == []


def test_an_address_gives_the_buurt_it_lies_in(
    with_pdok: FlaskClient, pdok: Locatieserver, store: Store
) -> None:
    """The point decides: the code of Locatieserver is of another year."""
    where = middle(store, "BU90010001")
    pdok.docs = [doc("Dorpsstraat 1, 1234AB Westerdam", where, buurtcode="BU99999999")]
    (found,) = look(with_pdok, "1234 ab")["gebieden"]
    assert found["code"] == "BU90010001" and found["plek"] == "Dorpsstraat 1, 1234AB Westerdam"
    assert found["punt"] == f"{where[0]:.4f},{where[1]:.4f}"
    assert pdok.asked[0][0]["q"] == ["1234AB"]


def test_a_place_outside_the_land_is_left_out(with_pdok: FlaskClient, pdok: Locatieserver) -> None:
    pdok.docs = [doc("Noordpool", (89.0, 0.0)), doc("Paramaribo", (5.85, -55.2))]
    assert look(with_pdok, "1234AB") == {"gebieden": [], "melding": ""}


@pytest.mark.parametrize(("language", "told"), [("nl", "lukt nu niet"), ("en", "does not work right now")])
def test_a_failing_service_is_told_and_names_still_work(
    with_pdok: FlaskClient, pdok: Locatieserver, language: str, told: str
) -> None:
    pdok.status = 503
    assert told in look(with_pdok, "Dorpsstraat 1", taal=language)["melding"]
    assert look(with_pdok, "wester")["gebieden"]


@pytest.mark.parametrize("typed", ["7622 AB", "7622", "Dorpsstraat 5"])
def test_without_a_service_an_address_gets_a_hint(without: FlaskClient, typed: str) -> None:
    assert look(without, typed)["melding"].startswith("Zoeken op postcode of adres kan hier niet.")


def test_without_a_service_an_unknown_name_is_just_not_found(without: FlaskClient) -> None:
    assert look(without, "nergenshuizen") == {"gebieden": [], "melding": ""}


def test_another_site_may_not_ask(with_pdok: FlaskClient, pdok: Locatieserver) -> None:
    """Our server is no way round the limits that PDOK sets to others."""
    headers = {"Sec-Fetch-Site": "cross-site"}
    assert with_pdok.post("/zoek", data={"q": "1234AB"}, headers=headers).status_code == 403
    assert with_pdok.get("/zoek?q=1234AB").mimetype == "text/html"
    assert pdok.asked == []


def test_the_box_promises_addresses_only_where_they_work(
    with_pdok: FlaskClient, without: FlaskClient
) -> None:
    assert "postcode of adres" in with_pdok.get("/").text and "een adres" in with_pdok.get("/cirkel").text
    assert "postcode of adres" not in without.get("/").text and "een adres" not in without.get("/cirkel").text


def test_a_circle_lies_round_an_address(with_pdok: FlaskClient, pdok: Locatieserver, store: Store) -> None:
    where = middle(store, "BU90010001")
    pdok.docs = [doc("Dorpsstraat 1, 1234AB Westerdam", where)]
    answer = with_pdok.get("/cirkel?plek=1234+AB&straal=0.5&indicator=misdrijven")
    assert answer.status_code == 303
    assert answer.location.startswith(f"/cirkel?punt={where[0]:.4f},{where[1]:.4f}&straal=0.5")
    assert "een punt in" in with_pdok.get(answer.location).text


def test_several_addresses_are_offered(with_pdok: FlaskClient, pdok: Locatieserver, store: Store) -> None:
    one, two = middle(store, "BU90010001"), middle(store, "BU90030000")
    pdok.docs = [doc("Dorpsstraat, Westerdam", one, "weg"), doc("<b>Dorpsstraat</b>, Oosterdam", two, "weg")]
    page = with_pdok.get("/cirkel?plek=Dorpsstraat").text
    assert "Bedoelt u:" in page and "&lt;b&gt;Dorpsstraat&lt;/b&gt;" in page
    assert f"/cirkel?punt={two[0]:.4f},{two[1]:.4f}&amp;straal=1" in page


def test_a_circle_says_what_is_wrong_with_an_address(
    with_pdok: FlaskClient, without: FlaskClient, pdok: Locatieserver
) -> None:
    assert "Wij vinden geen gemeente" in with_pdok.get("/cirkel?plek=1234AB").text
    pdok.status = 500
    assert "lukt nu niet" in with_pdok.get("/cirkel?plek=1234AC").text
    assert "Zoeken op postcode kan hier niet" in without.get("/cirkel?plek=1234AB").text


def test_a_fictional_land_has_no_addresses_to_ask_for(pdok: Locatieserver, tmp_path: Path) -> None:
    client = create_app(Settings(locator=pdok.base), tiny_store(tmp_path)).server.test_client()
    assert look(client, "7622 AB")["melding"].startswith("Dit land is verzonnen")
    assert "Zoeken op postcode kan hier niet" in client.get("/cirkel?plek=7622AB").text
    assert pdok.asked == []


def test_where_a_searched_address_goes_is_told_only_where_it_goes(
    with_pdok: FlaskClient, without: FlaskClient
) -> None:
    assert "PDOK krijgt alleen wat u typt" in with_pdok.get("/verantwoording").text
    assert "PDOK" not in without.get("/verantwoording").text.partition('id="bezoekers"')[2]
