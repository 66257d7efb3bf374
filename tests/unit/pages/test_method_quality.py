"""`/methode` shows how well the method hits the truth, wherever a release of the store was set beside it."""

import html
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from dashboard import create_app
from dashboard.settings import Settings
from dashboard.text import words
from etl.release import schema
from etl.release.engine import open_engine
from etl.release.quality import Comparison, Row
from etl.release.read import Store
from etl.release.write import write_release
from tests.samples.tiny_release import publication
from tests.unit.pages.conftest import Parsed

Read = Callable[[str], Parsed]
NOTHING = float("nan")
FOUND = Comparison(
    release="tiny-1",
    indicator="misdrijven",
    redraws=60,
    years=(2022, 2023),
    rows=(
        Row("land", 2, 14.38, 15.71, 1.5, 0.00001, 0.5, 0.9495, 0.0198, areas=1),
        Row("buurt", 2000, 2.914, 2.921, -0.011, 0.0719, 0.95, 0.9499, 0.0003, areas=1000),
        Row("buurt", 400, 2.5, 2.6, 0.13, NOTHING, 0.94, 0.9488, 0.0005, 200, 100_000, None),
        Row("buurt", 1600, 3.0, 2.95, 0.0, 0.05, 0.953, 0.9502, 0.0004, 800, 1_000, 10_000),
    ),
)


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    made = open_engine(f"sqlite:///{tmp_path / 'own.db'}")
    schema.metadata.create_all(made)
    return made


def page(engine: Engine, language: str = "nl") -> str:
    client = create_app(Settings(), Store(engine)).server.test_client()
    read = Parsed()
    read.feed(client.get(f"/methode?taal={language}").text)
    return html.unescape(read.text).replace("\N{NO-BREAK SPACE}", " ")


def test_every_number_is_that_of_the_comparison(engine: Engine) -> None:
    write_release(engine, replace(publication(), quality=(FOUND,)))
    assert Store(engine).releases()[0].quality[0].rows[1] == FOUND.rows[1], "stored and read again"
    told = page(engine)
    assert words("nl")("method.quality_title") in told
    assert "Land1 van 214,4< 0,1%1" in told
    assert "Buurt95,0 van 1002,97,2%1.000" in told
    assert "Buurt, 100.000 en meer4002,502,600,13–94,0%94,88% ± 0,10" in told
    assert "Buurt, 1.000 tot 10.0001.6003,002,950,005,00%95,3%95,02% ± 0,08" in told
    assert "Neighbourhood95.0 of 1002.97.2%1,000" in page(engine, "en")


def test_another_release_of_the_store_will_do(engine: Engine) -> None:
    write_release(engine, replace(publication(), quality=(FOUND,)))
    write_release(engine, publication("tiny-2"))
    with engine.begin() as connection:
        connection.execute(text("UPDATE release SET published = '2020-01-01' WHERE id = 'tiny-1'"))
    assert Store(engine).release().info.id == "tiny-2"
    told = page(engine)
    assert "uitgave tiny-1" in told
    assert words("nl")("method.quality_elsewhere").strip()[:40] in told
    assert words("nl")("method.quality").strip()[:40] not in told


def test_without_a_test_there_is_no_such_section(read: Read) -> None:
    assert words("nl")("method.quality_title") not in read("/methode").text
    assert "proef" not in read("/methode").ids


def test_a_store_without_the_newest_columns_still_reads(engine: Engine) -> None:
    """The site may meet a store that no run of this version has touched."""
    write_release(engine, replace(publication(), quality=(FOUND,)))
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE release DROP COLUMN quality"))
        connection.execute(text("ALTER TABLE release DROP COLUMN privacy"))
    (info,) = Store(engine).releases()
    assert (info.id, info.privacy, info.quality) == ("tiny-1", {}, ())
    assert words("nl")("method.quality_title") not in page(engine)
