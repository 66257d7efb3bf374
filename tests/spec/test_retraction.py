"""A withdrawn figure says so wherever it is shown, at once, and the release itself stays as it was."""

import datetime as dt
import re
from html import unescape
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from dashboard import create_app
from dashboard.embed import KINDS
from dashboard.settings import Settings
from etl import cli
from etl.catalogue.model import Text
from etl.errors import EtlError
from etl.release import schema
from etl.release.engine import open_engine
from etl.release.migrate import upgrade
from etl.release.read import Store
from etl.release.retract import read_retractions, retract
from etl.release.write import write_release
from tests.samples.tiny_release import publication
from tests.samples.tiny_site import publish, tiny_store

REASON = Text(nl="De bron telde een groep dubbel <b>.", en="The source counted a group twice <b>.")
TODAY = dt.date(2026, 11, 22)


def test_every_face_says_so_without_a_restart(tmp_path: Path) -> None:
    store = tiny_store(tmp_path)
    client = create_app(Settings(), store).server.test_client()
    embeds = [f"/embed/{kind}{ending}?indicator=drugsverdachten" for kind in KINDS for ending in ("", ".svg")]
    frozen = [f"{address}&release=tiny-1" for address in embeds]
    pages = ["/?indicator=drugsverdachten", "/gebied/GM9001", "/vergelijk?gebieden=GM9001"]
    before = {address: client.get(address).data for address in (*embeds, *frozen, *pages)}
    csv = client.get("/v1/waarden?indicator=drugsverdachten&release=tiny-1&formaat=csv").data
    assert client.get("/v1/intrekkingen").json["intrekkingen"] == []

    retract(open_engine(f"sqlite:///{tmp_path / 'tiny.db'}"), "tiny-1", "drugsverdachten", REASON, TODAY)

    for address in (*embeds, *frozen):
        text = client.get(address).text
        assert "ingetrokken op 22 november 2026" in text.replace("\n", " "), address
        assert "<b>" not in text and 'class="punt"' not in text and "<td" not in text
    english = client.get("/embed/trend?indicator=drugsverdachten&taal=en").text
    assert "was withdrawn on 22 November 2026" in english and "counted a group twice" in english
    for address in pages:
        text = client.get(address).text
        assert "Drugsverdachten is ingetrokken op 22 november 2026" in text, address
    assert "De bron telde een groep dubbel" in client.get("/tekst/accountability").text
    notice = client.get("/v1/intrekkingen").json["intrekkingen"][0]
    assert (notice["release"], notice["indicator"], notice["datum"]) == (
        "tiny-1",
        "drugsverdachten",
        "2026-11-22",
    )
    other = "/embed/trend?indicator=misdrijven"
    assert "ingetrokken" not in client.get(other).text
    assert client.get("/v1/waarden?indicator=drugsverdachten&release=tiny-1&formaat=csv").data == csv

    publish(tmp_path, "tiny-2")
    live, old = (client.get(address).text for address in (embeds[0], frozen[0]))
    assert "ingetrokken" not in live and "ingetrokken" in old
    assert before[embeds[0]] != live.encode()


WITHDRAWN = {
    "nl": ("Dit cijfer is ingetrokken op 22 november 2026", REASON.nl, "ingetrokken"),
    "en": ("This figure was withdrawn on 22 November 2026", REASON.en, "withdrawn"),
}
FIGURE = re.compile(r"<svg|class=\"(?:big|compared|drawn-trend|trend|small-multiples)\"|<td|data-map")
"""What a page shows of a figure: pictures, large figures, dots, cells of a table."""
PLACES = {
    "/?indicator=drugsverdachten": ('class="stage"', "</main>"),
    "/?indicator=drugsverdachten&gebied=GM9001&weergave=tabel": ('class="stage"', "</main>"),
    "/?indicator=drugsverdachten&gebied=GM9001&niveau=wijk&weergave=jaren": ('class="stage"', "</main>"),
    "/gebied/GM9001": ('<article class="card no-map" id="drugsverdachten"', "</article>"),
    "/gebied/GM9001/inhoud?": ('id="drugsverdachten"', "</article>"),
    "/vergelijk?gebieden=GM9001,GM9002&indicator=drugsverdachten": ('compare-card"', '"release-line'),
    "/vergelijk/inhoud?gebieden=GM9001,GM9002&indicator=drugsverdachten": ('compare-card"', '"release-line'),
    "/cirkel?gebied=GM9001&straal=3&indicator=drugsverdachten": ('compare-card"', 'circle-help"'),
    "/patronen?indicator=drugsverdachten&niveau=wijk": ('compare-card"', '"release-line'),
}
"""Address -> where it shows the figure: after the first of these texts, before the second."""


@pytest.mark.parametrize("language", ["nl", "en"])
def test_words_stand_in_the_place_of_the_figure(tmp_path: Path, language: str) -> None:
    store = tiny_store(tmp_path)
    client = create_app(Settings(), store).server.test_client()
    asked = {place: place + ("&" if "?" in place else "?") + f"taal={language}" for place in PLACES}
    for place, (first, last) in PLACES.items():
        shown = _between(client.get(asked[place]).text, first.replace(" no-map", ""), last)
        assert FIGURE.search(shown), place

    retract(open_engine(f"sqlite:///{tmp_path / 'tiny.db'}"), "tiny-1", "drugsverdachten", REASON, TODAY)

    when, why, _ = WITHDRAWN[language]
    for place, (first, last) in PLACES.items():
        shown = _between(client.get(asked[place]).text, first, last)
        assert when in shown and why in unescape(shown), place
        assert not FIGURE.search(shown), place


def _between(page: str, first: str, last: str) -> str:
    """A piece of the page, of its body."""
    found = page.partition("<main")[2] or page
    assert first in found
    return found.partition(first)[2].partition(last)[0]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_overview_and_the_brief_of_an_area_say_so(tmp_path: Path, language: str) -> None:
    store = tiny_store(tmp_path)
    client = create_app(Settings(), store).server.test_client()

    def row(address: str) -> str:
        page = client.get(address).text
        return _between(page, 'href="#drugsverdachten">', "</tr>")

    def brief() -> str:
        body = client.get(f"/gebied/GM9001/brief.pdf?taal={language}").data
        return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in PdfReader(BytesIO(body)).pages))

    page, (when, why, short) = f"/gebied/GM9001?taal={language}", WITHDRAWN[language]
    figure = re.search(r'class="number here">([^<]+)<', row(page))
    assert figure and short not in row(page) and when not in brief()
    retract(open_engine(f"sqlite:///{tmp_path / 'tiny.db'}"), "tiny-1", "drugsverdachten", REASON, TODAY)
    told, printed = row(page), brief()
    assert short in told and why in unescape(told) and figure[1] not in told and 'class="strip"' not in told
    assert when in printed and why in printed
    assert re.search(rf"2023 – {short} –", printed), printed


def test_no_browser_keeps_a_frozen_embed_longer_than_an_hour(tmp_path: Path) -> None:
    client = create_app(Settings(), tiny_store(tmp_path)).server.test_client()
    address = "/embed/trend?indicator=drugsverdachten&release=tiny-1"
    first = client.get(address)
    assert first.headers["Cache-Control"] == "public, max-age=3600"
    assert client.get(address, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    retract(open_engine(f"sqlite:///{tmp_path / 'tiny.db'}"), "tiny-1", "drugsverdachten", REASON, TODAY)
    assert client.get(address, headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_a_notice_is_stored_once_and_only_for_what_exists(database_url: str) -> None:
    engine = open_engine(database_url)
    upgrade(engine)
    write_release(engine, publication("tiny-1"))
    with pytest.raises(EtlError, match="found no figure 'nee'"):
        retract(engine, "tiny-1", "nee", REASON, TODAY)
    with pytest.raises(EtlError, match="empty reason"):
        retract(engine, "tiny-1", "misdrijven", Text(nl="Fout.", en=" "), TODAY)
    retract(engine, "tiny-1", "misdrijven", REASON, TODAY)
    with pytest.raises(EtlError, match="withdrawn on 2026-11-22 already"):
        retract(engine, "tiny-1", "misdrijven", REASON, TODAY)
    found = Store(engine).retractions()
    assert [(one.release, one.indicator, one.reason, one.date) for one in found] == [
        ("tiny-1", "misdrijven", REASON, TODAY)
    ]
    assert found[0].name.nl == "Geregistreerde misdrijven"
    engine.dispose()


def test_a_store_of_an_older_version_has_no_notices(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'old.db'}")
    schema.metadata.create_all(engine, tables=[schema.release, schema.vintage, schema.indicator])
    assert read_retractions(engine) == ()


def test_the_command_puts_the_notice(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    database = f"sqlite:///{tmp_path / 'own.db'}"
    engine = open_engine(database)
    upgrade(engine)
    write_release(engine, publication("tiny-1"))
    reasons = ["--reason-nl", REASON.nl, "--reason-en", REASON.en, "--database", database]
    assert cli.main(["retract", "tiny-1", "misdrijven", *reasons]) == 0
    assert "/verantwoording" in capsys.readouterr().out
    assert cli.main(["retract", "tiny-1", "misdrijven", *reasons]) == 1
    with engine.connect() as connection:
        assert (
            connection.scalar(select(schema.metadata.tables["retraction"].c.date))
            == dt.datetime.now(dt.UTC).date()
        )
