"""DuckDB and Spark count the same, bit for bit, every indicator of the catalogue that has rows to count;
and a Spark that is not there is refused in words."""

import importlib.util
import os
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest

from etl.aggregate import count_microdata
from etl.catalogue.load import load_catalogue
from etl.catalogue.model import Indicator, RunConfig
from etl.demo import build
from etl.errors import EtlError
from etl.extract.engine import KINDS, Engine
from etl.frames import TrueCounts
from etl.pipeline import division_files, load
from geodata.boundaries import read_division
from geodata.regions import Regions
from tests.samples import tiny_microdata

CATALOGUE = load_catalogue()
CONFIG = Path(__file__).parents[2] / "config" / "demo.toml"

QUIET = pytest.mark.filterwarnings("ignore:.*socket:pytest.PytestUnraisableExceptionWarning")
"""Spark's Python side leaves its sockets to Java for closing."""


@pytest.fixture(scope="module")
def spark_is_here() -> None:
    """Skips the test where Spark cannot run: it takes half a gigabyte, which `make test` does not install."""
    if importlib.util.find_spec("pyspark") is None:
        pytest.skip('no pyspark: pip install -c constraints.txt -e ".[spark]"')
    if not os.environ.get("JAVA_HOME") and shutil.which("java") is None:
        pytest.skip("no Java: set JAVA_HOME, or install openjdk-17-jre-headless")


def counted_by(
    kind: str, config: RunConfig, folder: Path, regions: Regions
) -> tuple[list[Indicator], tuple[TrueCounts, ...]]:
    private = [one for one in CATALOGUE.needed(config) if one.private]
    with Engine.opened(kind) as engine:  # type: ignore[arg-type]
        return private, count_microdata(private, config, CATALOGUE, folder, regions, engine=engine)


def assert_engines_agree(config: RunConfig, folder: Path, regions: Regions) -> None:
    private, duckdb = counted_by("duckdb", config, folder, regions)
    _private, spark = counted_by("spark", config, folder, regions)
    assert len(private) == len(duckdb) == len(spark) >= 4
    for one, other in zip(duckdb, spark, strict=True):
        assert one.counts.any(), one.indicator
        assert one.counts.dtype == other.counts.dtype
        assert np.array_equal(one.counts, other.counts), one.indicator
        assert (one.dropped is None) == (other.dropped is None)
        if one.dropped is not None:
            assert np.array_equal(one.dropped, other.dropped), one.indicator


@pytest.mark.spark
@QUIET
@pytest.mark.parametrize("form", ["parquet", pytest.param("csv", marks=pytest.mark.slow)])
def test_equal_counts_on_the_tiny_country(tmp_path: Path, spark_is_here: None, form: str) -> None:
    tiny_microdata.write(tiny_microdata.rows(), tmp_path, form)
    config = tiny_microdata.config(form)
    everything = [one.id for one in CATALOGUE.indicators.values() if one.id in tiny_microdata.PRIVATE]
    assert_engines_agree(
        config.model_copy(update={"indicators": tuple(everything)}), tmp_path, tiny_microdata.regions()
    )


@pytest.mark.spark
@QUIET
@pytest.mark.slow
def test_equal_counts_on_the_small_demo(tmp_path: Path, spark_is_here: None) -> None:
    build(tmp_path / "small", "small", progress=False)
    config = load(CONFIG)
    regions = read_division(division_files(config), tmp_path / "small", lambda _text: None).regions
    assert_engines_agree(config, tmp_path / "small", regions)


def test_spark_without_java_is_refused_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(EtlError, match=r"no Java in JAVA_HOME .* Install a Java"), Engine.opened("spark"):
        pass


def test_an_old_java_is_refused_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    java = tmp_path / "bin" / "java"
    java.parent.mkdir()
    java.write_text("#!/bin/sh\necho 'java version \"1.8.0_392\"' >&2\n", encoding="utf-8")
    java.chmod(0o755)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(EtlError, match="found Java 8, expected 17"), Engine.opened("spark"):
        pass


def test_without_pyspark_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    java = tmp_path / "bin" / "java"
    java.parent.mkdir()
    java.write_text("#!/bin/sh\necho 'openjdk version \"21.0.2\"' >&2\n", encoding="utf-8")
    java.chmod(0o755)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    with pytest.raises(EtlError, match=r"extra \[spark\]"), Engine.opened("spark"):
        pass


def test_the_engines_to_choose_from() -> None:
    assert KINDS == ("duckdb", "spark")
