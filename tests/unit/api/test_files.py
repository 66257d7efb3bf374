"""Large answers come from disk, in ranges, and are made once (dashboard/api/shelf.py)."""

import gzip
from collections.abc import Callable
from typing import BinaryIO

import pytest
from flask.testing import FlaskClient

from dashboard.api.shelf import Shelf

FILES = ("alles.zip", "alles.parquet", "metingen.csv")
PLAIN = {"Accept-Encoding": "identity"}


@pytest.mark.parametrize("name", FILES)
def test_a_download_that_was_cut_resumes_where_it_stopped(client: FlaskClient, name: str) -> None:
    address = f"/v1/releases/tiny-1/{name}"
    whole = client.get(address, headers=PLAIN)
    cut = len(whole.data) // 3
    going_on = PLAIN | {"Range": f"bytes={cut}-", "If-Range": whole.headers["ETag"]}
    rest = client.get(address, headers=going_on)
    assert rest.status_code == 206 and rest.data == whole.data[cut:]
    assert rest.headers["Content-Range"] == f"bytes {cut}-{len(whole.data) - 1}/{len(whole.data)}"
    assert rest.headers["Content-Length"] == str(len(rest.data))
    assert rest.headers["Access-Control-Allow-Origin"] == "*" and rest.headers["API-Version"]
    for name_, value in {"bytes=0-9": whole.data[:10], "bytes=-5": whole.data[-5:]}.items():
        assert client.get(address, headers=PLAIN | {"Range": name_}).data == value


@pytest.mark.parametrize("name", FILES)
def test_another_file_or_a_strange_range_gives_the_whole_or_416(client: FlaskClient, name: str) -> None:
    address = f"/v1/releases/tiny-1/{name}"
    whole = client.get(address, headers=PLAIN)
    other = client.get(address, headers=PLAIN | {"Range": "bytes=5-", "If-Range": '"other"'})
    assert other.status_code == 200 and other.data == whole.data
    for strange in ("bytes=abc", "lines=1-2", "bytes=0-1,4-5"):
        assert client.get(address, headers=PLAIN | {"Range": strange}).data == whole.data
    beyond = client.get(address, headers=PLAIN | {"Range": "bytes=99999999-"})
    assert (beyond.status_code, beyond.headers["Content-Range"]) == (416, f"bytes */{len(whole.data)}")


def test_a_range_of_a_compressed_file_is_a_range_of_what_was_sent(client: FlaskClient) -> None:
    address, takes = "/v1/releases/tiny-1/metingen.csv", {"Accept-Encoding": "gzip"}
    whole = client.get(address, headers=takes)
    assert whole.headers["Content-Encoding"] == "gzip"
    rest = client.get(address, headers=takes | {"Range": "bytes=7-", "If-Range": whole.headers["ETag"]})
    assert rest.status_code == 206 and whole.data[:7] + rest.data == whole.data
    assert gzip.decompress(whole.data) == client.get(address, headers=PLAIN).data


def test_a_file_is_written_once_and_the_oldest_makes_room() -> None:
    shelf, written = Shelf(limit=25), []

    def put(text: bytes) -> Callable[[BinaryIO], None]:
        def write(out: BinaryIO) -> None:
            written.append(text)
            out.write(text)

        return write

    first = shelf.get("a", put(b"a" * 10))
    assert shelf.get("a", put(b"never")) == first and first.size == 10
    shelf.get("b", put(b"b" * 10))
    shelf.get("c", put(b"c" * 10))
    assert not first.path.exists() and shelf.get("a", put(b"a" * 10)).digest == first.digest
    assert [text[:1] for text in written] == [b"a", b"b", b"c", b"a"]


def test_a_file_that_failed_is_not_kept() -> None:
    shelf = Shelf()

    def fail(out: BinaryIO) -> None:
        out.write(b"half")
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        shelf.get("a", fail)
    assert shelf.get("a", lambda out: None).size == 0
