"""What the resources beside the figures tell."""

import csv
import io
import zipfile

import pytest
from flask.testing import FlaskClient
from sqlalchemy import insert

from dashboard.api.areas import folded, search, within
from etl.findings import clusters, stands_out
from etl.release import schema_ledger
from etl.release.read import Release, Store
from geodata.regions import build_regions
from tests.samples.tiny_site import tiny_server, tiny_store


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("Middelveen", "GM9002"),
        ("middel", "GM9002"),
        ("MÍDDELVEEN", "GM9002"),
        ("gm9003", "GM9003"),
        ("BU90030101", "BU90030101"),
        ("ouderland", "PV91"),
        ("zijl", "GM9003"),
    ],
)
def test_an_area_is_found_by_name_or_code_in_any_case_and_accent(
    client: FlaskClient, words: str, first: str
) -> None:
    found = client.get("/v1/gebieden", query_string={"zoek": words}).json["gebieden"]
    assert found[0]["code"] == first


def test_the_best_fit_comes_first_and_among_equals_the_larger_area() -> None:
    names = {
        "GM0001": ("Oud Veen", "gemeente"),
        "GM0002": ("Veen", "gemeente"),
        "GM0003": ("Veendam", "gemeente"),
        "GM0004": ("Hoogeveen", "gemeente"),
        "WK000200": ("Veen", "wijk"),
        "BU00020000": ("'t Veen", "buurt"),
    }
    parents = {"gemeente": "RE01", "wijk": "GM0002", "buurt": "WK000200"}
    areas = [("NL00", "Land", "land", None), ("RE01", "Regio", "regio", "NL00")]
    areas += [(code, name, level, parents[level]) for code, (name, level) in names.items()]
    regions = build_regions("v", 2024, areas, {"provincie": [("PV01", "Veen", ["GM0002", "GM0003"])]})
    found = [region.code for region in search(regions, "veen")]
    assert found == ["GM0002", "PV01", "WK000200", "GM0003", "GM0001", "BU00020000", "GM0004"]
    assert [region.code for region in search(regions, "veen", level="gemeente", limit=2)] == [
        "GM0002",
        "GM0003",
    ]
    inside = within(regions, "PV01", "gemeente")
    assert [region.code for region in search(regions, "oud", inside=inside)] == []
    assert search(regions, " '- ") == ()


def test_folding_forgets_accents_capitals_and_signs() -> None:
    assert folded("'s-Gravenhage") == "s gravenhage"
    assert folded("Súdwest-Fryslân") == "sudwest fryslan"


def test_a_search_has_a_limit_and_a_list_has_not(client: FlaskClient, release: Release) -> None:
    assert len(client.get("/v1/gebieden?zoek=buurt&aantal=3").json["gebieden"]) == 3
    assert len(client.get("/v1/gebieden").json["gebieden"]) == len(release.regions)
    assert len(client.get("/v1/gebieden?niveau=wijk&binnen=GM9001").json["gebieden"]) == 2
    assert client.get("/v1/gebieden?zoek=bestaatniet").json["gebieden"] == []


def test_an_area_knows_what_lies_around_it(client: FlaskClient) -> None:
    body = client.get("/v1/gebieden/GM9002").json
    assert [step["code"] for step in body["pad"]] == ["KL00", "RE91", "GM9002"]
    assert [child["code"] for child in body["kinderen"]] == ["WK900200", "WK900201"]
    assert [group["code"] for group in body["groeperingen"]] == ["PV92"]
    west, south, east, north = body["omkadering"]
    assert west < east and south < north and 3 < west < 8 and 50 < south < 54


def test_an_indicator_says_what_it_does_not_say_and_how_it_is_protected(client: FlaskClient) -> None:
    entries = {entry["id"]: entry for entry in client.get("/v1/indicatoren").json["indicatoren"]}
    private, public = entries["drugsverdachten"], entries["misdrijven"]
    assert private["bescherming"]["rho"] == "0.1" and private["bescherming"]["eenheid"] == "person"
    assert public["bescherming"] is None and public["klassengrenzen"] == [3, 5, 7, 9]
    assert public["zegtNiet"] == {"nl": "Niet alles wordt gemeld.", "en": "Not everything is reported."}
    assert [year["jaar"] for year in public["jaren"]] == [2021, 2022, 2023]
    assert public["doel"]["eigenaar"] == "Kleinland" and public["doel"]["einde"] == "2029-01-01"


def test_sources_carry_purpose_licence_and_checksums(client: FlaskClient) -> None:
    (source,) = client.get("/v1/bronnen").json["bronnen"]
    assert source["licentie"] == "CC BY 4.0" and source["vertrouwelijk"] is False
    assert source["bestanden"] == [{"naam": "kerncijfers.csv", "sha256": "0" * 64}]
    verified = {column["naam"]: column["nagegaan"] for column in source["kolommen"]}
    assert verified == {"aantal_inwoners": True, "aantal_misdrijven": False}


def test_the_budget_shows_every_debit_and_what_is_left(tmp_path_factory: pytest.TempPathFactory) -> None:
    store: Store = tiny_store(tmp_path_factory.mktemp("ledger"))
    client = tiny_server(store).test_client()
    assert client.get("/v1/budget").json["budget"] == []
    row = {
        "seq": 1,
        "release_id": "tiny-1",
        "unit": "person",
        "nano_rho": 300_000_001,
        "cap": 1_000_000_000,
        "digest": "d",
        "measured": "m",
        "recorded_at": "2026-01-01T00:00:00+00:00",
        "previous_hash": "0" * 64,
        "hash": "1" * 64,
    }
    with store._engine.begin() as connection:
        connection.execute(insert(schema_ledger.ledger_entry), row)
    body = client.get("/v1/budget").json
    assert body["budget"] == [
        {"eenheid": "person", "rhoBesteed": "0.300000001", "rhoGrens": "1", "rhoOver": "0.699999999"}
    ]
    assert body["boekingen"][0]["controlegetal"] == "1" * 64


def test_what_stands_out_is_what_the_page_of_the_area_says(client: FlaskClient, release: Release) -> None:
    for code in ("GM9001", "GM9002", "GM9003"):
        told = client.get(f"/v1/bevindingen?gebied={code}").json
        found = stands_out(release, code, 20)
        assert [(one["indicator"], one["p"]) for one in told["bevindingen"]] == [
            (one.indicator, one.p) for one in found
        ]
    assert client.get("/v1/bevindingen").status_code == 400


def test_patterns_are_those_of_the_release(client: FlaskClient, release: Release) -> None:
    told = client.get("/v1/patronen?indicator=misdrijven&niveau=buurt&jaar=2023").json
    found = clusters(release, "misdrijven", 2023, "buurt")
    assert told["burenBekend"] is True
    assert [tuple(one["gebieden"]) for one in told["groepen"]] == [one.codes for one in found]
    refused = client.get("/v1/patronen?indicator=inwoners&niveau=wijk")
    assert refused.status_code == 400 and refused.json["errors"][0]["location"] == {"name": "indicator"}


def test_one_area_comes_with_every_figure_and_year(client: FlaskClient, release: Release) -> None:
    answer = client.get("/v1/gebieden/GM9001/waarden.zip")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        lines = list(csv.DictReader(io.TextIOWrapper(archive.open("waarden.csv"), "utf-8")))
        assert release.info.citation in archive.read("README.txt").decode()
    asked = {(name, str(year)) for name in release.indicators for year in release.years(name)}
    assert {(line["indicator"], line["jaar"]) for line in lines} == asked
    assert {line["gebiedscode"] for line in lines} == {"GM9001"} and len(lines) == len(asked)
