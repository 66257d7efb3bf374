"""A frame that cannot show its figure still reads, and says why."""

import html
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from dashboard.embed import KINDS
from etl.release.engine import open_engine
from etl.release.read import Store
from tests.samples.tiny_release import EMPTY, MISSING, WITHHELD
from tests.samples.tiny_site import publish, tiny_server, tiny_store

MORE = {
    "kaart": "&niveau=gemeente",
    "trend": "&gebied=GM9001",
    "vergelijking": "&gebieden=GM9001,GM9002",
    "cijfer": "&gebied=GM9001",
    "tabel": "&niveau=gemeente",
}


@pytest.fixture
def removed(tmp_path: Path) -> FlaskClient:
    """A site from whose database the old release was taken; the new one says that it followed it."""
    tiny_store(tmp_path)
    publish(tmp_path, "tiny-2")
    engine = open_engine(f"sqlite:///{tmp_path / 'tiny.db'}")
    with engine.begin() as connection:
        for table in ("cell", "rest"):
            connection.execute(
                text(
                    f"DELETE FROM {table} WHERE series_no IN (SELECT no FROM series WHERE release_id = :id)"
                ),
                {"id": "tiny-1"},
            )
        for table, column in (
            ("series", "release_id"),
            ("indicator", "release_id"),
            ("source", "release_id"),
        ):
            connection.execute(text(f"DELETE FROM {table} WHERE {column} = 'tiny-1'"))
        connection.execute(text("DELETE FROM release WHERE id = 'tiny-1'"))
        told = '{"follows": "tiny-1", "reasons": [{"nl": "Beter.", "en": "Better."}]}'
        connection.execute(text("UPDATE release SET changes = :told"), {"told": told})
    return tiny_server(Store(engine)).test_client()


@pytest.mark.parametrize("kind", KINDS)
def test_a_frozen_frame_of_a_release_that_was_removed_says_so_and_leads_on(
    removed: FlaskClient, kind: str
) -> None:
    address = f"/embed/{kind}?indicator=misdrijven{MORE[kind]}"
    answer = removed.get(f"{address}&release=tiny-1")
    assert (answer.status_code, answer.mimetype) == (410, "text/html")
    assert "Deze uitgave staat hier niet" in answer.text and "niet ongemerkt" in answer.text
    start = answer.text.index('<a href="') + 9
    link = html.unescape(answer.text[start : answer.text.index('"', start)])
    assert "release=" not in link and link.startswith("/")
    assert removed.get(f"{address}&release=tiny-1&taal=en").text.count("This release is not here") == 2
    # One that never was is not "gone".
    assert removed.get(f"{address}&release=nooit-1").status_code == 404
    # Figures of today never stand in for those that were frozen.
    assert "<svg" not in answer.text and "<td" not in answer.text


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("ending", "media"), [("svg", "image/svg+xml"), ("png", "image/png")])
def test_a_picture_is_never_a_broken_picture(
    removed: FlaskClient, kind: str, ending: str, media: str
) -> None:
    for more, status in (("&release=tiny-1", 410), ("&jaar=1999", 404), ("&kleur=geel", 400)):
        answer = removed.get(f"/embed/{kind}.{ending}?indicator=misdrijven{MORE[kind]}{more}")
        assert answer.mimetype == media
        if (kind, more) != ("trend", "&jaar=1999"):  # a trend has no year: another fault
            assert answer.status_code == status
        if ending == "svg":
            assert answer.data.startswith(b"<svg") and b"<script" not in answer.data
        else:
            assert answer.data[:8] == b"\x89PNG\r\n\x1a\n"


def test_the_message_keeps_to_the_theme_of_its_page(removed: FlaskClient) -> None:
    dark = removed.get("/embed/cijfer?indicator=nee&thema=donker").text
    assert "thema=donker" in dark
    assert "thema=auto" in removed.get("/embed/cijfer?indicator=nee").text


def test_a_cell_without_a_figure_says_why(client: FlaskClient) -> None:
    """Withheld, missing, too few and too uncertain each have their own sentence."""
    told = {
        ("misdrijven", WITHHELD): "De bron geeft dit cijfer niet vrij.",
        ("misdrijven", MISSING): "De bron heeft hier geen cijfer.",
        ("misdrijven", EMPTY): "Er is te weinig om het door te delen.",
        ("drugsverdachten", "BU90010000"): "De marge is zo groot",
    }
    for (indicator, code), why in told.items():
        asked = f"indicator={indicator}&gebied={code}&jaar=2023"
        assert why in client.get(f"/embed/cijfer?{asked}").text, code
        assert why.split()[-1] in client.get(f"/embed/cijfer.svg?{asked}").text
