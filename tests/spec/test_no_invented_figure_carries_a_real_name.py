"""Invariant 6: synthetic data exists only in the fictional country, and every page that shows it says so."""

from pathlib import Path

import pandas as pd
import pytest
from flask.testing import FlaskClient

from dashboard import create_app
from dashboard.settings import Settings
from etl import pipeline
from etl.catalogue.load import load_config
from etl.demo.build import build
from etl.errors import InputError
from etl.release.read import Store
from tests.conftest import CHECKOUT
from tests.samples import tiny_run

PAGES = (
    "/",
    "/?niveau=buurt&gebied=BU90010001",
    "/?gebied=GM9001&taal=en",
    "/embed/kaart?indicator=drugsverdachten",
    "/embed/trend?indicator=drugsverdachten&gebied=GM9001",
    "/bestaat-niet",
)


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sources")
    tiny_run.write_sources(folder)
    return folder


def test_invented_codes_need_a_configuration_that_says_fictional(sources: Path) -> None:
    with pytest.raises(InputError) as refusal:
        pipeline.prepare(tiny_run.config(fictional=False), sources, lambda step: None)
    assert any(fault.where == "fictional" for fault in refusal.value.faults)


def test_real_codes_refuse_a_configuration_that_says_fictional(shared_data: Path) -> None:
    config = load_config(CHECKOUT / "config" / "nl2024.toml").model_copy(update={"fictional": True})
    with pytest.raises(InputError) as refusal:
        pipeline.prepare(config, shared_data / "nl2024", lambda step: None)
    assert any(fault.where == "fictional" for fault in refusal.value.faults)


def site(sources: Path, folder: Path) -> FlaskClient:
    engine = tiny_run.publish(sources, f"sqlite:///{folder / 'release.db'}")
    return create_app(Settings(), Store(engine)).server.test_client()


def silent_pages(client: FlaskClient) -> list[str]:
    """Pages that show the fictional country and do not say so."""
    answers = {page: client.get(page).get_data(as_text=True).lower() for page in PAGES}
    return [page for page, shown in answers.items() if "fictief" not in shown and "fictional" not in shown]


def test_every_page_of_the_fictional_country_says_so(sources: Path, tmp_path: Path) -> None:
    assert silent_pages(site(sources, tmp_path)) == []


def test_demo_names_and_codes_are_no_real_ones(shared_data: Path, tmp_path: Path) -> None:
    build(tmp_path / "demo", "tiny", progress=False)
    real, invented = (
        pd.read_csv(folder / "gebieden_2024.csv", dtype=str).set_index("gemeentecode")["gemeentenaam"]
        for folder in (shared_data / "nl2024", tmp_path / "demo")
    )
    assert len(invented)
    assert all(code >= f"GM{pipeline.FICTIONAL_FROM}" for code in invented.index)
    assert not set(invented) & set(real)
