"""The site as its server answers: statuses, words, addresses, caching; and Dash's answer to an address."""

import json
import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from dashboard import create_app, files
from dashboard.components.markup import markup
from dashboard.pages import draw
from dashboard.settings import Settings
from etl.release.engine import open_engine
from etl.release.read import Store


def test_the_first_answer_reads_without_scripts(client: FlaskClient) -> None:
    page = client.get("/?indicator=misdrijven&gebied=GM9001&jaar=2023")
    assert page.status_code == 200
    assert "<title>Geregistreerde misdrijven, Westerdam 2023 · Regiobeeld</title>" in page.text
    assert "<h2>Westerdam</h2>" in page.text and '<span class="big">7,6</span>' in page.text
    assert 'name="description" content="Geregistreerde misdrijven in Westerdam, 2023' in page.text
    assert "Fictief land." in page.text


def test_a_release_of_a_real_land_carries_no_such_banner(tmp_path: Path) -> None:
    from tests.samples.tiny_release import write_tiny_release

    engine = open_engine(f"sqlite:///{tmp_path / 'real.db'}")
    write_tiny_release(engine, "real-1", fictional=False)
    assert "Fictief land" not in create_app(Settings(), Store(engine)).server.test_client().get("/").text


@pytest.mark.parametrize(
    ("address", "heading"),
    [
        ("/?gebied=GM0000", "Dit gebied kennen we niet"),
        ("/?binnen=%3Cscript%3E", "Dit gebied kennen we niet"),
        ("/?indicator=geluk", "Dit cijfer kennen we niet"),
        ("/bestaat/niet", "Deze pagina bestaat niet"),
        ("/?gebied=GM0000&taal=en", "We do not know this area"),
    ],
)
def test_what_is_not_there_says_so_to_people_and_machines(
    client: FlaskClient, address: str, heading: str
) -> None:
    page = client.get(address)
    assert page.status_code == 404
    assert f"<h1>{heading}</h1>" in page.text
    assert "<script>" not in page.text.split("<footer")[0]
    assert "Traceback" not in page.text


def test_without_a_release_the_page_says_what_to_run(tmp_path: Path) -> None:
    store = Store(open_engine(f"sqlite:///{tmp_path / 'empty.db'}"))
    page = create_app(Settings(), store).server.test_client().get("/?gebied=GM9001")
    assert page.status_code == 503
    assert "python -m etl demo" in page.text and "Traceback" not in page.text


def test_a_database_that_does_not_answer_is_no_missing_release(tmp_path: Path) -> None:
    store = Store(open_engine(f"sqlite:///file:{tmp_path / 'gone.db'}?mode=ro&uri=true"))
    client = create_app(Settings(), store).server.test_client()
    for address, told in (("/", "Even niet te bereiken"), ("/methode?taal=en", "Not available right now")):
        page = client.get(address)
        assert page.status_code == 503
        assert f"<h1>{told}</h1>" in page.text and "etl demo" not in page.text


@pytest.mark.parametrize(
    "address", ["/", "/tekst/method", "/v1/releases", "/gebied/GM9001/brief.pdf?taal=en"]
)
def test_a_fault_of_ours_is_told_plainly(
    client: FlaskClient, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("a secret of the machine")

    monkeypatch.setattr(Store, "releases", broken)
    answer = client.get(address)
    assert answer.status_code == 500 and "secret" not in answer.text
    told = "Something went wrong" if "taal=en" in address else "Er ging iets mis"
    assert told in answer.text
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_file_that_is_not_there_is_told_in_the_language_of_the_page(client: FlaskClient) -> None:
    answer = client.get("/gebied/GM0000/brief.pdf")
    assert answer.status_code == 404 and "<h1>Deze pagina bestaat niet</h1>" in answer.text


def test_nothing_on_a_page_comes_from_elsewhere(client: FlaskClient) -> None:
    text = client.get("/?gebied=GM9001").text
    linked = re.findall(r'(?:src|href)="([^"]*)"', text)
    assert len(linked) > 20
    assert [link for link in linked if not link.startswith(("/", "#", "data:"))] == []
    assert not any(link.startswith("//") for link in linked)


def test_a_script_no_page_uses_is_not_sent(client: FlaskClient) -> None:
    text = client.get("/").text
    assert "dash_renderer" in text and "dash_core_components" in text
    assert "dash_table/" not in text


def test_only_a_page_with_a_map_lets_dash_wait(client: FlaskClient) -> None:
    def waiting(address: str) -> bool:
        before, _, rest = client.get(address).text.partition('<template id="dash">')
        assert "dash_renderer" in (rest or before)
        return "dash_renderer" not in before

    assert waiting("/") and waiting("/?weergave=kaart")
    assert not waiting("/?weergave=tabel") and not waiting("/methode")


def test_every_file_a_page_names_answers_and_may_be_kept(client: FlaskClient) -> None:
    text = client.get("/").text
    named = set(re.findall(r'"(/(?:onderdelen|kaartmotor)/[^"]*)"', text))
    assert len(named) >= 5
    for address in named:
        answer = client.get(address, headers={"Accept-Encoding": "br"})
        assert answer.status_code == 200 and "immutable" in answer.headers["Cache-Control"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "address",
    ["/onderdelen/000000000000/map.js", "/kaartmotor/000000000000/maplibre-gl.js", "/kaartnamen/x/wijk"],
)
def test_a_file_under_another_checksum_is_not_there(client: FlaskClient, address: str) -> None:
    assert client.get(address).status_code == 404


def test_every_script_and_style_of_ours_is_sent() -> None:
    sent = {part for parts in files.BUNDLES.values() for part in parts}
    assert sent == {file.name for file in files.ASSETS.iterdir() if file.suffix in (".js", ".css")}


def test_our_own_files_are_only_those_in_assets(client: FlaskClient) -> None:
    assert client.get("/onderdelen/x/..%2fsettings.py").status_code == 404


def test_names_come_in_the_order_of_the_map(client: FlaskClient, store: Store) -> None:
    regions = store.release().regions
    body = client.get("/kaartnamen/tiny2024/wijk").json
    assert body is not None
    assert body["codes"] == list(regions.codes[regions.slice("wijk")])
    assert body["names"] == list(regions.names[regions.slice("wijk")])


def test_the_map_is_told_where_everything_is(client: FlaskClient, store: Store) -> None:
    tree = draw(store, "/", "?indicator=misdrijven&niveau=buurt&jaar=2022&gebied=WK900101&binnen=RE91").tree
    told = json.loads(_unescaped(re.findall(r'data-map="([^"]*)"', markup(tree))[0]))
    regions = store.release().regions
    assert told["values"] == "/v1/kaartwaarden/tiny-1/misdrijven/2022/buurt"
    assert told["area"] == ["wijk", regions["WK900101"].position]
    assert told["within"] == ["regio", regions["RE91"].position]
    assert told["areas"]["buurt"] == {"count": 12, "above": "gemeente"}
    assert list(told["areas"])[:3] == ["buurt", "wijk", "gemeente"], "smallest areas first, as they are drawn"
    assert "buurt" in told["levels"]
    assert [place[0] for place in told["places"]] == ["Oosterzijl", "Middelveen", "Westerdam"]
    for key in ("values", "names"):
        assert client.get(told[key]).status_code == 200


def test_dash_draws_the_same_page(client: FlaskClient, store: Store) -> None:
    asked = {
        "output": "pagina.children",
        "outputs": {"id": "pagina", "property": "children"},
        "inputs": [
            {"id": "adres", "property": "pathname", "value": "/"},
            {"id": "adres", "property": "search", "value": "?indicator=misdrijven&gebied=GM9002"},
        ],
        "changedPropIds": ["adres.search"],
    }
    answer = client.post("/_dash-update-component", json=asked)
    assert answer.status_code == 200
    assert "Middelveen" in answer.text
    shown = json.loads(answer.text)["response"]["pagina"]["children"]["props"]
    assert shown["data-title"] == draw(store, "/", "?indicator=misdrijven&gebied=GM9002").title


def test_a_region_table_has_only_its_own_gemeenten(client: FlaskClient) -> None:
    part = client.get("/tabel?indicator=misdrijven&binnen=RE92").text
    assert "Oosterzijl" in part and "Westerdam" not in part
    assert client.get("/tabel?gebied=GM0000").status_code == 404


def test_the_margin_stands_beside_a_noisy_figure_only(client: FlaskClient) -> None:
    noisy = client.get("/tabel?indicator=drugsverdachten").text
    assert "Marge (95%)" in noisy and "217 – 263" in noisy
    counted = client.get("/tabel?indicator=misdrijven").text
    assert "Marge" not in counted and "Geteld, zonder toegevoegde ruis." in counted


def _unescaped(text: str) -> str:
    return text.replace("&quot;", '"').replace("&amp;", "&").replace("&#x27;", "'")
