"""The frames: what is inside, and how little they need."""

import re
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from pathlib import Path

import brotli
import pytest
from flask.testing import FlaskClient

from dashboard.settings import Settings
from etl.release.read import Release, Store
from tests.samples.tiny_site import publish, tiny_server, tiny_store

KINDS = ("kaart", "trend", "vergelijking", "cijfer", "tabel")
MAP = "/embed/kaart?indicator=drugsverdachten&niveau=buurt&binnen={}&jaar=2022"


class Tags(HTMLParser):
    """Every element with its attributes, in order; void elements and balance are checked on the way."""

    VOID = ("meta", "link")

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def embed(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert (answer.status_code, answer.mimetype) == (200, "text/html"), answer.text
    return answer.text


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_frame_names_title_source_date_release_and_the_way_back(
    client: FlaskClient, release: Release, kind: str, language: str
) -> None:
    text = embed(client, f"/embed/{kind}?indicator=misdrijven&taal={language}")
    title = {"nl": "Geregistreerde misdrijven", "en": "Registered crimes"}[language]
    assert re.search(f"<h1>{title}", text)
    assert {"nl": "Kerncijfers van Kleinland", "en": "Key figures of Kleinland"}[language] in text
    assert "tiny-1" in text and str(release.info.published.year) in text
    assert {"nl": "Fictief land", "en": "Fictional country"}[language] in text
    assert f'<html lang="{language}">' in text
    link = next(attrs for tag, attrs in Tags(text).found if tag == "a")
    same = (
        "/vergelijk?gebieden=&indicator=misdrijven&jaar=2023"
        if kind == "vergelijking"
        else "/?indicator=misdrijven&jaar=2023"
    )
    assert (link["href"] or "").startswith(same)
    assert ("taal=en" in (link["href"] or "")) == (language == "en")


@pytest.mark.parametrize("kind", KINDS)
def test_a_frame_needs_no_script_no_inline_style_and_nothing_from_elsewhere(
    client: FlaskClient, kind: str
) -> None:
    for tag, attrs in Tags(embed(client, f"/embed/{kind}?indicator=drugsverdachten")).found:
        assert tag not in ("script", "style", "iframe", "img", "form", "object", "base")
        assert "style" not in attrs and not any(name.startswith("on") for name in attrs)
        if tag == "link":
            kind = {"stylesheet": "/embed/stijl.css?v=", "alternate": "/oembed?url="}[str(attrs["rel"])]
            assert (attrs["href"] or "").startswith(kind)
        assert not any("//" in (value or "") for name, value in attrs.items() if name != "xmlns")


def test_the_stylesheet_has_its_version_in_its_address(client: FlaskClient) -> None:
    page = Tags(embed(client, "/embed/cijfer?indicator=misdrijven"))
    link = next(attrs["href"] for tag, attrs in page.found if attrs.get("rel") == "stylesheet")
    answer = client.get(str(link))
    assert answer.mimetype == "text/css" and "immutable" in answer.headers["Cache-Control"]
    assert "url(" not in answer.text and "@import" not in answer.text


def test_the_map_draws_every_area_once_with_its_class_status_and_margin(client: FlaskClient) -> None:
    uncertain = embed(client, MAP.format("GM9001"))
    assert uncertain.count("te onzeker om te tonen</title>") == 4
    assert re.search(r'class="te-onzeker"', uncertain) and 'class="ruim"' not in uncertain
    wide = embed(client, MAP.format("GM9002"))
    assert 'class="ruim"' in wide and "ruime marge" in wide
    assert len(re.findall(r"<title>Buurt \d van wijk \d: \d", wide)) == 4


def test_withheld_missing_and_too_small_look_different(client: FlaskClient) -> None:
    first = embed(client, "/embed/kaart?indicator=misdrijven&niveau=buurt&binnen=GM9001&jaar=2023")
    second = embed(client, "/embed/kaart?indicator=misdrijven&niveau=buurt&binnen=GM9002&jaar=2023")
    third = embed(client, "/embed/kaart?indicator=misdrijven&niveau=buurt&binnen=GM9003&jaar=2023")
    drawn = (("geheim", first), ("ontbreekt", second), ("nvt", third))
    looks = [re.findall(rf'<g fill="([^"]+)" class="{name}"', text) for name, text in drawn]
    assert all(len(found) == 1 for found in looks)
    assert len({found[0] for found in looks}) == 3


@pytest.mark.parametrize(
    ("query", "shapes"),
    [
        ("", 3),
        ("&niveau=regio", 2),
        ("&niveau=provincie", 2),
        ("&binnen=PV92", 2),
        ("&binnen=RE91", 2),
        ("&binnen=GM9001", 2),
        ("&binnen=GM9001&niveau=buurt", 4),
        ("&binnen=WK900101", 2),
        ("&niveau=land", 1),
    ],
)
def test_the_map_shows_the_asked_level_inside_the_asked_area(
    client: FlaskClient, query: str, shapes: int
) -> None:
    text = embed(client, f"/embed/kaart?indicator=drugsverdachten{query}")
    drawing = text[text.index("<figure>") : text.index("</figure>")] if "<figure>" in text else ""
    rows = text.count('<th scope="row"')
    assert rows == shapes
    assert drawing.count(": ") >= shapes or query == "&niveau=land"


def test_the_table_holds_every_figure_without_a_script(client: FlaskClient) -> None:
    text = embed(client, "/embed/trend?indicator=drugsverdachten&gebied=GM9003")
    rows = re.findall(r'<th scope="row"[^>]*>(\d+)</th><td[^>]*>([^<]+)</td><td[^>]*>([^<]+)</td>', text)
    assert [row[0] for row in rows] == ["2021", "2022", "2023"]
    assert all("tussen" in row[2] for row in rows)


def test_the_trend_draws_its_interval_and_the_land_and_says_so(client: FlaskClient) -> None:
    private = embed(client, "/embed/trend?indicator=drugsverdachten&gebied=GM9003")
    assert 'class="band"' in private and "95 procent" in private
    assert 'class="land"' in private and "Streeplijn: Kleinland." in private
    public = embed(client, "/embed/trend?indicator=misdrijven&gebied=GM9003")
    assert 'class="band"' not in public and "95 procent" not in public
    whole = embed(client, "/embed/trend?indicator=misdrijven")
    assert 'class="land"' not in whole


def test_a_trend_that_is_too_uncertain_draws_no_line_and_no_number(client: FlaskClient) -> None:
    text = embed(client, "/embed/trend?indicator=drugsverdachten&gebied=BU90010000")
    drawing = text[text.index("<figure>") : text.index("</figure>")]
    assert 'class="lijn"' not in drawing and 'class="punt"' not in drawing and 'class="band"' not in drawing
    assert "Te onzeker om te tonen" in drawing


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 400),
        ("indicator=misdrijven&kleur=rood", 400),
        ("indicator=misdrijven&jaar=twee", 400),
        ("indicator=misdrijven&taal=fr", 400),
        ("indicator=misdrijven&niveau=buurt", 400),
        ("indicator=nee", 404),
        ("indicator=misdrijven&gebied=GM0001", 404),
        ("indicator=misdrijven&jaar=1999", 404),
        ("indicator=misdrijven&release=nee", 404),
    ],
)
def test_a_wrong_address_gets_a_friendly_page_and_the_right_status(
    client: FlaskClient, query: str, status: int
) -> None:
    answer = client.get(f"/embed/kaart?{query}")
    assert (answer.status_code, answer.mimetype) == (status, "text/html")
    assert any(tag == "h1" for tag, _ in Tags(answer.text).found) and "Traceback" not in answer.text


def test_an_unknown_embed_is_not_found(client: FlaskClient) -> None:
    for address in ("/embed/taart", "/embed/kaart/", "/embed/kaart/x"):
        assert client.get(address).status_code == 404


def test_frozen_embeds_stay_and_live_ones_follow(tmp_path: Path) -> None:
    client = tiny_server(tiny_store(tmp_path)).test_client()
    frozen = [
        f"/embed/{kind}{ending}?indicator=misdrijven&release=tiny-1"
        for kind in KINDS
        for ending in ("", ".svg", ".png")
    ]
    before = [client.get(address) for address in frozen]
    live = [address.removesuffix("&release=tiny-1") for address in frozen]
    first = [client.get(address).data for address in live]
    publish(tmp_path, "tiny-2")
    after = [client.get(address) for address in frozen]
    assert [answer.data for answer in after] == [answer.data for answer in before]
    assert [answer.headers["ETag"] for answer in after] == [answer.headers["ETag"] for answer in before]
    assert all(client.get(address).data != data for address, data in zip(live, first, strict=True))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_same_comes_as_one_picture_that_tells_what_it_is(
    client: FlaskClient, kind: str, language: str
) -> None:
    answer = client.get(f"/embed/{kind}.svg?indicator=drugsverdachten&taal={language}")
    assert (answer.status_code, answer.mimetype) == (200, "image/svg+xml")
    root = ET.fromstring(answer.data)
    told = " ".join(text.text or "" for text in root.iter("{http://www.w3.org/2000/svg}text"))
    fictional, name = {"nl": ("Fictief", "Drugsverdachten"), "en": ("Fictional", "Drug suspects")}[language]
    assert fictional in told and name in told and "tiny-1" in told
    assert not any(element.tag.endswith(("script", "style", "image")) for element in root.iter())
    drawing = next(element for element in root if element.tag.endswith("svg"))
    assert float(root.get("viewBox", "").split()[3]) > float(drawing.get("height", "0")) > 60


def test_a_picture_that_cannot_be_drawn_is_not_found(client: FlaskClient) -> None:
    for ending in (".svg", ".png"):
        assert client.get(f"/embed/kaart{ending}?indicator=nee").status_code == 404
        assert client.get(f"/embed/kaart{ending}?indicator=misdrijven&niveau=buurt").status_code == 400


@pytest.mark.parametrize("kind", ["trend", "vergelijking", "cijfer", "tabel"])
def test_a_small_embed_weighs_at_most_40_kb_with_its_style(client: FlaskClient, kind: str) -> None:
    page = client.get(f"/embed/{kind}?indicator=drugsverdachten").data
    assert len(brotli.compress(page)) + len(brotli.compress(client.get("/embed/stijl.css").data)) < 40_000


def test_the_link_back_names_our_own_site_when_that_is_known(store: Store) -> None:
    client = tiny_server(store, Settings(origin="https://regiobeeld.example")).test_client()
    assert 'href="https://regiobeeld.example/?indicator=misdrijven' in embed(
        client, "/embed/cijfer?indicator=misdrijven"
    )


def test_only_a_map_that_moves_has_scripts_all_our_own_and_none_inline(client: FlaskClient) -> None:
    answer = client.get("/embed/kaart?indicator=misdrijven&interactief=ja")
    told = answer.headers["Content-Security-Policy"]
    assert "script-src 'self';" in told and "worker-src blob:;" in told and "unsafe" not in told
    scripts = [attrs for tag, attrs in Tags(answer.text).found if tag == "script"]
    assert len(scripts) == 2
    assert all((attrs["src"] or "").startswith(("/kaartmotor/", "/onderdelen/")) for attrs in scripts)
    assert "</script>" in answer.text and "<script>" not in answer.text
    assert answer.text.count("<path") > 3, "the drawing is there for who has no scripts"
    for other in ("/embed/kaart?indicator=misdrijven", "/embed/trend?indicator=misdrijven&interactief=ja"):
        refused = client.get(other)
        assert "script" not in refused.headers["Content-Security-Policy"] and "<script" not in refused.text
