"""A whole run over the tiny country: all its source files in a folder, its configuration as a TOML file.

In: a folder. Out: what `python -m etl run` needs, or the release it publishes.
"""

import shutil
from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import Engine

from etl import pipeline
from etl.catalogue.load import FOLDER
from etl.catalogue.model import RunConfig
from etl.release.engine import open_engine
from tests.samples import tiny, tiny_microdata
from tests.samples.tiny_microdata import PRIVATE, Microdata

INDICATORS = (*PRIVATE, "inwoners", "huishoudens")


def write_sources(folder: Path, rows: Microdata | None = None) -> None:
    """Map, microdata and key figures of the tiny country."""
    folder.mkdir(parents=True, exist_ok=True)
    tiny.write_division(folder)
    tiny_microdata.write(rows or tiny_microdata.rows(), folder)
    tiny_microdata.write_key_figures(folder)


def config(**changes: object) -> RunConfig:
    """All private indicators with their public company."""
    return tiny_microdata.config(**({"indicators": INDICATORS} | changes))


def write_config(path: Path, **changes: object) -> Path:
    """The same configuration as a file a data officer could have written."""
    declared = config(**changes).model_dump(mode="json", exclude_none=True)
    path.write_text("".join(f"{key} = {_toml(value)}\n" for key, value in declared.items()), encoding="utf-8")
    return path


def publish(folder: Path, database: str, catalogue: Path = FOLDER, **changes: object) -> Engine:
    """Run the pipeline on the sources in `folder`; the engine of the database the release is in."""
    engine = open_engine(database)
    assert pipeline.run(engine, config(**changes), folder, lambda step: None, catalogue)
    return engine


def catalogue_with(folder: Path, indicator: str, old: str, new: str) -> Path:
    """A copy of the catalogue in which one line of one indicator reads otherwise."""
    shutil.copytree(FOLDER, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    file = folder / "indicators" / f"{indicator}.toml"
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{file.name}: {old!r} should be there once"
    file.write_text(text.replace(old, new), encoding="utf-8")
    return folder


def _toml(value: object) -> str:
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f'"{key}" = {_toml(inner)}' for key, inner in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_toml(inner) for inner in value) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) else str(value)
