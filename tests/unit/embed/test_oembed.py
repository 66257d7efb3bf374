"""oEmbed, discovery and the builder: only our own addresses, and only parsed parameters come back."""

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlsplit

import pytest
from flask.testing import FlaskClient

from dashboard import create_app
from dashboard.embed import KINDS
from dashboard.embed.oembed import NARROWEST
from dashboard.settings import Settings
from etl.release.read import Store
from tests.unit.embed.test_embed import Tags

ORIGIN = "https://regiobeeld.example"


@pytest.fixture(scope="module")
def site(store: Store) -> Iterator[FlaskClient]:
    with create_app(Settings(origin=ORIGIN), store).server.test_client() as client:
        yield client


def ask(client: FlaskClient, url: str, **more: str):
    return client.get("/oembed", query_string={"url": url} | more)


def frame_in(html: str) -> dict[str, str | None]:
    [(tag, attributes)] = Tags(html).found
    assert tag == "iframe"
    return attributes


@pytest.mark.parametrize("kind", KINDS)
def test_every_embed_is_told_and_its_frame_answers(site: FlaskClient, kind: str) -> None:
    url = f"{ORIGIN}/embed/{kind}?indicator=drugsverdachten&taal=en&kleur=8a1f5c"
    facts = ask(site, url).json
    assert facts["version"] == "1.0" and facts["type"] == "rich" and "Drug suspects" in facts["title"]
    source = str(frame_in(facts["html"])["src"])
    assert source == url and site.get(source.removeprefix(ORIGIN)).status_code == 200
    thumbnail = site.get(facts["thumbnail_url"].removeprefix(ORIGIN))
    assert (thumbnail.status_code, thumbnail.mimetype) == (200, "image/png")


@pytest.mark.parametrize(
    ("page", "kind"),
    [
        ("/", "kaart"),
        ("/?indicator=drugsverdachten&niveau=buurt&binnen=GM9001&gebied=BU90010100", "kaart"),
        ("/?indicator=misdrijven&weergave=tabel", "tabel"),
        ("/vergelijk?gebieden=GM9001,GM9002&indicator=misdrijven", "vergelijking"),
        ("/gebied/GM9001", "trend"),
        ("/embed?soort=cijfer&indicator=misdrijven", "cijfer"),
    ],
)
def test_a_page_leads_by_its_head_to_a_frame_of_the_same_view(
    site: FlaskClient, page: str, kind: str
) -> None:
    head = Tags_of_head(site.get(page).text)
    told = next(a for a in head if a.get("type") == "application/json+oembed")
    facts = site.get(str(told["href"])).json
    source = str(frame_in(facts["html"])["src"])
    assert urlsplit(source).path == f"/embed/{kind}"
    asked, given = dict(parse_qsl(urlsplit(source).query)), dict(parse_qsl(urlsplit(page).query))
    assert {name: asked[name] for name in asked.keys() & given.keys()} == {
        name: given[name] for name in asked.keys() & given.keys()
    }
    assert site.get(source.removeprefix(ORIGIN)).status_code == 200


@pytest.mark.parametrize("page", ["/", "/gebied/GM9001", "/vergelijk", "/download", "/methode", "/embed"])
def test_every_page_has_a_picture_for_who_shares_it(site: FlaskClient, page: str) -> None:
    head = {str(a.get("property")): str(a.get("content")) for a in Tags_of_head(site.get(page).text)}
    assert head["og:title"] and head["og:url"].startswith(ORIGIN) and head["og:image:width"] == "1200"
    picture = site.get(head["og:image"].removeprefix(ORIGIN))
    assert (picture.status_code, picture.mimetype) == (200, "image/png")


def test_the_picture_of_a_table_is_there_at_any_length(
    site: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboard.embed.listed.MOST_DRAWN", 2)
    page = "/?indicator=misdrijven&weergave=tabel&niveau=gemeente"
    head = {str(a.get("property")): str(a.get("content")) for a in Tags_of_head(site.get(page).text)}
    thumbnail = ask(site, ORIGIN + page).json["thumbnail_url"]
    assert head["og:image"] == thumbnail
    assert site.get(thumbnail.removeprefix(ORIGIN)).mimetype == "image/png"
    assert site.get("/embed/tabel.png?indicator=misdrijven&niveau=gemeente").status_code == 404
    assert "tabel.png" not in site.get("/embed?soort=tabel&indicator=misdrijven").text


def test_a_page_that_is_not_there_tells_nothing_to_share(site: FlaskClient) -> None:
    assert "og:image" not in site.get("/bestaat-niet").text


def Tags_of_head(text: str) -> list[dict[str, str | None]]:  # noqa: N802
    found = text[text.index("<head>") : text.index("</title>")] + text[text.index("</title>") + 8 :]
    wanted = [
        part.split(">")[0] for part in found.split("</head>")[0].split("<") if part[:4] in ("meta", "link")
    ]
    return [Tags(f"<{part}>").found[0][1] for part in wanted]


def test_xml_says_the_same_as_json(site: FlaskClient) -> None:
    url = f"{ORIGIN}/embed/trend?indicator=misdrijven&gebied=GM9001"
    answer = ask(site, url, format="xml")
    root = ET.fromstring(answer.data)
    assert answer.mimetype == "text/xml" and root.tag == "oembed"
    assert {part.tag: part.text for part in root} == {k: str(v) for k, v in ask(site, url).json.items()}


@pytest.mark.parametrize(
    "url",
    [
        "https://elders.example/embed/trend?indicator=misdrijven",
        "https://regiobeeld.example.elders.example/embed/trend?indicator=misdrijven",
        "https://regiobeeld.example@elders.example/embed/trend?indicator=misdrijven",
        "//elders.example/embed/trend?indicator=misdrijven",
        "http://regiobeeld.example/embed/trend?indicator=misdrijven",
        "javascript:alert(1)//https://regiobeeld.example/embed/trend",
        f"{ORIGIN}/v1/releases",
        f"{ORIGIN}/methode",
        f"{ORIGIN}/embed/taart?indicator=misdrijven",
        f"{ORIGIN}/embed/trend?indicator=nee",
        f'{ORIGIN}/embed/trend?indicator=misdrijven&kleur="><script>',
        f"{ORIGIN}/embed/kaart?indicator=misdrijven&niveau=buurt",
        f"{ORIGIN}/gebied/GM0000",
        "https://[",
        "x" * 1999,
    ],
)
def test_what_is_not_ours_or_not_there_is_not_found_and_not_repeated(site: FlaskClient, url: str) -> None:
    answer = ask(site, url)
    assert answer.status_code == 404 and "elders" not in answer.text and "script" not in answer.text


def test_a_frame_never_grows_beyond_what_is_asked_nor_below_what_can_be_read(site: FlaskClient) -> None:
    url = f"{ORIGIN}/embed/kaart?indicator=misdrijven"
    small = ask(site, url, maxwidth="400", maxheight="300").json
    assert (small["width"], small["height"]) == (400, 300)
    assert ask(site, url, maxwidth="100").json["width"] == NARROWEST
    assert ask(site, url, maxwidth="9000").json["width"] == 640


@pytest.mark.parametrize(
    ("query", "status"),
    [("", 400), ("url=", 400), ("url=/&maxwidth=-1", 400), ("url=/&x=1", 400), ("url=/&format=yaml", 501)],
)
def test_a_wrong_question_gets_the_right_status(site: FlaskClient, query: str, status: int) -> None:
    assert site.get(f"/oembed?{query}").status_code == status


def test_the_builder_gives_a_line_that_works(site: FlaskClient) -> None:
    text = site.get("/embed?soort=trend&indicator=drugsverdachten&gebied=GM9003&kleur=%238a1f5c&vast=ja").text
    address = "/embed/trend?indicator=drugsverdachten&amp;gebied=GM9003&amp;kleur=8a1f5c&amp;release=tiny-1"
    assert text.count(f'src="{address}"') == 3, "three previews"
    assert f"{ORIGIN}{address}".replace("&amp;", "&amp;amp;") in text, (
        "and the line to copy, escaped once more"
    )
    assert site.get(address.replace("&amp;", "&")).status_code == 200


def test_the_builder_knows_areas_by_name_and_says_which_it_does_not(site: FlaskClient, store: Store) -> None:
    name = store.release().regions["GM9002"].name
    text = site.get(
        "/embed", query_string={"soort": "vergelijking", "gebieden": f"{name}, GM9001, Nergens"}
    ).text
    assert "gebieden=GM9002,GM9001" in text and "“Nergens”" in text


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("soort=kaart&niveau=buurt", "binnen="),
        ("kleur=ffffff", "te licht"),
        ("kleur=%22%3E%3Cscript%3E", "zes cijfers"),
        ("release=nee", "niet hebben"),
        ("soort=%3Cscript%3E&jaar=%3Cscript%3E&thema=%3Cscript%3E", "niet hebben"),
    ],
)
def test_the_builder_says_why_something_cannot_be_embedded(site: FlaskClient, query: str, told: str) -> None:
    answer = site.get(f"/embed?{query}")
    assert answer.status_code == 200 and told in answer.text and "<script>" not in answer.text
    assert "<iframe" not in answer.text


def test_the_builder_itself_cannot_be_framed(site: FlaskClient) -> None:
    headers = site.get("/embed").headers
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Frame-Options"] == "DENY"
