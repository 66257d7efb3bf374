"""Every view of the dashboard has its download, and every such link answers with the figures of that view."""

import csv
import html
import io
import re
import zipfile

import pytest
from flask.testing import FlaskClient

from dashboard import create_app
from dashboard.settings import Settings
from tests.samples.tiny_site import tiny_store

VIEWS = {
    "/?indicator=misdrijven&niveau=wijk&jaar=2022": 6,
    "/?indicator=misdrijven&niveau=wijk&jaar=2022&weergave=tabel": 6,
    "/?indicator=misdrijven&gebied=GM9001": 3,
    "/gebied/GM9001": 3,
    "/gebied/BU90010000?taal=en": 3,
    "/vergelijk?gebieden=GM9001,GM9002&indicator=misdrijven": 9,
    "/cirkel?gebied=GM9001&straal=5&indicator=misdrijven": 2,
    "/patronen?indicator=misdrijven&niveau=wijk": 6,
    "/download": 3,
}
"""Address of a view -> lines that its first CSV or ZIP holds at least."""
LINK = re.compile(r'href="((?:/v1/(?:waarden|gebieden/[A-Z0-9]+/waarden|patronen)|/cirkel/cijfers)[^"]*)"')


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    return create_app(Settings(), tiny_store(tmp_path_factory.mktemp("views"))).server.test_client()


@pytest.mark.parametrize("view", VIEWS)
def test_every_link_to_figures_works_and_names_its_release(client: FlaskClient, view: str) -> None:
    page = client.get(view)
    assert page.status_code == 200
    links = [html.unescape(link) for link in LINK.findall(page.text)]
    files = [link for link in links if re.search(r"csv|zip", link)]
    assert files, view
    for link in dict.fromkeys(links):
        answer = client.get(link)
        assert answer.status_code == 200, (view, link)
        assert "tiny-1" in answer.headers.get("Content-Disposition", "") or "release=tiny-1" in link, link
    assert len(_lines(client.get(files[0]).data)) >= VIEWS[view], files[0]


def test_the_file_of_a_circle_holds_the_sum_and_its_parts(client: FlaskClient) -> None:
    view = "gebied=GM9003&straal=1&indicator=misdrijven&jaar=2023"
    page = client.get(f"/cirkel?{view}").text
    whole, *parts = _lines(client.get(f"/cirkel/cijfers.csv?{view}").data)
    assert whole["niveau"] == "cirkel" and parts
    assert {one["niveau"] for one in parts} == {"buurt"}
    known = [one for one in parts if one["schatting"]]
    total = sum(float(one["schatting"]) * float(one["deelInCirkel"]) for one in known)
    assert total == pytest.approx(float(whole["schatting"]))
    assert f"{float(whole['cijfer']):.1f}".replace(".", ",") in page
    # Round GM9001 the neighbourhoods that are known hold too little of the circle to speak of it.
    whole, *_ = _lines(client.get("/cirkel/cijfers.csv?gebied=GM9001&straal=2&indicator=misdrijven").data)
    assert (whole["cijfer"], whole["status"]) == ("", "ontbreekt")
    assert client.get("/cirkel/cijfers.csv?straal=99").status_code == 400


def _lines(body: bytes) -> list[dict[str, str]]:
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            body = archive.read("waarden.csv")
    return list(csv.DictReader(io.StringIO(body.decode("utf-8"), newline="")))
