"""DuckDB and Spark count the same, bit for bit, every indicator of the catalogue that has rows to count;
and a Spark that is not there is refused in words."""

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from ibis import _

from etl.aggregate import count_microdata
from etl.catalogue.load import load_catalogue
from etl.catalogue.microdata import Microdata
from etl.catalogue.model import Indicator, RunConfig
from etl.catalogue.needs import sources_of
from etl.demo import build
from etl.errors import EtlError
from etl.extract.engine import KINDS, Engine, find_java
from etl.pipeline import division_files, load
from geodata.boundaries import read_division
from geodata.regions import Regions
from tests.samples import tiny_microdata

CATALOGUE = load_catalogue()
CONFIG = Path(__file__).parents[2] / "config" / "demo.toml"
COUNTED = [one for one in CATALOGUE.indicators.values() if isinstance(one.count, Microdata)]
"""Whatever the folder holds: a new indicator is held to both engines as it lands."""

SPARK = (
    pytest.mark.spark,
    # Spark leaves its sockets to Java for closing, and uses much that pandas 3 is about to drop.
    pytest.mark.filterwarnings("ignore:.*socket:pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
)


def spark_marks(test: object) -> object:
    for mark in SPARK:
        test = mark(test)
    return test


@pytest.fixture(scope="module")
def spark() -> Iterator[Engine]:
    """One Spark for all tests here. Skips where it cannot run; `make test` brings it beside a Java."""
    try:
        find_java()
    except EtlError as error:
        pytest.skip(str(error))
    if importlib.util.find_spec("pyspark") is None:
        pytest.skip('no pyspark: pip install -c constraints.txt -e ".[spark]"')
    with Engine.opened("spark") as engine:
        yield engine


def set_for(engine: Engine, *, many: bool) -> None:
    """Few rows are counted soonest without code made for each query and in one portion; many rows are not."""
    made = str(many).lower()
    for setting in (f"shuffle.partitions={8 if many else 1}", f"codegen.wholeStage={made}"):
        engine.con.raw_sql(f"SET spark.sql.{setting}")
    engine.con.raw_sql(f"SET spark.sql.adaptive.enabled={made}")
    engine.con.raw_sql(f"SET spark.sql.codegen.factoryMode={'FALLBACK' if many else 'NO_CODEGEN'}")


def with_all(config: RunConfig) -> tuple[RunConfig, list[Indicator]]:
    """The configuration with every counted indicator that its sources suffice for."""
    able = [one for one in COUNTED if set(sources_of(one)) <= set(config.sources)]
    units = {one.protection.unit: next(iter(config.privacy.values())) for one in able if one.protection}
    names = tuple(one.id for one in able)
    return config.model_copy(update={"indicators": names, "privacy": units | dict(config.privacy)}), able


def assert_engines_agree(spark: Engine, config: RunConfig, folder: Path, regions: Regions) -> list[Indicator]:
    """Counts and what the bound dropped, for all indicators at once; which they were."""
    config, able = with_all(config)
    found = count_microdata(able, config, CATALOGUE, folder, regions)
    again = count_microdata(able, config, CATALOGUE, folder, regions, engine=spark)
    assert len(able) == len(found) == len(again) >= 18
    for one, other in zip(found, again, strict=True):
        assert one.counts.any(), f"{one.indicator} counts nothing here, so nothing is compared"
        assert one.counts.dtype == other.counts.dtype
        assert np.array_equal(one.counts, other.counts), one.indicator
        assert (one.dropped is None) == (other.dropped is None)
        if one.dropped is not None:
            assert np.array_equal(one.dropped, other.dropped), one.indicator
    return able


@spark_marks
@pytest.mark.parametrize("form", ["parquet", pytest.param("csv", marks=pytest.mark.slow)])
def test_equal_counts_of_rows_that_trip_a_counter_up(tmp_path: Path, spark: Engine, form: str) -> None:
    set_for(spark, many=False)
    tiny_microdata.write(tiny_microdata.rows(), tmp_path, form)
    assert_engines_agree(spark, tiny_microdata.config(form), tmp_path, tiny_microdata.regions())


@spark_marks
@pytest.mark.slow
def test_equal_counts_of_every_indicator_in_the_small_demo(tmp_path: Path, spark: Engine) -> None:
    set_for(spark, many=True)
    build(tmp_path / "small", "small", progress=False)
    config = load(CONFIG)
    regions = read_division(division_files(config), tmp_path / "small", lambda _text: None).regions
    able = assert_engines_agree(spark, config, tmp_path / "small", regions)
    assert {one.id for one in able} == {one.id for one in COUNTED}, "the demo feeds every private indicator"


@spark_marks
def test_what_spark_keeps_forgets_how_it_was_made_and_goes_when_dropped(spark: Engine) -> None:
    def held() -> int:
        return len(spark.con._session.sparkContext._jsc.getPersistentRDDs())

    rows = spark.lookup(pa.table({"year": [2023, 2023, 2024]}))
    before = held()
    kept = spark.keep_last(lambda: spark.keep(rows.distinct()).filter(_.year > 2023))
    assert held() == before + 1, "what was kept on the way is gone"
    assert "parquet" in spark.con._session.sql(spark.con.compile(rows))._jdf.queryExecution().toString()
    assert "parquet" not in spark.con._session.sql(spark.con.compile(kept))._jdf.queryExecution().toString()
    assert spark.fetch(kept)["year"].tolist() == [2024]


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
