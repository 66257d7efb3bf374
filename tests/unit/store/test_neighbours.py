"""Which areas share a border: stored with the map, added at the next run where a store lacks them."""

from dataclasses import replace

import numpy as np
import pytest
from sqlalchemy import delete

from etl.release import schema
from etl.release.engine import open_engine
from etl.release.migrate import upgrade
from etl.release.read import Store
from etl.release.write import stored_map, write_release
from tests.samples.tiny_release import publication

PAIRS = {"gemeente": [("GM9001", "GM9002"), ("GM9001", "GM9003")], "wijk": [("WK900100", "WK900101")]}


def pairs_of(regions):
    named = [pair for pairs in PAIRS.values() for pair in pairs]
    return np.array([[regions[a].position, regions[b].position] for a, b in named])


@pytest.fixture
def engine(database_url):
    engine = open_engine(database_url)
    upgrade(engine)
    yield engine
    engine.dispose()


def with_neighbours(release_id):
    made = publication(release_id)
    return replace(made, map=replace(made.map, neighbours=pairs_of(made.map.regions)))


def test_neighbours_come_back_by_level(engine):
    write_release(engine, with_neighbours("tiny-1"))
    release = Store(engine).release()
    for level, named in PAIRS.items():
        found = [tuple(release.regions.codes[i] for i in pair) for pair in release.neighbours(level).tolist()]
        assert found == named
    assert release.neighbours("buurt").shape == (0, 2)


def test_a_vintage_without_neighbours_gets_them_at_the_next_run(engine):
    first = publication("tiny-1")
    write_release(engine, first)
    assert len(stored_map(engine, first.map.regions, first.map.digest).neighbours) == 0
    write_release(engine, with_neighbours("tiny-2"))
    known = stored_map(engine, first.map.regions, first.map.digest)
    assert known.neighbours.tolist() == pairs_of(first.map.regions).tolist()


def test_a_store_from_before_has_no_neighbours_and_says_so(engine):
    write_release(engine, with_neighbours("tiny-1"))
    with engine.begin() as connection:
        connection.execute(delete(schema.neighbour))
        schema.neighbour.drop(connection)
    assert Store(engine).release().neighbours("gemeente").shape == (0, 2)
