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
