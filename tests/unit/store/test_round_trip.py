"""A release written is the release read, figure by figure, on SQLite and PostgreSQL."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from sqlalchemy import Engine, func, select

from etl.errors import ReleaseConflict
from etl.frames import Status
from etl.release import schema
from etl.release.engine import open_engine
from etl.release.migrate import upgrade
from etl.release.read import Release, Store
from etl.release.write import is_published, write_release
from tests.samples import tiny_release
from tests.samples.tiny_release import EMPTY, MISSING, UNKNOWN_BUURT, WITHHELD, YEARS, publication


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    made = open_engine(database_url)
    upgrade(made)
    yield made
    made.dispose()


@pytest.fixture
def release(engine: Engine) -> Release:
    write_release(engine, publication())
    return Store(engine).release("tiny-1")


def test_areas_come_back_in_order_with_parents_and_members(release: Release) -> None:
    written, read = publication().map.regions, release.regions
    assert (read.codes, read.names, read.level) == (written.codes, written.names, written.level)
    assert (read.vintage, read.year, dict(read.members)) == (
        written.vintage,
        written.year,
        dict(written.members),
    )
    np.testing.assert_array_equal(read.parent, written.parent)
    np.testing.assert_array_equal(read.bounds, written.bounds)
    np.testing.assert_array_equal(read.has_shape, written.has_shape)


def test_every_stored_number_comes_back_unchanged(release: Release) -> None:
    for entry in publication().indicators:
        for row, year in enumerate(entry.estimates.years):
            values = release.values(entry.indicator.id, year)
            np.testing.assert_array_equal(values.estimate, entry.estimates.estimate[row])
            np.testing.assert_allclose(
                values.standard_error, np.sqrt(entry.estimates.variance[row]), rtol=1e-15
            )


def test_statuses_come_back_and_withheld_is_not_zero(release: Release) -> None:
    values, regions = release.values("misdrijven", 2022), release.regions
    for code, status in ((WITHHELD, Status.GEHEIM), (MISSING, Status.ONTBREEKT), (EMPTY, Status.NVT)):
        assert values.status[regions[code].position] == status
    assert np.isnan(values.estimate[regions[WITHHELD].position])
    assert values.estimate[regions[EMPTY].position] > 0


def test_a_level_is_the_same_rows_as_the_whole(release: Release) -> None:
    whole, level = release.values("drugsverdachten", 2021), release.values("drugsverdachten", 2021, "wijk")
    span = release.regions.slice("wijk")
    np.testing.assert_array_equal(level.estimate, whole.estimate[span])
    np.testing.assert_array_equal(level.klass, whole.klass[span])
    assert len(level) == span.stop - span.start


def test_an_area_over_time_shows_the_figures_of_its_years(release: Release) -> None:
    code = release.regions.codes[release.regions.slice("gemeente").start]
    years, values = release.over_time("drugsverdachten", code)
    assert years == YEARS
    for row, year in enumerate(years):
        whole, position = release.values("drugsverdachten", year), release.regions[code].position
        for name in ("estimate", "lower", "upper", "rate", "klass", "status"):
            assert getattr(values, name)[row] == getattr(whole, name)[position], (name, year)


def test_the_part_no_buurt_carries_comes_back(release: Release) -> None:
    assert release.rest("misdrijven", 2023, "GM9001") == {"wijk": UNKNOWN_BUURT, "buurt": UNKNOWN_BUURT}
    assert release.rest("misdrijven", 2023, "BU90010000") == {}


def test_texts_sources_and_facts_come_back(release: Release) -> None:
    made = publication()
    assert list(release.indicators) == [entry.indicator.id for entry in made.indicators]
    assert list(release.indicators.values()) == [entry.indicator for entry in made.indicators]
    assert [use.source for use in release.sources] == [source for source, _ in made.sources]
    assert (release.info.fictional, release.info.digest, release.info.citation) == (
        True,
        made.digest,
        made.config.citation,
    )
    assert release.info.published.tzinfo is not None
    assert release.series_info("misdrijven", 2022).denominator_year == 2023
    assert release.years("inwoners") == (2023,)


def test_tiles_and_outlines_come_back_byte_for_byte(engine: Engine, release: Release) -> None:
    store, drawn = Store(engine), publication().map
    assert store.tiles(release.info.vintage) == drawn.tiles
    assert store.outlines(release.info.vintage) == drawn.outlines
    with pytest.raises(KeyError):
        store.tiles("nl1066")


@pytest.mark.parametrize(("indicator", "year"), [("misdrijven", 1999), ("unicorns", 2022)])
def test_what_is_not_there_is_a_key_error(release: Release, indicator: str, year: int) -> None:
    with pytest.raises(KeyError):
        release.values(indicator, year)


def test_a_release_id_is_used_once(engine: Engine, release: Release) -> None:
    assert is_published(engine, "tiny-1", publication().digest)
    assert not is_published(engine, "tiny-2", "whatever")
    with pytest.raises(ReleaseConflict, match="tiny-1"):
        is_published(engine, "tiny-1", "other sources")


def test_a_second_release_shares_the_map_and_the_newest_comes_first(engine: Engine, release: Release) -> None:
    write_release(engine, publication("tiny-2"))
    store = Store(engine)
    assert {info.id for info in store.releases()} == {"tiny-1", "tiny-2"}
    assert store.release().info.id == store.releases()[0].id
    with engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(schema.vintage)) == 1


def test_a_failed_write_leaves_nothing(engine: Engine) -> None:
    made = publication()
    double = replace(made, indicators=[*made.indicators, made.indicators[0]])
    with pytest.raises(Exception, match="indicator"):
        write_release(engine, double)
    with engine.connect() as connection:
        for table in (schema.release, schema.vintage, schema.area, schema.cell, schema.rest):
            assert connection.scalar(select(func.count()).select_from(table)) == 0


def test_another_map_under_a_known_vintage_is_refused(engine: Engine, release: Release) -> None:
    made = publication("tiny-2")
    moved = replace(made, map=replace(made.map, digest="other boundaries"))
    with pytest.raises(ReleaseConflict, match=tiny_release.tiny.FILES.vintage):
        write_release(engine, moved)
    assert [info.id for info in Store(engine).releases()] == ["tiny-1"]
