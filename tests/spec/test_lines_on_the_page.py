"""The lines of code on /download work as they stand: copied from the page and run against a real server."""

import html
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from flask.testing import FlaskClient
from werkzeug.serving import make_server

from dashboard import create_app
from dashboard.settings import Settings
from etl.release.read import Release, Store
from geodata.levels import Level
from tests.samples import tiny_run

BLOCK = re.compile(
    r'<h[34][^>]*\bid="([a-z-]+)"[^>]*>(?:(?!<h[2-4]).)*?<pre[^>]*><code>(.*?)</code></pre>', re.DOTALL
)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A whole run: with measurements, as a real release has."""
    folder = tmp_path_factory.mktemp("run")
    tiny_run.write_sources(folder)
    return Store(tiny_run.publish(folder, f"sqlite:///{folder / 'run.db'}"))


@pytest.fixture(scope="module")
def release(store: Store) -> Release:
    return store.release()


@pytest.fixture(scope="module", params=["", "?taal=en"])
def blocks(store: Store, request: pytest.FixtureRequest) -> Iterator[dict[str, str]]:
    """Anchor of a block -> its lines, while the server they name answers."""
    site = create_app(Settings(), store).server
    server = make_server("127.0.0.1", 0, site, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    client: FlaskClient = site.test_client()
    page = client.get(f"/download{request.param}", base_url=f"http://127.0.0.1:{server.server_port}").text
    yield {name: html.unescape(text) for name, text in BLOCK.findall(page)}
    server.shutdown()
    thread.join()
    server.server_close()


def run(command: list[str], folder: Path) -> str:
    told = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=120)
    assert told.returncode == 0, told.stderr
    return told.stdout


def test_the_page_has_a_block_for_each_language(blocks: dict[str, str]) -> None:
    assert set(blocks) == {"code-python", "code-r", "code-curl", "metingen-code"}


def test_the_python_lines_print_every_gemeente_that_can_be_read(
    blocks: dict[str, str], release: Release, tmp_path: Path
) -> None:
    printed = run([sys.executable, "-c", blocks["code-python"]], tmp_path)
    figure = next(one for one in release.figures if Level.GEMEENTE in one.levels)
    year = release.years(figure.id)[-1]
    values = release.values(figure.id, year, Level.GEMEENTE)
    names = release.regions.names[release.regions.slice(Level.GEMEENTE)]
    assert values.shown.any()
    for name, shown in zip(names, values.shown.tolist(), strict=True):
        assert (name in printed) == shown
    assert "cijferOndergrens" in printed


def test_the_curl_line_saves_the_file(blocks: dict[str, str], release: Release, tmp_path: Path) -> None:
    if shutil.which("curl") is None:
        pytest.skip("no curl on this machine")
    run(["sh", "-c", blocks["code-curl"]], tmp_path)
    (file,) = tmp_path.iterdir()
    assert set(pd.read_csv(file)["niveau"]) == {"gemeente"}
    assert set(pd.read_csv(file)["release"]) == {release.info.id}


def test_the_r_lines_print_the_same(blocks: dict[str, str], tmp_path: Path) -> None:
    if shutil.which("Rscript") is None:
        pytest.skip("no R on this machine")
    assert "cijferOndergrens" in run(["Rscript", "-e", blocks["code-r"]], tmp_path)


def test_the_measurements_give_back_the_published_estimates(blocks: dict[str, str], tmp_path: Path) -> None:
    """Weighted least squares by a reader's own hand, with scipy instead of ours."""
    printed = run([sys.executable, "-c", blocks["metingen-code"]], tmp_path)
    found = re.fullmatch(r"largest difference: (\S+)", printed.strip())
    assert found and float(found[1]) < 1e-6
