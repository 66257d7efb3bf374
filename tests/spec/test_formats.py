"""Each format of /v1/waarden, read back with the reader its users use, equals the store: every cell, every
status, every null. Readers: pandas (CSV, JSON), pyarrow (Parquet), GDAL and geopandas (GeoJSON,
GeoPackage), pyjstat (JSON-stat), csvw (the CSV and its description, over a real HTTP address).
"""

import hashlib
import io
import json
import threading
import urllib.request
import warnings
import zipfile
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely
from csvw import CSVW
from flask import Flask
from flask.testing import FlaskClient
from pyjstat import pyjstat
from werkzeug.serving import make_server

from dashboard.api.rows import COLUMNS, MEASURES
from dashboard.numbers import STATUS_ORDER
from etl.release.read import Release, Store
from tests.samples import tiny, tiny_run
from tests.samples.tiny_release import EMPTY, MISSING, WITHHELD
from tests.samples.tiny_site import tiny_server, tiny_store

INDICATORS = ("misdrijven", "drugsverdachten", "inwoners")
TEXTS = [name for name in COLUMNS if name not in MEASURES and name != "jaar"]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return tiny_store(tmp_path_factory.mktemp("formats"))


@pytest.fixture(scope="module")
def release(store: Store) -> Release:
    return store.release()


@pytest.fixture(scope="module")
def server(store: Store) -> Flask:
    return tiny_server(store)


@pytest.fixture(scope="module")
def client(server: Flask) -> FlaskClient:
    return server.test_client()


@pytest.fixture(scope="module")
def address(server: Flask) -> Iterator[str]:
    """The server behind a real HTTP address."""
    http = make_server("127.0.0.1", 0, server, threaded=True)
    thread = threading.Thread(target=http.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{http.server_port}"
    http.shutdown()
    thread.join()
    http.server_close()


def equals_store(table: pd.DataFrame, release: Release, indicator: str, level: str | None = None) -> None:
    """Every row of the table is the store's, in its order; nothing is rounded and no null became a number."""
    regions = release.regions
    span = slice(0, len(regions)) if level is None else regions.slice(level)
    assert list(table.columns) == list(COLUMNS)
    years = sorted(set(table["jaar"]))
    assert len(table) == len(years) * (span.stop - span.start) > 0
    for year in years:
        rows, values = table[table["jaar"] == year], release.values(indicator, int(year), level)
        assert tuple(rows["gebiedscode"]) == regions.codes[span]
        assert tuple(rows["gebiedsnaam"]) == regions.names[span]
        assert tuple(rows["niveau"]) == regions.level[span]
        for column, attribute in MEASURES.items():
            found = pd.to_numeric(rows[column]).to_numpy(dtype=float, na_value=np.nan)
            np.testing.assert_array_equal(found, getattr(values, attribute), err_msg=column)
        assert [text or "" for text in rows["klasse"].fillna("")] == [
            values.letter(row) for row in range(len(values))
        ]
        assert list(rows["status"]) == [STATUS_ORDER[status] for status in values.status]
        assert set(rows["release"]) == {release.info.id}
        assert set(rows["indeling"]) == {release.info.vintage}
        assert rows["eenheid"].str.len().min() > 0


@pytest.mark.parametrize("indicator", INDICATORS)
def test_csv_with_pandas(client: FlaskClient, release: Release, indicator: str) -> None:
    body = client.get(f"/v1/waarden?indicator={indicator}&formaat=csv").data
    strings = dict.fromkeys(TEXTS, str)
    table = pd.read_csv(io.BytesIO(body), dtype=strings)
    equals_store(table, release, indicator)


@pytest.mark.parametrize("indicator", INDICATORS)
@pytest.mark.parametrize("size", [7, 20_000])
def test_json_page_after_page_by_its_links(
    client: FlaskClient, release: Release, indicator: str, size: int
) -> None:
    link, rows, pages = f"/v1/waarden?indicator={indicator}&paginagrootte={size}", [], 0
    while link:
        answer = client.get(link)
        body, pages = answer.json, pages + 1
        rows += body["waarden"]
        assert body["pagina"] == pages and body["licentie"]["naam"] and body["citaat"]
        link = body["_links"].get("next", {}).get("href", "")
        assert f'<{link}>; rel="next"' in answer.headers["Link"] or not link
    assert len(rows) == body["aantalRijen"] and pages == -(-len(rows) // size)
    equals_store(pd.DataFrame(rows), release, indicator)


@pytest.mark.parametrize("indicator", INDICATORS)
def test_parquet_with_pyarrow(client: FlaskClient, release: Release, indicator: str) -> None:
    table = pq.read_table(io.BytesIO(client.get(f"/v1/waarden?indicator={indicator}&formaat=parquet").data))
    told = json.loads(table.schema.metadata[b"regiobeeld"])
    assert told["citaat"] == release.info.citation and told["licentie"] == "CC BY 4.0"
    assert (
        table.column("schatting").null_count
        == np.isnan([release.values(indicator, year).estimate for year in release.years(indicator)]).sum()
    )
    equals_store(table.to_pandas(), release, indicator)


# pyjstat warns of a function that its own reader calls.
@pytest.mark.filterwarnings("ignore::DeprecationWarning:pyjstat")
@pytest.mark.parametrize("indicator", INDICATORS)
def test_jsonstat_with_pyjstat(client: FlaskClient, release: Release, indicator: str) -> None:
    text = client.get(f"/v1/waarden?indicator={indicator}&formaat=jsonstat").text
    body = json.loads(text)
    assert (body["version"], body["class"]) == ("2.0", "dataset")
    assert int(np.prod(body["size"])) == len(body["value"])
    assert body["source"] == release.info.citation and body["link"]["license"][0]["href"]
    flat = pyjstat.Dataset.read(text).write("dataframe", naming="id")
    flat["value"] = pd.to_numeric(flat["value"])
    flat["status"] = [body["status"].get(str(row), "ok") for row in range(len(flat))]
    for year in release.years(indicator):
        values = release.values(indicator, year)
        cells = flat[flat["jaar"] == str(year)]
        for name, attribute in MEASURES.items():
            rows = cells[cells["maat"] == name]
            assert tuple(rows["gebied"]) == release.regions.codes
            np.testing.assert_array_equal(rows["value"].to_numpy(dtype=float), getattr(values, attribute))
            assert list(rows["status"]) == [STATUS_ORDER[status] for status in values.status]
        classes = cells[cells["maat"] == "klasse"]["value"].to_numpy(dtype=float)
        assert ["" if np.isnan(x) else " ABCDEF"[int(x)] for x in classes] == [
            values.letter(row) for row in range(len(values))
        ]


@pytest.mark.parametrize("indicator", INDICATORS)
@pytest.mark.parametrize("level", ["regio", "gemeente", "buurt", "provincie"])
@pytest.mark.parametrize("form", ["geojson", "gpkg"])
def test_shapes_with_gdal_on_the_served_file(
    address: str, release: Release, tmp_path: Path, indicator: str, level: str, form: str
) -> None:
    year = release.years(indicator)[-1]
    file = tmp_path / f"waarden.{form}"
    query = f"indicator={indicator}&niveau={level}&jaar={year}&formaat={form}"
    with urllib.request.urlopen(f"{address}/v1/waarden?{query}") as answer:
        file.write_bytes(answer.read())
    frame = gpd.read_file(file, layer="waarden" if form == "gpkg" else None, engine="pyogrio")
    assert frame.crs.to_epsg() == (28992 if form == "gpkg" else 4326)
    assert frame.is_valid.all() and (frame.geom_type == "MultiPolygon").all()
    table = pd.DataFrame(frame.drop(columns=[*(["id"] if form == "geojson" else []), "geometry"]))
    table["klasse"] = table["klasse"].fillna("")
    equals_store(table, release, indicator, level)
    lies_where_it_should(frame.to_crs(4326), release)


def lies_where_it_should(frame: gpd.GeoDataFrame, release: Release) -> None:
    """Each shape fills the bounding box that the release has of its area, to some units of the drawing."""
    for row in frame.itertuples():
        box = release.regions.bounds[release.regions[row.gebiedscode].position]
        assert np.abs(np.array(row.geometry.bounds) - box).max() < 2e-4


def test_the_geopackage_is_what_the_standard_says(client: FlaskClient, tmp_path: Path) -> None:
    file = tmp_path / "waarden.gpkg"
    file.write_bytes(client.get("/v1/waarden?indicator=misdrijven&niveau=wijk&jaar=2023&formaat=gpkg").data)
    assert file.read_bytes()[68:72] == b"GPKG"
    assert pyogrio.list_layers(file).tolist() == [["waarden", "MultiPolygon"], ["herkomst", None]]
    told = pyogrio.read_info(file, layer="waarden")
    assert told["crs"] == "EPSG:28992" and told["features"] == 6
    assert "generalised" in told["layer_metadata"]["DESCRIPTION"]
    origin = pyogrio.read_dataframe(file, layer="herkomst").set_index("naam")["waarde"]
    assert origin["licentie"] == "CC BY 4.0" and origin["citaat"] and "vereenvoudigd" in origin["grenzen"]
    (kept,) = [json.loads(text) for text in told["dataset_metadata"].values()]
    assert (kept["licentie"], kept["citaat"]) == (origin["licentie"], origin["citaat"])


@pytest.mark.parametrize("form", ["gpkg", "geojson"])
@pytest.mark.parametrize("level", ["gemeente", "buurt"])
def test_gdal_reads_the_file_where_it_lies_as_qgis_does(address: str, level: str, form: str) -> None:
    """Over HTTP, a range at a time, without fetching it first."""
    query = f"indicator=misdrijven&niveau={level}&jaar=2023&formaat={form}&release=tiny-1"
    layer = "waarden" if form == "gpkg" else None
    with warnings.catch_warnings():
        # GDAL would rather see a file name that ends in .gpkg, and tries names beside it that are not there.
        warnings.simplefilter("ignore", RuntimeWarning)
        frame = gpd.read_file(f"/vsicurl/{address}/v1/waarden?{query}", layer=layer, engine="pyogrio")
    plain = urllib.request.urlopen(f"{address}/v1/waarden?{query.replace(form, 'csv')}")
    table = pd.read_csv(io.BytesIO(plain.read()))
    assert list(frame["gebiedscode"]) == list(table["gebiedscode"])
    np.testing.assert_array_equal(frame["cijfer"].to_numpy(dtype=float), table["cijfer"].to_numpy())
    asked = urllib.request.Request(f"{address}/v1/waarden?{query}", headers={"Range": "bytes=0-15"})
    with urllib.request.urlopen(asked) as part:
        assert part.status == 206 and len(part.read()) == 16


def test_geojson_says_where_it_comes_from_and_turns_the_right_way(client: FlaskClient) -> None:
    body = client.get("/v1/waarden?indicator=misdrijven&niveau=wijk&jaar=2023&formaat=geojson").json
    assert body["herkomst"]["licentie"] == "CC BY 4.0" and "generalised" in body["herkomst"]["grenzen"]
    for feature in body["features"]:
        assert feature["id"] == feature["properties"]["gebiedscode"]
        for polygon in shapely.geometry.shape(feature["geometry"]).geoms:
            assert polygon.exterior.is_ccw and not any(hole.is_ccw for hole in polygon.interiors)


def test_a_hole_and_an_island_survive(client: FlaskClient, tmp_path: Path) -> None:
    """Invariant 5, in the files: as many parts and holes as the boundary file has."""
    body = client.get("/v1/waarden?indicator=misdrijven&niveau=gemeente&jaar=2023&formaat=geojson").json
    drawn = {one["id"]: shapely.geometry.shape(one["geometry"]) for one in body["features"]}
    real = tiny.tables().gemeenten.set_index("gemeentecode").geometry
    for code, shape in drawn.items():
        parts = shapely.get_parts(real[code])
        assert len(shape.geoms) == len(parts)
        assert sum(len(part.interiors) for part in shape.geoms) == sum(len(part.interiors) for part in parts)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("indicator", INDICATORS)
def test_the_zip_needs_nothing_beside_it(
    client: FlaskClient, release: Release, tmp_path: Path, indicator: str
) -> None:
    """CSV, description, licence, citation and meaning in one file, and every checksum right."""
    body = client.get(f"/v1/waarden?indicator={indicator}&formaat=zip").data
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        archive.extractall(tmp_path)
        names = archive.namelist()
    assert names == ["LEESMIJ.txt", "README.txt", "waarden.csv", "waarden.csv-metadata.json", "SHA256SUMS"]
    described = CSVW(str(tmp_path / "waarden.csv-metadata.json"), validate=True)
    assert described.is_valid, described.warnings
    (read,) = described.tables
    assert len(list(read.iterdicts())) == len(release.years(indicator)) * len(release.regions)
    plain = client.get(f"/v1/waarden?indicator={indicator}&formaat=csv").data
    assert (tmp_path / "waarden.csv").read_bytes() == plain
    equals_store(pd.read_csv(tmp_path / "waarden.csv", dtype=dict.fromkeys(TEXTS, str)), release, indicator)
    for line in (tmp_path / "SHA256SUMS").read_text(encoding="utf-8").splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256((tmp_path / name).read_bytes()).hexdigest() == digest
        names.remove(name)
    assert names == ["SHA256SUMS"]
    for name, licence in (("LEESMIJ.txt", "Licentie: CC BY 4.0"), ("README.txt", "Licence: CC BY 4.0")):
        told = (tmp_path / name).read_text(encoding="utf-8")
        assert licence in told and release.info.citation in told and release.info.id in told
        assert all(f"  {column}: " in told for column in COLUMNS)
        assert all(f"  {status}: " in told for status in STATUS_ORDER)
        assert not {"**", "](", "{"} & {told[at : at + 2] for at in range(len(told))}


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("indicator", INDICATORS)
def test_csv_and_its_description_with_a_csvw_validator(
    address: str, release: Release, indicator: str
) -> None:
    with urllib.request.urlopen(f"{address}/v1/waarden?indicator={indicator}&formaat=csv") as answer:
        link = next(part for part in answer.headers["Link"].split(", ") if "describedby" in part)
    described = CSVW(f"{address}{link[1 : link.index('>')]}", validate=True)
    assert described.is_valid, described.warnings
    assert described.common_props["dc:license"] and described.common_props["dc:bibliographicCitation"]
    rows = [row for table in described.tables for row in table.iterdicts()]
    table = pd.DataFrame(rows)
    table["jaar"] = [int(str(year)) for year in table["jaar"]]
    for name in MEASURES:
        table[name] = [None if value is None else float(value) for value in table[name]]
    equals_store(table, release, indicator)


@pytest.mark.parametrize(
    ("right", "wrong"), [(",2021,", ",vroeger,"), (",geheim,", ",verzonnen,"), (",KL00,", ",,")]
)
def test_a_broken_csv_is_seen_by_the_validator(
    client: FlaskClient, tmp_path: Path, right: str, wrong: str
) -> None:
    """The reader must be able to object: a year or status that is none, an area without a code."""
    text = client.get("/v1/waarden?indicator=misdrijven&formaat=csv").text
    about = client.get("/v1/waarden.csv-metadata.json?indicator=misdrijven").get_json(force=True)
    broken = text.replace(right, wrong, 1)
    assert broken != text
    (tmp_path / "waarden.csv").write_text(broken, encoding="utf-8", newline="")
    described = tmp_path / "waarden.csv-metadata.json"
    described.write_text(json.dumps(about | {"url": "waarden.csv"}), encoding="utf-8")
    with pytest.raises(ValueError):
        [list(table.iterdicts()) for table in CSVW(str(described), validate=True).tables]


@pytest.mark.parametrize("form", ["json", "csv", "parquet", "geojson", "gpkg"])
def test_withheld_missing_and_too_few_stay_apart_and_without_a_number(
    address: str, client: FlaskClient, tmp_path: Path, form: str
) -> None:
    body = client.get(f"/v1/waarden?indicator=misdrijven&niveau=buurt&jaar=2023&formaat={form}").data
    file = tmp_path / f"waarden.{form}"
    file.write_bytes(body)
    read = {
        "json": lambda: pd.DataFrame(json.loads(body)["waarden"]),
        "csv": lambda: pd.read_csv(file),
        "parquet": lambda: pd.read_parquet(file),
        "geojson": lambda: gpd.read_file(file),
        "gpkg": lambda: gpd.read_file(file, layer="waarden"),
    }[form]
    table = read().set_index("gebiedscode")
    assert table.loc[[WITHHELD, MISSING, EMPTY], "status"].tolist() == ["geheim", "ontbreekt", "nvt"]
    assert table.loc[[WITHHELD, MISSING], list(MEASURES)].isna().all().all()
    assert table.loc[EMPTY, "schatting"] > 0 and np.isnan(table.loc[EMPTY, "cijfer"])


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A whole run of the pipeline: noisy measurements, plans and a ledger."""
    folder = tmp_path_factory.mktemp("run")
    tiny_run.write_sources(folder)
    return Store(tiny_run.publish(folder, f"sqlite:///{folder / 'run.db'}"))


def test_the_whole_release_holds_every_row_once(run: Store, tmp_path: Path) -> None:
    release, client = run.release(), tiny_server(run).test_client()
    here = f"/v1/releases/{release.info.id}"
    with zipfile.ZipFile(io.BytesIO(client.get(f"{here}/alles.zip").data)) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        archive.extractall(tmp_path)
        described = CSVW(str(tmp_path / "waarden.csv-metadata.json"), validate=True)
        assert described.is_valid
        assert (tmp_path / "metingen.csv").read_bytes() == client.get(f"{here}/metingen.csv").data
        assert release.info.citation in (tmp_path / "LEESMIJ.txt").read_text(encoding="utf-8")
    assert {"LEESMIJ.txt", "waarden.csv", "gebieden.csv", "indicatoren.json", "bronnen.json"} <= set(names)
    strings = dict.fromkeys(TEXTS, str)
    lines = pd.read_csv(tmp_path / "waarden.csv", dtype=strings)
    table = pq.read_table(io.BytesIO(client.get(f"{here}/alles.parquet").data)).to_pandas()
    for every in (lines, table):
        assert set(every["indicator"]) == set(release.indicators)
        for indicator in release.indicators:
            assert set(every[every["indicator"] == indicator]["jaar"]) == set(release.years(indicator))
            equals_store(every[every["indicator"] == indicator], release, indicator)
    areas = pd.read_csv(tmp_path / "gebieden.csv")
    assert tuple(areas["gebiedscode"]) == release.regions.codes


def test_the_raw_measurements_are_those_of_the_ledger(run: Store) -> None:
    release, client = run.release(), tiny_server(run).test_client()
    here = f"/v1/releases/{release.info.id}"
    table = pd.read_csv(io.BytesIO(client.get(f"{here}/metingen.csv").data))
    kept = list(release.measurements())
    assert len(table) == sum(len(one.years) * np.isfinite(one.sigma2).sum() for one in kept)
    for one in kept:
        kind = "afgekapt" if one.dropped else "telling"
        rows = table[(table["indicator"] == one.indicator) & (table["soort"] == kind)]
        for row, year in enumerate(one.years):
            here_and_now = rows[rows["jaar"] == year]
            seen = np.isfinite(one.sigma2)
            np.testing.assert_array_equal(here_and_now["meting"], one.counts[row, seen])
            np.testing.assert_array_equal(here_and_now["ruisvariantie"], one.sigma2[seen])
    assert {"telling", "afgekapt"} == set(table["soort"])
    about = client.get(f"{here}/metingen").json
    assert [column["naam"] for column in about["kolommen"]] == list(table.columns)
    told = client.get(here).json
    assert told["controlegetallen"]["metingen"] and told["kaart"]["deployment"] and told["citaat"]
