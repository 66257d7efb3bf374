"""Codes of earlier divisions: one heir answers for them, several are named, what never was stays unknown.

The whole site over the country of `tests.samples.tiny_history`; breaks in a series are drawn and told.
"""

import csv
import io
import re
from pathlib import Path
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from dashboard import create_app
from dashboard.figures.trend import trend
from dashboard.settings import Settings
from etl import pipeline
from etl.release.engine import open_engine
from etl.release.read import Release, Store
from tests.samples import tiny_history

MERGED = "Op 1 januari 2023 zijn de grenzen veranderd: Westerdam bestaat nu uit Nieuwest en Oudewest."
SUMMED = "De cijfers tot en met 2022 zijn de som van die gebieden."
SPLIT = (
    "Op 1 januari 2024 zijn de grenzen veranderd: "
    "Middelveen bestaat nu uit het oude Middelveen en een deel van Grensveld."
)


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("history")
    tiny_history.write_sources(folder)
    address = f"sqlite:///{folder / 'tiny.db'}"
    assert pipeline.run(open_engine(address), tiny_history.config(), folder, lambda step: None)
    return address


@pytest.fixture(scope="module")
def client(database: str) -> FlaskClient:
    return create_app(Settings(), Store(open_engine(database))).server.test_client()


@pytest.mark.parametrize(
    ("asked", "there"),
    [
        ("/gebied/GM9011", "/gebied/GM9001?was=GM9011"),
        ("/gebied/gm9012?taal=en", "/gebied/GM9001?taal=en&was=GM9012"),
        ("/gebied/WK901400", "/gebied/WK900201?was=WK901400"),
        ("/gebied/BU90110AB1", "/gebied/BU90010000?was=BU90110AB1"),
        ("/gebied/GM9011/brief.pdf", "/gebied/GM9001/brief.pdf?was=GM9011"),
        ("/?indicator=misdrijven&gebied=GM9011", "/?indicator=misdrijven&gebied=GM9001"),
        ("/?niveau=buurt&binnen=GM9012", "/?niveau=buurt&binnen=GM9001"),
        ("/vergelijk?gebieden=GM9011,GM9002,GM9012", "/vergelijk?gebieden=GM9001,GM9002"),
        ("/cirkel?gebied=WK901300", "/cirkel?gebied=WK900201"),
        ("/embed?soort=trend&gebied=GM9011", "/embed?soort=trend&gebied=GM9001"),
    ],
)  # fmt: skip
def test_pages_move_along(client: FlaskClient, asked: str, there: str) -> None:
    answer = client.get(asked)
    assert (answer.status_code, answer.headers["Location"]) == (301, there)
    assert client.get(there).status_code == 200


W, E = "/v1/waarden?indicator=misdrijven", "/embed/{}?indicator=misdrijven"


@pytest.mark.parametrize(
    ("asked", "there"),
    [
        ("/v1/gebieden/GM9011", "/v1/gebieden/GM9001"),
        ("/v1/gebieden/GM9011/boom", "/v1/gebieden/GM9001/boom"),
        (f"{W}&gebied=GM9011,GM9012", f"{W}&gebied=GM9001"),
        (f"{W}&niveau=buurt&binnen=GM9012&formaat=csv", f"{W}&niveau=buurt&binnen=GM9001&formaat=csv"),
        (E.format("trend") + "&gebied=GM9011", E.format("trend") + "&gebied=GM9001"),
        (E.format("cijfer.svg") + "&gebied=BU90140000", E.format("cijfer.svg") + "&gebied=BU90020100"),
        (E.format("tabel") + "&gebieden=GM9012,GM9003", E.format("tabel") + "&gebieden=GM9001,GM9003"),
    ],
)  # fmt: skip
def test_machines_move_along(client: FlaskClient, asked: str, there: str) -> None:
    answer = client.get(asked)
    assert (answer.status_code, answer.headers["Location"]) == (308, there)
    assert client.get(there).status_code == 200


def test_the_heir_says_why_it_is_shown(client: FlaskClient) -> None:
    said = "Oudewest (GM9011) hoort sinds 1 januari 2023 bij Westerdam."
    assert said in client.get("/gebied/GM9001?was=GM9011").get_data(as_text=True)
    assert "Since 1 January 2023 Oudewest (GM9011) is part of Westerdam." in client.get(
        "/gebied/GM9001?was=GM9011&taal=en"
    ).get_data(as_text=True)
    recoded = client.get("/gebied/WK900201?was=WK901300").get_data(as_text=True)
    assert "had tot 1 januari 2024 de code WK901300. De grenzen zijn hetzelfde gebleven." in recoded


@pytest.mark.parametrize("was", ["GM9013", "GM9099", "<script>alert(1)</script>", "WK901300"])
def test_nothing_is_said_of_what_did_not_become_it(client: FlaskClient, was: str) -> None:
    page = client.get(f"/gebied/GM9001?was={quote(was)}").get_data(as_text=True)
    assert 'class="was"' not in page and "<script>alert" not in page


@pytest.mark.parametrize("code", ["GM9013", "GM9014"])
def test_a_split_area_offers_a_choice(client: FlaskClient, code: str) -> None:
    answer = client.get(f"/gebied/{code}")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 300
    assert "is op 1 januari 2024 verdeeld." in page
    links = re.findall(r'href="(/gebied/GM\d+)"[^>]*>([^<]+)<', page)
    assert links == [
        ("/gebied/GM9003", "Oosterzijl: ongeveer 59 % van de inwoners"),
        ("/gebied/GM9002", "Middelveen: ongeveer 41 % van de inwoners"),
    ]
    for address in (f"/?gebied={code}", f"/vergelijk?gebieden=GM9001,{code}"):
        answer = client.get(address)
        assert answer.status_code == 300 and "/gebied/GM9002" in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("address", "status", "where"),
    [
        ("/v1/gebieden/GM9013", 410, "path"),
        ("/v1/waarden?indicator=misdrijven&gebied=GM9013", 400, "query"),
        ("/v1/waarden?indicator=misdrijven&niveau=wijk&binnen=GM9014", 400, "query"),
    ],
)
def test_the_api_names_the_heirs_of_a_split(
    client: FlaskClient, address: str, status: int, where: str
) -> None:
    answer = client.get(address)
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    (fault,) = answer.get_json()["errors"]
    assert (fault["in"], fault["code"]) == (where, "opgeheven")
    assert "Het is verdeeld over Oosterzijl (GM9003) en Middelveen (GM9002)" in fault["detail"]
    (area,) = fault["gebieden"]
    assert area["opvolgers"] == [
        {"code": "GM9003", "naam": "Oosterzijl", "aandeel": 0.588063},
        {"code": "GM9002", "naam": "Middelveen", "aandeel": 0.411937},
    ]


def test_a_sum_never_changes_its_ground(client: FlaskClient) -> None:
    answer = client.get("/v1/gebieden/som?codes=GM9011,GM9003&indicator=misdrijven")
    assert answer.status_code == 400
    assert "bij Westerdam" in answer.get_json()["errors"][0]["detail"]


def test_embeds_name_the_heirs_of_a_split(client: FlaskClient) -> None:
    answer = client.get("/embed/trend?indicator=misdrijven&gebied=GM9013")
    assert answer.status_code == 410 and "Middelveen (GM9002)" in answer.get_data(as_text=True)
    english = client.get("/embed/trend?indicator=misdrijven&gebied=GM9013&taal=en").get_data(as_text=True)
    assert "It was divided over Oosterzijl (GM9003) and Middelveen (GM9002)." in english
    told = client.get("/oembed?url=/embed/trend?indicator=misdrijven%26gebied=GM9011").get_json()
    assert "gebied=GM9001" in told["html"]


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/gebied/GM9099", 404),
        ("/gebied/GM9099?was=GM9011", 404),
        ("/?gebied=GM9099", 404),
        ("/vergelijk?gebieden=GM9099", 404),
        ("/v1/gebieden/GM9099", 404),
        ("/v1/waarden?indicator=misdrijven&gebied=GM9099", 400),
        ("/v1/waarden?indicator=misdrijven&gebied=GM9011,GM9099", 400),
        ("/embed/trend?indicator=misdrijven&gebied=GM9099", 404),
    ],
)
def test_what_never_was_stays_unknown(client: FlaskClient, address: str, status: int) -> None:
    assert client.get(address).status_code == status


@pytest.mark.parametrize(
    "address",
    [
        "//evil.example/?gebied=GM9011",
        "//evil.example/gebied/GM9011",
        "/\\evil.example?gebied=GM9011",
        "/gebied/GM9011/../../evil",
        "/v1/waarden?indicator=misdrijven&gebied=GM9011&release=//evil.example",
        "/?gebied=GM9011&release=https://evil.example",
        "/gebied/GM9011?taal=//evil.example%0d%0aX-Evil:1",
    ],
)
def test_no_redirect_leads_elsewhere(client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    there = answer.headers.get("Location", "")
    assert "X-Evil" not in answer.headers
    assert not there or re.match(r"/(gebied/GM9001)?\?", there), there


def test_a_frozen_answer_of_then_is_as_it_was(database: str, tmp_path: Path) -> None:
    """A release in the old division knows the old code; asking it by name is asking for then."""
    tiny_history.write_sources(tmp_path)
    engine = open_engine(f"sqlite:///{tmp_path / 'two.db'}")
    old = tiny_history.names(2022)
    division = tiny_history.config().division.model_copy(
        update={"vintage": "tiny2022", "year": 2022, "boundaries": old.boundaries, "tree": old.tree}
        | {"groupings_file": old.groupings}
    )
    then = tiny_history.config(
        id="tiny-0", years=(2022,), earlier=[], division=division,
        sources={"politie_misdrijven": {"file": "toen.csv"}, "kwb": {"file": "kwb_{year}.csv"}},
    )  # fmt: skip
    lines = (tmp_path / "misdrijven.csv").read_text("utf-8").splitlines()
    kept = [lines[0], *(line for line in lines if ",2022," in line)]
    (tmp_path / "toen.csv").write_text("\n".join(kept) + "\n", encoding="utf-8")
    assert pipeline.run(engine, then, tmp_path, lambda step: None)
    with engine.begin() as connection:
        connection.execute(text("UPDATE release SET published = '2020-01-01 00:00:00'"))
    told = {"nl": "Nieuwe grenzen.", "en": "New borders."}
    assert pipeline.run(
        engine, tiny_history.config(follows="tiny-0", changes=[told]), tmp_path, lambda step: None
    )
    client = create_app(Settings(), Store(engine)).server.test_client()
    asked = "/v1/waarden?indicator=misdrijven&gebied=GM9011&formaat=csv"
    frozen = client.get(f"{asked}&release=tiny-0")
    (row,) = csv.DictReader(io.StringIO(frozen.get_data(as_text=True)))
    assert (row["gebiedsnaam"], row["schatting"], row["indeling"]) == ("Oudewest", "100", "tiny2022")
    assert client.get(asked).status_code == 308
    assert client.get("/?indicator=misdrijven&gebied=GM9011&release=tiny-0").status_code == 200


def test_search_finds_the_old_name(client: FlaskClient) -> None:
    (hit,) = client.get("/v1/gebieden?zoek=oudewest").get_json()["gebieden"]
    assert (hit["code"], hit["naam"], hit["voorheen"]) == ("GM9001", "Westerdam", "Oudewest")
    hits = client.get("/v1/gebieden?zoek=grensveld").get_json()["gebieden"]
    assert {(hit["code"], hit["voorheen"]) for hit in hits} == {
        ("GM9002", "Grensveld"),
        ("GM9003", "Grensveld"),
    }
    assert 'data-former="{old}, nu {area}"' in client.get("/").get_data(as_text=True)


def test_a_comparison_offers_what_an_old_name_is_now(client: FlaskClient) -> None:
    page = client.get("/vergelijk?gebieden=GM9003&erbij=oudewest").get_data(as_text=True)
    assert 'href="/vergelijk?gebieden=GM9003,GM9001' in page


def test_breaks_are_drawn_and_told_on_every_face(client: FlaskClient) -> None:
    for address in (
        "/gebied/GM9001",
        "/?indicator=misdrijven&gebied=GM9001",
        "/vergelijk?gebieden=GM9001,GM9003&indicator=misdrijven",
        "/embed/trend?indicator=misdrijven&gebied=GM9001",
        "/embed/trend.svg?indicator=misdrijven&gebied=GM9001",
    ):
        page = re.sub(r"</tspan>\s*<tspan[^>]*>", " ", client.get(address).get_data(as_text=True))
        assert "breuk" in page, address
        for said in (MERGED, SUMMED):
            words = set(re.findall(r"\w+", said))
            assert words <= set(re.findall(r"\w+", page)), address
    assert f"Stippellijn. {MERGED} {SUMMED}" in client.get("/gebied/GM9001").get_data(as_text=True)
    split = client.get("/gebied/GM9002").get_data(as_text=True)
    assert SPLIT in split and "zijn een schatting" in split
    across = "van Grensveld ligt nu een deel in Landzijde"
    assert across in client.get("/gebied/RE91").get_data(as_text=True)
    unbroken = client.get("/gebied/KL00").get_data(as_text=True)
    assert 'class="breuk"' not in unbroken and "Stippellijn" not in unbroken


def test_the_live_chart_breaks_too(client: FlaskClient) -> None:
    release: Release = client.application.extensions["regiobeeld"].release()
    years, values = release.over_time("misdrijven", "GM9002")
    figure = trend(years, values, release.indicators["misdrijven"], "nl", breaks=(2024,))
    assert [shape["x0"] for shape in figure["layout"]["shapes"]] == [2023.5]
    line = figure["data"][-1]
    assert line["y"][line["x"].index(2023.5)] is None


def test_the_api_tells_what_counts_other_borders(client: FlaskClient) -> None:
    body = client.get("/v1/waarden?indicator=misdrijven&niveau=gemeente").get_json()
    assert list(body["waarden"][0])[-2:] == ["indeling", "release"] and len(body["waarden"][0]) == 17
    told = {
        (row["gebiedscode"], row["jaar"]): (row["herkomst"], row["vergelijkbaar"])
        for row in body["andereGrenzen"]
    }
    assert told == {
        ("GM9001", 2022): ("samengevoegd", True),
        ("GM9002", 2022): ("geschat", False),
        ("GM9003", 2022): ("geschat", False),
        ("GM9002", 2023): ("geschat", False),
        ("GM9003", 2023): ("geschat", False),
    }
    area = client.get("/v1/gebieden/GM9001").get_json()
    assert area["geschiedenis"][0]["uit"] == [
        {"code": "GM9011", "naam": "Oudewest", "aandeel": 1.0},
        {"code": "GM9012", "naam": "Nieuwest", "aandeel": 1.0},
    ]
    assert [one["herkomst"] for one in area["geschiedenis"]] == ["samengevoegd", "zelfde-grenzen"]


def test_the_weights_can_be_downloaded(client: FlaskClient) -> None:
    told = client.get("/v1/grenswijzigingen").get_json()["grenswijzigingen"]
    rows = list(csv.DictReader(io.StringIO(client.get("/v1/grenswijzigingen.csv").get_data(as_text=True))))
    assert len(told) == len(rows) == 15 + 12
    by_code: dict[str, float] = {}
    for row in told:
        by_code[row["oudeCode"]] = by_code.get(row["oudeCode"], 0.0) + row["aandeel"]
    assert all(abs(total - 1) < 1e-12 for total in by_code.values())
    assert {row["soort"] for row in told} == {"samengevoegd", "nieuwe-code", "gesplitst", "grens-verlegd"}


def test_a_store_of_before_there_was_a_history_still_opens(database: str, tmp_path: Path) -> None:
    """Tables and column are new: a release stored without them reads as one without earlier divisions."""
    path = tmp_path / "older.db"
    with open_engine(database).connect() as connection:
        connection.connection.driver_connection.execute("VACUUM INTO ?", (str(path),))
    engine = open_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        for table in ("step", "former_area", "earlier"):
            connection.execute(text(f"DROP TABLE {table}"))
        connection.execute(text("ALTER TABLE series DROP COLUMN coded_in"))
    client = create_app(Settings(), Store(engine)).server.test_client()
    assert client.get("/gebied/GM9001").status_code == 200
    assert client.get("/gebied/GM9011").status_code == 404
    assert client.get("/v1/waarden?indicator=misdrijven").get_json()["andereGrenzen"] == []
