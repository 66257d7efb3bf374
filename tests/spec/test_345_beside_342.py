"""Must show: a division of 2022 with 345 gemeenten beside that of 2024 with 342, on the real Netherlands.

Series of a merged gemeente continue with the break marked, and old codes lead to the new ones.
"""

import csv
import io
from collections import Counter
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from dashboard import create_app
from dashboard.settings import Settings
from etl import pipeline
from etl.catalogue.files import EarlierDivision
from etl.catalogue.load import load_config
from etl.release.engine import open_engine
from etl.release.read import Release, Store
from geodata.__main__ import main as geodata
from tests.conftest import CHECKOUT
from tests.samples import netherlands_2022

pytestmark = pytest.mark.xdist_group("dutch")
CHANGES = "veranderd_2022_2024.csv"
MERGED = {"GM0501", "GM0530", "GM0614"}


@pytest.fixture(scope="module")
def folder(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    where = tmp_path_factory.mktemp("nl")
    netherlands_2022.write(shared_data / "nl2024", where)
    return where


@pytest.fixture(scope="module")
def changes(folder: Path) -> list[dict[str, str]]:
    """Made by the command, its dates corrected by hand where 1 January is not the day."""
    files = [str(folder / "nl2022.toml"), str(folder / "nl2024.toml"), "--sources", str(folder)]
    told = [
        "--changes",
        str(folder / CHANGES),
        "--report",
        str(folder / "verslag.md"),
        "--date",
        "2023-01-01",
    ]
    assert geodata(["compare", *files, *told]) == 0
    text = (folder / CHANGES).read_text("utf-8")
    lines = [
        line.replace("2023-01-01", "2022-03-24") if ",GM0363," in line or "0457" in line else line
        for line in text.splitlines()
    ]
    (folder / CHANGES).write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert geodata(["verify", str(folder / CHANGES), *files]) == 0
    with (folder / CHANGES).open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture(scope="module")
def store(folder: Path, changes: list[dict[str, str]]) -> Store:
    assert changes
    config = load_config(CHECKOUT / "config" / "nl2024.toml")
    earlier = EarlierDivision(
        vintage="nl2022",
        year=2022,
        tree=netherlands_2022.TREE,
        groupings_file=netherlands_2022.GROUPINGS,
        changes=CHANGES,
    )
    crimes = config.sources["politie_misdrijven"].model_copy(
        update={"file": netherlands_2022.CRIMES, "coded_in": {"nl2022": (2021, 2022)}}
    )
    changed = {"earlier": (earlier,), "years": (2021, 2022, 2023, 2024)}
    changed |= {"sources": config.sources | {"politie_misdrijven": crimes}}
    engine = open_engine(f"sqlite:///{folder / 'nl.db'}")
    assert pipeline.run(engine, config.model_copy(update=changed), folder, lambda step: None)
    return Store(engine)


@pytest.fixture(scope="module")
def release(store: Store) -> Release:
    return store.release()


@pytest.fixture(scope="module")
def client(store: Store) -> FlaskClient:
    return create_app(Settings(), store).server.test_client()


def test_345_beside_342(release: Release) -> None:
    then = Counter(area.level for area in release.lineage.of("nl2022").areas.values())
    now = Counter(release.regions.level)
    assert (then["gemeente"], now["gemeente"]) == (345, 342)
    assert then["wijk"] == now["wijk"] == 3_393
    assert then["buurt"] == now["buurt"] == 14_574


def test_what_changed_is_found_by_shape(changes: list[dict[str, str]]) -> None:
    gemeenten = {row["old_code"]: row for row in changes if row["level"] == "gemeente"}
    assert set(gemeenten) == MERGED | {"GM0457", "GM0363"}
    assert {row["new_code"] for code, row in gemeenten.items() if code in MERGED} == {"GM1992"}
    assert gemeenten["GM0457"]["new_code"] == gemeenten["GM0363"]["new_code"] == "GM0363"
    assert {(row["kind"], row["share"]) for row in gemeenten.values()} == {("merged", "1")}
    smaller = [row for row in changes if row["level"] != "gemeente"]
    assert {(row["kind"], row["share"]) for row in smaller} == {("recoded", "1")}
    assert Counter(row["level"] for row in smaller) == {"wijk": 17 + 2, "buurt": 70 + 12}


def test_series_of_a_merged_gemeente_continue(shared_data: Path, release: Release) -> None:
    path = shared_data / "nl2024" / "misdrijven_totaal_2021_2025_47022NED.csv"
    with path.open(encoding="utf-8") as stream:
        real = {
            (row["regiocode"], row["jaar"]): row["geregistreerde_misdrijven"]
            for row in csv.DictReader(stream)
        }
    for code in ("GM1992", "GM0363", "GM0014"):
        years, values = release.over_time("misdrijven", code)
        assert years == (2021, 2022, 2023, 2024)
        assert [int(n) for n in values.estimate] == [int(float(real[code, str(year)])) for year in years]
        assert (values.standard_error == 0).all()
    whole = release.values("misdrijven", 2022, "gemeente").estimate.sum()
    assert whole == sum(
        float(n) for (code, year), n in real.items() if year == "2022" and code.startswith("GM")
    )


def test_the_break_is_marked(client: FlaskClient) -> None:
    voorne = client.get("/gebied/GM1992").get_data(as_text=True)
    assert "Op 1 januari 2023 zijn de grenzen veranderd" in voorne
    assert "Voorne aan Zee bestaat nu uit Brielle, Hellevoetsluis en Westvoorne." in voorne
    assert 'class="breuk"' in voorne
    amsterdam = client.get("/gebied/GM0363").get_data(as_text=True)
    assert "Op 24 maart 2022 zijn de grenzen veranderd" in amsterdam
    assert "Amsterdam bestaat nu uit het oude Amsterdam en Weesp." in amsterdam
    assert 'class="breuk"' not in client.get("/gebied/GM0014").get_data(as_text=True)
    body = client.get("/v1/waarden?indicator=misdrijven&niveau=gemeente").get_json()
    assert {row["gebiedscode"] for row in body["andereGrenzen"]} == {"GM1992", "GM0363"}
    assert all(row["vergelijkbaar"] for row in body["andereGrenzen"])


def test_old_codes_lead_to_the_new_ones(client: FlaskClient) -> None:
    for code, name in (("GM0501", "Brielle"), ("GM0530", "Hellevoetsluis"), ("GM0614", "Westvoorne")):
        answer = client.get(f"/gebied/{code}")
        assert (answer.status_code, answer.headers["Location"]) == (301, f"/gebied/GM1992?was={code}")
        page = client.get(answer.headers["Location"]).get_data(as_text=True)
        assert f"{name} ({code}) hoort sinds 1 januari 2023 bij Voorne aan Zee." in page
        assert client.get(f"/v1/gebieden/{code}").headers["Location"] == "/v1/gebieden/GM1992"
    assert client.get("/gebied/GM0457").headers["Location"] == "/gebied/GM0363?was=GM0457"
    (hit,) = client.get("/v1/gebieden?zoek=brielle&niveau=gemeente").get_json()["gebieden"]
    assert (hit["naam"], hit["voorheen"]) == ("Voorne aan Zee", "Brielle")
    asked = "/v1/waarden?indicator=misdrijven&gebied=GM0501,GM0614&formaat=csv"
    rows = client.get(client.get(asked).headers["Location"]).get_data(as_text=True)
    assert {row["gebiedscode"] for row in csv.DictReader(io.StringIO(rows))} == {"GM1992"}
