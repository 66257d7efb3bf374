"""The real Netherlands, from the public files to the API, through the command a data officer types."""

import io

import numpy as np
import pandas as pd
import pytest
from flask.testing import FlaskClient

from dashboard import create_app
from dashboard.settings import Settings
from etl.release.engine import open_engine
from etl.release.read import Release, Store
from tests.spec.test_children_add_up import TOLERANCE, largest_gap

pytestmark = pytest.mark.xdist_group("dutch")


@pytest.fixture(scope="module")
def store(dutch_database: str) -> Store:
    return Store(open_engine(dutch_database))


@pytest.fixture(scope="module")
def release(store: Store) -> Release:
    return store.release()


@pytest.fixture(scope="module")
def client(store: Store) -> FlaskClient:
    return create_app(Settings(), store).server.test_client()


def rows(client: FlaskClient, query: str) -> pd.DataFrame:
    answer = client.get(f"/v1/waarden?{query}&formaat=csv")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return pd.read_csv(io.StringIO(answer.get_data(as_text=True)), keep_default_na=False, na_values=[""])


def test_gemeenten_sum_to_the_pinned_total(client: FlaskClient) -> None:
    gemeenten = rows(client, "indicator=misdrijven&niveau=gemeente&jaar=2023")
    assert len(gemeenten) == 342
    assert gemeenten["schatting"].sum() == 801_717
    assert (gemeenten["standaardfout"] == 0).all()


def test_every_buurt_has_a_status(client: FlaskClient) -> None:
    buurten = rows(client, "indicator=misdrijven&niveau=buurt&jaar=2023")
    assert len(buurten) == buurten["gebiedscode"].nunique() == 14_574
    assert set(buurten["status"]) <= {"ok", "geheim", "ontbreekt", "nvt"}
    absent = buurten[buurten["status"] == "ontbreekt"]
    assert len(absent) == 80  # all of Best, most of Voorst, Zoetermeer and Heeze-Leende, some more
    assert absent["schatting"].isna().all()


def test_withheld_stays_withheld(client: FlaskClient) -> None:
    inhabitants = rows(client, "indicator=inwoners&niveau=buurt&jaar=2024")
    withheld = inhabitants[inhabitants["status"] == "geheim"]
    assert len(withheld) == 478
    assert withheld[["schatting", "standaardfout", "cijfer"]].isna().all(axis=None)


def test_crimes_without_a_buurt_stay_visible(client: FlaskClient, release: Release) -> None:
    gemeenten = rows(client, "indicator=misdrijven&niveau=gemeente&jaar=2023").set_index("gebiedscode")
    buurten = rows(client, "indicator=misdrijven&niveau=buurt&jaar=2023")
    known = (
        buurten.assign(gemeente="GM" + buurten["gebiedscode"].str[2:6]).groupby("gemeente")["schatting"].sum()
    )
    rests = release.rests("misdrijven", 2023, "buurt")
    for code, total in gemeenten["schatting"].items():
        assert rests.get(release.regions[code].position, 0) == total - known[code]
    assert release.rest("misdrijven", 2023, "GM0753")["buurt"] == gemeenten.loc["GM0753", "schatting"]


def test_a_mayor_of_borne_sees_more_than_one_theme(release: Release, client: FlaskClient) -> None:
    """All that the files at hand can carry; Borne is GM0147."""
    rates = [one for one in release.figures if one.rate]
    assert {one.theme for one in rates} >= {"leefbaarheid", "wonen", "bevolking"}
    at = release.regions["GM0147"].position
    for one in release.figures:
        values = release.values(one.id, max(release.years(one.id)))
        assert np.isfinite(values.figure[at]), one.id
    page = client.get("/gebied/GM0147").get_data(as_text=True)
    assert all(one.name["nl"] in page for one in release.figures)


@pytest.mark.parametrize(
    ("indicator", "national"), [("bewonersperhuishouden", 2.14), ("ouderen", 20.5), ("kinderen", 15.1)]
)
def test_the_land_has_the_published_level(release: Release, indicator: str, national: float) -> None:
    values = release.values(indicator, 2024)
    assert values.rate[0] == pytest.approx(national, abs=0.05 if national > 10 else 0.005)
    gemeenten = values.rate[release.regions.slice("gemeente")]
    assert len(gemeenten) == 342 and np.isfinite(gemeenten).all()
    # The classes of the map tell gemeenten apart: all are in use, none holds more than half.
    classes = np.searchsorted(release.indicators[indicator].breaks, gemeenten, side="right")
    assert 0 < np.bincount(classes, minlength=5).min() <= np.bincount(classes).max() <= len(gemeenten) / 2


def test_children_add_up(release: Release) -> None:
    assert largest_gap(release) < TOLERANCE


def test_public_figures_cost_nothing(client: FlaskClient) -> None:
    budget = client.get("/v1/budget").get_json()
    assert not any(budget.get("boekingen", budget.get("posten", [])))
