"""Tiles out of the stored archive."""

import gzip

from flask.testing import FlaskClient
from pmtiles.reader import MemorySource, Reader, all_tiles

from etl.release.read import Release, Store


def test_every_stored_tile_is_served_as_it_is(client: FlaskClient, store: Store, release: Release) -> None:
    vintage = release.info.vintage
    found = 0
    for (z, x, y), body in all_tiles(Reader(MemorySource(store.tiles(vintage))).get_bytes):
        answer = client.get(f"/tegels/{vintage}/{z}/{x}/{y}.mvt", headers={"Accept-Encoding": "gzip, br"})
        assert answer.status_code == 200 and answer.data == body
        assert answer.headers["Content-Encoding"] == "gzip"
        assert answer.mimetype == "application/vnd.mapbox-vector-tile"
        assert "immutable" in answer.headers["Cache-Control"]
        found += 1
    assert found > 5


def test_a_client_without_gzip_gets_the_tile_plain(
    client: FlaskClient, store: Store, release: Release
) -> None:
    vintage = release.info.vintage
    (z, x, y), body = next(iter(all_tiles(Reader(MemorySource(store.tiles(vintage))).get_bytes)))
    answer = client.get(f"/tegels/{vintage}/{z}/{x}/{y}.mvt", headers={"Accept-Encoding": "identity"})
    assert answer.data == gzip.decompress(body) and "Content-Encoding" not in answer.headers


def test_a_place_without_a_tile_is_empty_and_an_unknown_map_is_not_found(client: FlaskClient) -> None:
    assert client.get("/tegels/tiny2024/5/0/0.mvt").status_code == 204
    for address in ("nee/5/0/0.mvt", "tiny2024/5/32/0.mvt", "tiny2024/99/0/0.mvt", "tiny2024/5/0.mvt"):
        assert client.get(f"/tegels/{address}").status_code == 404, address


def test_each_layer_is_cut_out_byte_for_byte_and_together_they_are_the_tile(
    client: FlaskClient, store: Store, release: Release
) -> None:
    vintage = release.info.vintage
    reader = Reader(MemorySource(store.tiles(vintage)))
    names = [layer["id"] for layer in reader.metadata()["vector_layers"]]
    assert {"regio", "gemeente", "wijk", "buurt", "provincie"} <= set(names)
    for (z, x, y), body in all_tiles(reader.get_bytes):
        whole, layers = gzip.decompress(body), []
        for name in names:
            answer = client.get(f"/tegels/{vintage}/{name}/{z}/{x}/{y}.mvt")
            assert answer.status_code in (200, 204) and "immutable" in answer.headers["Cache-Control"]
            assert answer.data in whole
            layers.append(answer.data)
        assert sum(map(len, layers)) == len(whole)


def test_an_unknown_layer_is_named_with_the_layers_there_are(client: FlaskClient) -> None:
    answer = client.get("/tegels/tiny2024/huis/5/16/10.mvt")
    assert answer.status_code == 404 and "buurt" in answer.json["detail"]
    assert client.get("/tegels/tiny2024/buurt/5/0/0.mvt").status_code == 204
