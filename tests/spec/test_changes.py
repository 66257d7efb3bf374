"""Each release says what changed since the one it follows, and why: in files, pages, API and feed."""

import datetime as dt
import html
import io
import json
import zipfile
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from rdflib import Graph, Namespace, URIRef
from rdflib.namespace import DCTERMS, RDF
from sqlalchemy import text

from dashboard import create_app
from dashboard.settings import Settings
from etl import cli, pipeline
from etl.catalogue.load import load_config
from etl.catalogue.model import Text
from etl.errors import InputError
from etl.release.read import Store
from etl.release.retract import retract
from tests.samples import tiny_run

REASONS = (
    Text(nl="De bron vulde 2023 aan <b>.", en="The source completed 2023 <b>."),
    Text(nl="Wij tellen nu per kwartaal.", en="We now count by quarter."),
)
ATOM = "{http://www.w3.org/2005/Atom}"
DCAT = Namespace("http://www.w3.org/ns/dcat#")
PUBLIC = {"indicators": ("inwoners", "huishoudens"), "privacy": {}}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("sources")
    tiny_run.write_sources(made)
    return made


@pytest.fixture
def database(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'own.db'}"


def test_a_release_that_follows_in_silence_is_refused_before_it_spends(folder: Path, database: str) -> None:
    engine = tiny_run.publish(folder, database, id="kleinland-1")
    spent = [debit.seq for debit in Store(engine).ledger()]
    with pytest.raises(InputError) as refused:
        tiny_run.publish(folder, database, id="kleinland-2")
    told = str(refused.value)
    assert "config kleinland-2: follows: found nothing, while kleinland-1 is published" in told
    assert 'follows = "kleinland-1", and [[changes]] with nl and en' in told
    assert [info.id for info in Store(engine).releases()] == ["kleinland-1"]
    assert spent and [debit.seq for debit in Store(engine).ledger()] == spent


def test_a_release_follows_only_one_that_is_there(folder: Path, database: str) -> None:
    tiny_run.publish(folder, database, id="kleinland-1", **PUBLIC)
    with pytest.raises(InputError, match=r"follows: found 'nederland-1'.*expected one of kleinland-1"):
        tiny_run.publish(folder, database, id="x-1", follows="nederland-1", changes=REASONS, **PUBLIC)


@pytest.mark.parametrize("lines", ['follows = "kleinland-1"', '[[changes]]\nnl = "Iets."\nen = "A thing."'])
def test_reasons_and_what_they_are_about_come_together(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], lines: str
) -> None:
    path = tiny_run.write_config(tmp_path / "kleinland-2.toml")
    plain = path.read_text(encoding="utf-8")
    kept = [line for line in plain.splitlines() if not line.startswith(("follows", "changes"))]
    path.write_text("\n".join([*kept, lines]), encoding="utf-8")
    with pytest.raises(InputError, match=r"follows goes with \[\[changes\]\] in nl and en"):
        load_config(path)
    assert cli.main(["check", str(path), "--sources", str(tmp_path)]) == 1
    assert "what changed since then, and why" in capsys.readouterr().err


def test_every_reader_finds_the_reasons(folder: Path, database: str) -> None:
    engine = tiny_run.publish(folder, database, id="kleinland-1", **PUBLIC)
    client = create_app(Settings(), Store(engine)).server.test_client()
    old = client.get("/v1/releases/kleinland-1/alles.zip").data
    tiny_run.publish(folder, database, id="kleinland-2", follows="kleinland-1", changes=REASONS, **PUBLIC)

    newest, first = client.get("/v1/releases").json["releases"]
    assert (first["volgtOp"], first["redenen"]) == (None, [])
    assert newest["volgtOp"] == "kleinland-1"
    assert newest["redenen"] == [one.model_dump() for one in REASONS]
    assert client.get("/v1/releases/kleinland-2").json["wijzigingen"]["vorige"] == "kleinland-1"

    for address, language in (("/verantwoording", "nl"), ("/verantwoording?taal=en", "en")):
        page = client.get(address).text
        assert all(html.escape(reason[language]) in page for reason in REASONS)
        assert "<b>." not in page

    with zipfile.ZipFile(io.BytesIO(client.get("/v1/releases/kleinland-2/alles.zip").data)) as archive:
        for name, language in (("LEESMIJ.txt", "nl"), ("README.txt", "en")):
            told = archive.read(name).decode()
            assert all(reason[language] in told for reason in REASONS)
        assert json.loads(archive.read("release.json"))["redenen"] == newest["redenen"]
    assert client.get("/v1/releases/kleinland-1/alles.zip").data == old


def test_the_feed_tells_of_releases_and_withdrawals(folder: Path, database: str) -> None:
    engine = tiny_run.publish(folder, database, id="kleinland-1", **PUBLIC)
    tiny_run.publish(folder, database, id="kleinland-2", follows="kleinland-1", changes=REASONS, **PUBLIC)
    site = create_app(Settings(origin="https://cijfers.example"), Store(engine)).server.test_client()
    page = site.get("/").text
    assert '<link rel="alternate" type="application/atom+xml" href="/v1/releases.atom"' in page
    answer = site.get("/v1/releases.atom")
    assert answer.mimetype == "application/atom+xml"
    feed = ET.fromstring(answer.data)
    entries = {one.findtext(f"{ATOM}id"): one for one in feed.iter(f"{ATOM}entry")}
    here = "https://cijfers.example/v1/releases"
    assert set(entries) == {f"{here}/kleinland-1", f"{here}/kleinland-2"}
    told = str(entries[f"{here}/kleinland-2"].findtext(f"{ATOM}content"))
    assert all(reason.nl in told and reason.en in told for reason in REASONS)
    # RFC 4287: each entry has an id, a title and a date; the feed the newest date of them.
    dates = [str(one.findtext(f"{ATOM}updated")) for one in feed.iter(f"{ATOM}entry")]
    assert all(dt.datetime.fromisoformat(date).tzinfo for date in dates)
    assert feed.findtext(f"{ATOM}updated") == max(dates) and dates == sorted(dates, reverse=True)
    assert [link.get("href") for link in feed.findall(f"{ATOM}link[@rel='self']")] == [f"{here}.atom"]

    retract(engine, "kleinland-1", "inwoners", REASONS[0], dt.date(2099, 1, 1))
    newest = next(ET.fromstring(site.get("/v1/releases.atom").data).iter(f"{ATOM}entry"))
    assert newest.findtext(f"{ATOM}title", "").startswith("Ingetrokken uit kleinland-1: ")
    assert REASONS[0].en in str(newest.findtext(f"{ATOM}content"))


# rdflib warns of a class that its own JSON-LD reader uses.
@pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")
def test_a_data_portal_finds_each_release_with_its_files(folder: Path, database: str) -> None:
    """What DCAT-AP-NL 3.0 makes mandatory for a catalogue, a dataset and a distribution, read with rdflib."""
    engine = tiny_run.publish(folder, database, id="kleinland-1", **PUBLIC)
    tiny_run.publish(folder, database, id="kleinland-2", follows="kleinland-1", changes=REASONS, **PUBLIC)
    site = create_app(Settings(origin="https://cijfers.example"), Store(engine)).server.test_client()
    graph = Graph().parse(data=site.get("/v1/catalogus.jsonld").text, format="json-ld")
    (catalogue,) = graph.subjects(RDF.type, DCAT.Catalog)
    datasets = set(graph.objects(catalogue, DCAT.dataset))
    here = "https://cijfers.example/v1/releases"
    assert datasets == {URIRef(f"{here}/kleinland-1"), URIRef(f"{here}/kleinland-2")}
    for node in (catalogue, *datasets):
        assert len(set(graph.objects(node, DCAT.contactPoint))) == 1
        assert len(set(graph.objects(node, DCTERMS.publisher))) == 1
        assert {one.language for one in graph.objects(node, DCTERMS.title)} == {"nl", "en"}
        assert set(graph.objects(node, DCTERMS.description))
    for node in datasets:
        for once in (DCTERMS.identifier, DCTERMS.accessRights, DCTERMS.creator, DCAT.theme):
            assert len(set(graph.objects(node, once))) == 1, once
        files = set(graph.objects(node, DCAT.distribution))
        assert len(files) == 3
        for file in files:
            (address,) = graph.objects(file, DCAT.accessURL)
            (licence,) = graph.objects(file, DCTERMS.license)
            assert "creativecommons.org/licenses/by/4.0" in licence
            assert site.head(str(address).removeprefix("https://cijfers.example")).status_code == 200
    assert set(graph.objects(URIRef(f"{here}/kleinland-2"), DCAT.previousVersion)) == {
        URIRef(f"{here}/kleinland-1")
    }


def test_a_store_of_an_older_version_still_reads(folder: Path, database: str) -> None:
    engine = tiny_run.publish(folder, database, id="kleinland-1", **PUBLIC)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE release DROP COLUMN changes"))
    (info,) = Store(engine).releases()
    assert (info.follows, info.reasons) == (None, ())


def test_a_release_declared_before_reasons_existed_keeps_its_checksum(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Run again with this version, it is found, not refused as another release."""
    seen: list[dict[str, object]] = []
    monkeypatch.setattr(pipeline, "_digest", lambda value: seen.append(value) or "digest")
    for more in ({}, {"follows": "kleinland-0", "changes": REASONS}):
        pipeline.prepare(tiny_run.config(**PUBLIC, **more), folder, lambda step: None)
    without, with_reasons = (one["config"] for one in seen if "config" in one)
    assert not {"follows", "changes"} & set(without)  # type: ignore[call-overload]
    assert {"follows", "changes"} <= set(with_reasons)  # type: ignore[call-overload]
