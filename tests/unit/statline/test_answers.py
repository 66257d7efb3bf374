"""Raw answers are kept byte for byte, found again by checksum, asked for once, and renewed when revised."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from etl.errors import InputError
from etl.extract.answers import INDEX, Answers
from etl.extract.statline.read import read
from etl.extract.web import Client
from tests.samples.statline_server import Mishap, Server
from tests.unit.statline.declared import crimes, request

Connect = Callable[[str], Client]
VERSIONS = pytest.mark.parametrize("version", ["v3", "v4"])


def index(folder: Path) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = json.loads((folder / INDEX).read_text(encoding="utf-8"))["answers"]
    return rows


@VERSIONS
def test_answers_are_kept_as_received_with_licence_and_date(
    server: Server, connect: Connect, tmp_path: Path, version: str
) -> None:
    given = request(crimes(server, version), tmp_path)
    with connect(getattr(server, version)) as client:
        _, files = read(given, client)
        raw, _ = client.get(str(index(given.folder)[0]["address"]), "x")
    for row in index(given.folder):
        body = (given.folder / f"{row['sha256']}.json").read_bytes()
        assert hashlib.sha256(body).hexdigest() == row["sha256"]
        assert len(body) == row["size"]
        assert str(row["url"]).startswith(getattr(server, version))
        assert (row["licence"], row["publisher"]) == ("CC BY 4.0", "CBS")
        assert str(row["retrieved"]).endswith("+00:00")
    assert hashlib.sha256(raw).hexdigest() == index(given.folder)[0]["sha256"]
    assert {path.name for path in files} == {f"{row['sha256']}.json" for row in index(given.folder)}
    assert not list(given.folder.glob("*.part"))


@VERSIONS
def test_a_second_time_only_asks_whether_it_was_revised(
    server: Server, connect: Connect, tmp_path: Path, version: str
) -> None:
    given = request(crimes(server, version), tmp_path)
    with connect(getattr(server, version)) as client:
        first = read(given, client)
        before = len(server.asked)
        again = read(given, client)
    assert len(server.asked) == before + 1
    assert again[1] == first[1]
    offline = read(given)
    assert len(server.asked) == before + 1
    assert offline[0].area == first[0].area
    assert offline[1] == first[1]


@VERSIONS
def test_a_revised_table_is_fetched_anew(
    server: Server, connect: Connect, tmp_path: Path, version: str
) -> None:
    given = request(crimes(server, version), tmp_path)
    table = server.tables["90018NED"]
    with connect(getattr(server, version)) as client:
        old = read(given, client)[0]
        for row in [*table.sets["TypedDataSet"], *table.observations]:
            row["GeregistreerdeMisdrijven_1" if "ID" in row else "Value"] = 5
        assert read(given, client)[0].values["drugs"].tolist() != [5.0] * len(old.area), (
            "kept as long as valid"
        )
        for name in ("TableInfos", "Properties"):
            table.sets[name][0]["Modified"] = "2025-01-16T02:00:00"
        assert read(given, client)[0].values["drugs"].tolist() == [5.0] * len(old.area)


@VERSIONS
def test_what_was_fetched_is_not_asked_again(
    server: Server, connect: Connect, tmp_path: Path, version: str
) -> None:
    server.page = 20
    given = request(crimes(server, version), tmp_path)
    server.mishaps = [*[None] * 9, *[Mishap("cut", at=10)] * 4]
    with connect(getattr(server, version)) as client:
        with pytest.raises(InputError, match="connection that failed or was cut"):
            read(given, client)
        kept = {str(row["address"]) for row in index(given.folder)}
        server.asked.clear()
        table, _ = read(given, client)
    assert len(kept) == 9
    renewed = {
        path
        for path in server.asked
        if "TableInfos" in path or "Properties?" in path or path.endswith("/Properties")
    }
    for path in set(server.asked) - renewed:
        assert not any(path.endswith(address) for address in kept)
    assert len(table.area) == 22 * 3


def test_offline_says_what_is_missing(server: Server, connect: Connect, tmp_path: Path) -> None:
    given = request(crimes(server), tmp_path)
    with pytest.raises(InputError, match=r"TableInfos.*no answer kept.*etl fetch"):
        read(given)
    with connect(server.v3) as client:
        _, files = read(given, client)
    spoilt = files[-1]
    spoilt.write_bytes(spoilt.read_bytes()[:-1] + b" ")
    with pytest.raises(InputError, match=r"TypedDataSet.*an answer that changed or is gone"):
        read(given)
    with connect(server.v3) as client:
        assert read(given, client)[1] == files, "with a connection it is fetched anew"
    spoilt.unlink()
    with pytest.raises(InputError, match="changed or is gone"):
        read(given)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '{"answers": 1}',
        '{"answers": [{"address": "x"}]}',
        '{"answers": [{"address": "x", "url": "", "sha256": "../../etc/passwd", "size": 1, "retrieved": "",'
        ' "licence": "", "publisher": ""}]}',
    ],
)
def test_an_index_of_another_form_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / INDEX).write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"bron: index.json: found something else.*Remove the folder"):
        Answers(tmp_path, "bron")


def test_a_folder_that_cannot_be_written(server: Server, connect: Connect, tmp_path: Path) -> None:
    (tmp_path / "antwoorden").write_text("a file", encoding="utf-8")
    with connect(server.v3) as client, pytest.raises(InputError, match="a folder that cannot be written"):
        read(request(crimes(server), tmp_path), client)


@pytest.mark.parametrize(
    "link", ["https://elders.example/x", "/odata/v1/CBS/90018NED/Dimensions", "Dimensions?$skip=0", "?", 7]
)
def test_a_link_that_leads_nowhere_new_is_refused(
    server: Server, connect: Connect, tmp_path: Path, link: object
) -> None:
    given = request(crimes(server, "v4"), tmp_path)
    with connect(server.v4) as client:
        read(given, client)
    row = next(one for one in index(given.folder) if str(one["address"]).endswith("Dimensions"))
    answer = json.loads((given.folder / f"{row['sha256']}.json").read_bytes()) | {"@odata.nextLink": link}
    raw = json.dumps(answer).encode()
    digest = hashlib.sha256(raw).hexdigest()
    (given.folder / f"{digest}.json").write_bytes(raw)
    rows = [one | {"sha256": digest} if one == row else one for one in index(given.folder)]
    (given.folder / INDEX).write_text(json.dumps({"answers": rows}), encoding="utf-8")
    with pytest.raises(InputError, match=r"a next page|no answer kept"):
        read(given)
