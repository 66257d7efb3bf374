"""Every number on the pages comes from the release, the ledger or the catalogue, as in the API."""

import html
import json
import re
import shutil
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from flask.testing import FlaskClient
from pydantic import ValidationError
from sqlalchemy import insert
from werkzeug.serving import make_server

from dashboard import create_app
from dashboard.api.rows import COLUMNS
from dashboard.corrections import corrections, parse
from dashboard.figures.svg_margin import Line, draw
from dashboard.language import number_text
from dashboard.numbers import STATUS_ORDER
from dashboard.pages.method_facts import examples, level_facts, private_figures, shown_at
from dashboard.settings import Settings
from dashboard.text import words
from etl.catalogue.model import UnitBudget
from etl.frames import Status
from etl.release import schema
from etl.release.engine import open_engine
from etl.release.read import Release, Store
from etl.release.schema_ledger import ledger_entry
from etl.release.values import Z95
from etl.release.write import write_release
from geodata.levels import LEVELS, Level
from tests.samples.reading import without_terms
from tests.samples.tiny_release import publication
from tests.unit.pages.conftest import ORIGIN, Parsed

Read = Callable[[str], Parsed]


def test_facts_are_those_of_the_release(release: Release) -> None:
    year = release.years("drugsverdachten")[-1]
    facts = level_facts(release, "drugsverdachten")
    assert [fact.level for fact in facts] == list(LEVELS)
    for fact in facts:
        values = release.values("drugsverdachten", year, fact.level)
        assert fact.areas == len(values)
        assert fact.shown == int(np.isin(values.status, (Status.OK, Status.VOORLOPIG)).sum())
        assert fact.error == np.median(values.standard_error)
        assert fact.count == np.median(values.estimate)
    # rho 0.1, half of it for buurten, one person counts once: 1 / sqrt(2 x 0.05).
    assert facts[-1].noise == pytest.approx(10**0.5)


def test_the_page_shows_the_margin_of_each_level(read: Read, release: Release) -> None:
    told = read("/methode").text
    for fact in level_facts(release, "drugsverdachten"):
        name = words("nl")(f"level.{fact.level}")
        count, margin = round(fact.count), round(Z95 * fact.error)
        assert f"{name}{count}± {margin}{fact.shown} van {fact.areas}" in told


def test_examples_are_one_of_each_kind_and_nobody_is_picked_for_its_figure(release: Release) -> None:
    indicator = private_figures(release)[0]
    values, positions = examples(release, indicator)
    letters = [values.letter(position) for position in positions]
    assert letters == sorted(letters) and len(set(positions)) == len(positions)
    hidden = [position for position in positions if values.letter(position) == "F"]
    assert all(values.status[position] == Status.TE_ONZEKER for position in hidden)


def test_expected_misses_are_one_in_twenty(read: Read, release: Release) -> None:
    shown = shown_at(release, Level.GEMEENTE)
    expected = words("nl")("method.wrong_here", n=max(round(shown / 20), 1), all=number_text(shown, "nl"))
    assert shown > 0 and expected in read("/methode").text


def test_a_release_without_noise_says_so_and_draws_no_numbers(tmp_path: Path) -> None:
    store = _store(tmp_path, replace(publication(), indicators=publication().indicators[1:]))
    page = create_app(Settings(), store).server.test_client().get("/methode").text
    page = without_terms(page)
    assert words("nl")("method.why_none") in html.unescape(page)
    assert words("nl")("method.plain_narrow") in html.unescape(page)
    assert "± " not in page.split('id="onderzoekers"')[0].replace("± 6", "")


def test_the_budget_is_that_of_the_api(read: Read, client: FlaskClient) -> None:
    total = json.loads(client.get("/v1/budget").text)["budget"][0]
    assert Decimal(total["rhoBesteed"]) == Decimal("0.300000001")
    # A fifth and a billionth: spent rounds up, so that the budget never looks fuller than it is.
    facts = {"spent": 21, "left": 79, "rho_spent": "0,300000001", "rho_cap": "1,5"}
    assert words("nl")("accountability.budget_words", **facts) in read("/verantwoording").text


def test_epsilon_is_that_of_the_delta_a_release_declared(tmp_path: Path) -> None:
    """docs/privacy.md has the values: 2.72 at rho 0.1 and 6.47 at rho 0.5, both at delta 1e-9."""
    made = [publication(name) for name in ("tiny-1", "tiny-2")]
    budget = {"person": UnitBudget(rho_cap=Decimal("0.8"), delta=Decimal("1e-9"))}
    configs = [one.config.model_copy(update={"privacy": budget}) for one in made]
    store = _store(tmp_path, *[replace(one, config=told) for one, told in zip(made, configs, strict=True)])
    chain = {"digest": "d", "measured": "m", "previous_hash": "", "recorded_at": "2026-11-22T01:02:03+00:00"}
    with open_engine(f"sqlite:///{tmp_path / 'own.db'}").begin() as connection:
        for seq, nano in ((1, 100_000_000), (2, 400_000_000)):
            entry = {"seq": seq, "release_id": f"tiny-{seq}", "unit": "person", "nano_rho": nano}
            connection.execute(insert(ledger_entry).values(**entry, cap=800_000_000, hash=str(seq), **chain))
    page = html.unescape(create_app(Settings(), store).server.test_client().get("/verantwoording").text)
    assert "0,5 van 0,8 rho. Dat is epsilon 6,47 bij delta 10⁻⁹." in page
    assert "2,72 bij delta 10⁻⁹" in page
    english = create_app(Settings(), store).server.test_client().get("/verantwoording?taal=en").text
    assert "That is epsilon 6.47 at delta 10⁻⁹." in html.unescape(english)


def test_every_purpose_and_checksum_is_on_the_page(read: Read, release: Release) -> None:
    for address, language in (("/verantwoording", "nl"), ("/verantwoording?taal=en", "en")):
        told = read(address).text
        for use in release.sources:
            assert use.source.purpose.goal[language] in told
            assert use.source.purpose.legal_basis[language] in told
            for name, digest in use.files.items():
                assert name in told and digest in told
        for figure in release.figures:
            assert figure.purpose.goal[language] in told and figure.purpose.owner in told
        assert release.info.digest in told and release.info.citation in told


def test_no_corrections_are_a_list_that_is_empty(read: Read) -> None:
    assert corrections() == ()
    assert words("nl")("accountability.corrections_none") in read("/verantwoording").text


def test_corrections_are_read_newest_first_and_faults_are_named(
    read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = '[[correction]]\nrelease = "tiny-1"\ndate = 2027-0{0}-01'
    entry = start + '\nwhat = {{ nl = "Fout {0}.", en = "Wrong." }}\n'
    found = parse(entry.format(1) + entry.format(2) + 'replaced_by = "tiny-2"\n')
    assert [one.what.nl for one in found] == ["Fout 2.", "Fout 1."]
    monkeypatch.setattr("dashboard.pages.accountability.corrections", lambda: found)
    told = read("/verantwoording").text
    assert "Fout 2. Gebruik in plaats daarvan uitgave tiny-2." in told and "1 januari 2027" in told
    with pytest.raises(ValidationError, match=r"release[\s\S]*what"):
        parse("[[correction]]\ndate = 2027-01-01\n")


def test_every_column_and_status_is_explained(read: Read) -> None:
    told = read("/download").text
    for name in COLUMNS:
        assert name + words("nl")(f"columns.{name}") in told
    for slug in STATUS_ORDER:
        assert slug + words("nl")(f"statuses.{slug}") in told


def test_files_name_their_release(read: Read, release: Release) -> None:
    """Every file on the page is of this release for ever, and every figure has one at each of its levels."""
    files = [link for link in read("/download").links if link.startswith("/v1/waarden?")]
    assert files and all(f"release={release.info.id}" in link for link in files)
    for figure in release.figures:
        for level in ("land", "gemeente", "buurt", "provincie"):
            assert any(f"indicator={figure.id}&niveau={level}&" in link for link in files)


def test_code_names_the_public_address(client: FlaskClient) -> None:
    for text in _code(client.get("/download").text):
        assert re.search(rf'"{ORIGIN}/v1[/"]', text)


@pytest.fixture(scope="module")
def live(store: Store) -> Iterator[str]:
    """The site at a real address, as no origin is configured."""
    server = make_server("127.0.0.1", 0, create_app(Settings(), store).server, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def _lines(live: str) -> list[str]:
    with urllib.request.urlopen(f"{live}/download", timeout=60) as answer:
        return _code(answer.read().decode())


def _code(page: str) -> list[str]:
    """The lines for Python, R and curl, as a reader copies them."""
    return [
        html.unescape(text) for text in re.findall(r"<pre[^>]*><code>(.*?)</code></pre>", page, re.DOTALL)
    ]


def test_the_python_lines_run(live: str, release: Release) -> None:
    python = _lines(live)[0]
    ran = subprocess.run([sys.executable, "-c", python], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    names = [release.regions.names[at] for at in range(*release.regions.slice("gemeente").indices(99))]
    assert all(name in ran.stdout for name in names) and "cijferBovengrens" in ran.stdout


def test_the_curl_line_runs(live: str, client: FlaskClient, tmp_path: Path) -> None:
    if shutil.which("curl") is None:
        pytest.skip("no curl on this machine")
    line = _lines(live)[2]
    subprocess.run(["sh", "-c", line], cwd=tmp_path, capture_output=True, check=True)
    (file,) = tmp_path.iterdir()
    address = re.search(r'"(http[^"]+)"', line)
    assert address is not None
    assert file.read_bytes() == client.get(address[1].removeprefix(live)).data


def test_the_picture_of_a_margin_is_drawn_to_scale() -> None:
    lines = [Line("A & B", "A told.", 5.0, 2.0, 9.0), Line("C", "C told.", 0.0, 0.0, 0.0, shown=False)]
    root = ET.fromstring(draw(lines, "Title", "too uncertain", "en"))
    named = "{http://www.w3.org/2000/svg}"
    bar, hatch = root.findall(f"{named}rect")
    dot = root.find(f"{named}circle")
    assert dot is not None
    left, width = float(bar.attrib["x"]), float(bar.attrib["width"])
    assert (float(dot.attrib["cx"]) - left) / width == pytest.approx(3 / 7, abs=0.01)
    assert hatch.attrib["fill"] == "url(#unsure)"
    assert root.findtext(f"{named}desc") == "A told. C told."
    assert "10" in [text.text for text in root.findall(f"{named}text")]
    bare = draw(lines, "Title", "too uncertain", "en", numbers=False)
    assert ">10<" not in bare


def _store(folder: Path, *publications: object) -> Store:
    engine = open_engine(f"sqlite:///{folder / 'own.db'}")
    schema.metadata.create_all(engine)
    for one in publications:
        write_release(engine, one)  # type: ignore[arg-type]
    return Store(engine)
