"""The smallest demo country, built once for all tests of this folder."""

from pathlib import Path

import pytest

from etl.demo import build


@pytest.fixture(scope="session")
def country(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with the source files of the tiny country."""
    folder = tmp_path_factory.mktemp("demo") / "merenland"
    build(folder, "tiny", progress=False)
    return folder
