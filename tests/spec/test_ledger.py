"""Invariant 2, second half: a release is drawn and paid for once, whatever happens, on both databases."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import Engine, event, func, select, text
from sqlalchemy.exc import DBAPIError

from etl.errors import BudgetExceeded, LedgerError, ReleaseConflict
from etl.frames import NoisyCounts
from etl.privacy.ledger import GENESIS, PrivacyLedger
from etl.privacy.samplers import discrete_gaussian
from etl.release.engine import open_engine
from etl.release.schema import metadata
from etl.release.schema_ledger import LEDGER_TRIGGERS, ledger_entry, measurement

CENT = 10_000_000
CAP = 50 * CENT
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["etl.privacy.ledger", "etl.privacy.samplers"])


def noisy(indicator: str = "figure") -> NoisyCounts:
    counts = discrete_gaussian(Fraction(10**6), 12).reshape(2, 6)
    return NoisyCounts(indicator, (2023, 2024), counts, np.array([5.0, 5, 5, 2.5, 2.5, np.inf]))


def measure(ledger: PrivacyLedger, release_id: str, **changed):
    asked = {
        "digest": "d1",
        "costs": {"person": CENT},
        "caps": {"person": CAP},
        "draw": lambda: [noisy()],
    }
    return ledger.measure(release_id=release_id, **(asked | changed))


def same(one: tuple[NoisyCounts, ...], other: tuple[NoisyCounts, ...]) -> bool:
    return len(one) == len(other) and all(
        (a.indicator, a.years) == (b.indicator, b.years)
        and a.counts.dtype == b.counts.dtype == np.int64
        and np.array_equal(a.counts, b.counts)
        and np.array_equal(a.sigma2, b.sigma2)
        for a, b in zip(one, other, strict=True)
    )


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = open_engine(database_url)
    metadata.create_all(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def ledger(engine: Engine) -> PrivacyLedger:
    return PrivacyLedger(engine)


def count_rows(engine: Engine) -> tuple[int, int]:
    with engine.connect() as connection:
        return tuple(
            connection.scalar(select(func.count()).select_from(table))
            for table in (ledger_entry, measurement)
        )


def _spend_twenty(url: str, worker: int) -> int:
    granted = 0
    ledger = PrivacyLedger(open_engine(url))
    for turn in range(20):
        try:
            measure(ledger, f"r-{worker}-{turn}")
            granted += 1
        except BudgetExceeded:
            continue
    return granted


def test_eight_processes_cannot_spend_more_than_the_cap(engine: Engine, database_url: str) -> None:
    with PROCESSES.Pool(8) as pool:
        granted = pool.starmap(_spend_twenty, [(database_url, worker) for worker in range(8)])
    ledger = PrivacyLedger(engine)
    assert sum(granted) == 50
    assert ledger.spent() == {"person": CAP}
    assert ledger.remaining() == {"person": 0}
    assert count_rows(engine) == (50, 50)
    ledger.verify()


def test_forty_concurrent_calls_with_one_id_draw_once(ledger: PrivacyLedger) -> None:
    drawn: list[int] = []
    together = threading.Barrier(40)

    def draw() -> list[NoisyCounts]:
        drawn.append(1)
        return [noisy()]

    def call(_: int) -> tuple[NoisyCounts, ...]:
        together.wait()
        return measure(ledger, "one", draw=draw)

    with ThreadPoolExecutor(40) as pool:
        answers = list(pool.map(call, range(40)))
    assert len(drawn) == 1
    assert all(same(answer, answers[0]) for answer in answers)
    assert ledger.spent() == {"person": CENT}


def _die_before_commit(url: str) -> None:
    engine = open_engine(url)
    event.listen(engine, "commit", lambda _: os.kill(os.getpid(), signal.SIGKILL))
    measure(PrivacyLedger(engine), "killed")


def test_a_run_killed_between_draw_and_commit_spent_and_stored_nothing(
    engine: Engine, database_url: str
) -> None:
    process = PROCESSES.Process(target=_die_before_commit, args=(database_url,))
    process.start()
    process.join(30)
    assert process.exitcode == -signal.SIGKILL
    ledger = PrivacyLedger(engine)
    assert (ledger.spent(), count_rows(engine), ledger.head()) == ({}, (0, 0), GENESIS)
    answer = measure(ledger, "killed")
    assert same(answer, ledger.measurements("killed"))
    assert count_rows(engine) == (1, 1)


def test_a_draw_that_fails_costs_nothing(ledger: PrivacyLedger, engine: Engine) -> None:
    def draw() -> list[NoisyCounts]:
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        measure(ledger, "r1", draw=draw)
    assert count_rows(engine) == (0, 0)


def test_a_known_release_gives_back_what_was_stored_and_costs_nothing(ledger: PrivacyLedger) -> None:
    costs, caps = {"person": CENT, "address": 3}, {"person": CAP, "address": 3}
    first = measure(ledger, "r1", costs=costs, caps=caps, draw=lambda: [noisy("b"), noisy("a")])
    again = measure(ledger, "r1", costs=costs, caps=caps, draw=lambda: pytest.fail("drawn twice"))
    assert [answer.indicator for answer in again] == ["b", "a"]
    assert same(first, again)
    assert ledger.spent() == {"person": CENT, "address": 3}
    assert ledger.remaining() == {"person": CAP - CENT, "address": 0}


@pytest.mark.parametrize("changed", [{"digest": "d2"}, {"costs": {"person": CENT + 1}}])
def test_a_known_release_with_anything_changed_is_refused(ledger: PrivacyLedger, changed: dict) -> None:
    measure(ledger, "r1")
    with pytest.raises(ReleaseConflict, match="'r1'"):
        measure(ledger, "r1", draw=lambda: pytest.fail("drawn twice"), **changed)
    assert ledger.spent() == {"person": CENT}


def test_overspending_is_refused_with_the_amounts_and_draws_nothing(ledger: PrivacyLedger) -> None:
    measure(ledger, "r1", costs={"person": CAP - 1})
    costs = {"address": 1, "person": 2}
    with pytest.raises(BudgetExceeded) as refused:
        measure(
            ledger, "r2", costs=costs, caps={"address": 5, "person": CAP}, draw=lambda: pytest.fail("drawn")
        )
    assert (refused.value.unit, refused.value.requested, refused.value.remaining) == ("person", 2, 1)
    assert ledger.spent() == {"person": CAP - 1}


def test_a_cap_may_change_but_what_was_spent_stays_spent(ledger: PrivacyLedger) -> None:
    measure(ledger, "r1", costs={"person": 10}, caps={"person": 10})
    measure(ledger, "r2", costs={"person": 10}, caps={"person": 20})
    with pytest.raises(BudgetExceeded) as refused:
        measure(ledger, "r3", costs={"person": 1}, caps={"person": 15})
    assert refused.value.remaining == -5
    assert [entry.cap for entry in ledger.entries()] == [10, 20]


@pytest.mark.parametrize("cost", [-1, 0, 0.5, True])
def test_only_a_positive_whole_cost_is_taken(ledger: PrivacyLedger, cost: object) -> None:
    measure(ledger, "r1")
    with pytest.raises(ValueError, match="whole nano-rho above 0"):
        measure(ledger, "r2", costs={"person": cost})
    assert ledger.spent() == {"person": CENT}


def test_a_cost_without_a_cap_and_measurements_without_a_cost_are_refused(ledger: PrivacyLedger) -> None:
    with pytest.raises(ValueError, match="address"):
        measure(ledger, "r1", costs={"address": 1})
    with pytest.raises(LedgerError, match="cost nothing"):
        measure(ledger, "r1", costs={})
    assert measure(ledger, "public", costs={}, draw=list) == ()


def test_the_database_itself_refuses_a_refund(engine: Engine, ledger: PrivacyLedger) -> None:
    measure(ledger, "r1")
    values = "(2, 'r2', 'person', -5, 1, 'd', 'm', 't', 'p', 'h')"
    with pytest.raises(DBAPIError, match=r"(?i)check"), engine.begin() as connection:
        connection.execute(text(f"INSERT INTO ledger_entry VALUES {values}"))


WRITES = [
    "UPDATE ledger_entry SET nano_rho = 1",
    "DELETE FROM ledger_entry",
    "UPDATE measurement SET position = 5",
    "DELETE FROM measurement",
]
REPLACES = {
    "sqlite": [
        "INSERT OR REPLACE INTO ledger_entry SELECT 1, 'x', unit, 1, cap, digest, measured, recorded_at, "
        "previous_hash, hash FROM ledger_entry",
        "INSERT OR REPLACE INTO ledger_entry SELECT 2, release_id, unit, 1, cap, digest, measured, "
        "recorded_at, previous_hash, hash FROM ledger_entry",
        "INSERT OR REPLACE INTO measurement SELECT * FROM measurement",
    ],
    "postgresql": ["TRUNCATE ledger_entry", "TRUNCATE measurement"],
}


def assert_append_only(engine: Engine) -> None:
    for statement in WRITES + REPLACES[engine.dialect.name]:
        with pytest.raises(DBAPIError, match="append-only"), engine.begin() as connection:
            connection.execute(
                text("PRAGMA recursive_triggers=OFF" if "REPLACE" in statement else "SELECT 1")
            )
            connection.execute(text(statement))


def test_entries_and_measurements_cannot_be_changed_or_removed(engine: Engine, ledger: PrivacyLedger) -> None:
    measure(ledger, "r1")
    assert_append_only(engine)
    ledger.verify()


def drop_triggers(engine: Engine) -> None:
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            names = connection.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all()
            found = [f"DROP TRIGGER {name}" for name in names]
        else:
            query = text("SELECT tgname, tgrelid::regclass FROM pg_trigger WHERE NOT tgisinternal")
            found = [f"DROP TRIGGER {name} ON {table}" for name, table in connection.execute(query).all()]
        assert found
        for statement in found:
            connection.execute(text(statement))


def test_the_statements_for_a_migration_make_the_same_triggers(engine: Engine, ledger: PrivacyLedger) -> None:
    measure(ledger, "r1")
    drop_triggers(engine)
    for _ in range(2):
        with engine.begin() as connection:
            for statement in LEDGER_TRIGGERS[engine.dialect.name]:
                connection.execute(text(statement))
    assert_append_only(engine)


TAMPERING: dict[str, tuple[str, str]] = {
    "amount": ("UPDATE ledger_entry SET nano_rho = 1 WHERE seq = 2", "entry 2"),
    "first removed": ("DELETE FROM ledger_entry WHERE seq = 1", "entry 2"),
    "order": ("UPDATE ledger_entry SET previous_hash = hash WHERE seq = 3", "entry 3"),
    "measurement of another": (
        "UPDATE measurement SET counts = (SELECT counts FROM measurement WHERE release_id = 'r1') "
        "WHERE release_id = 'r2'",
        "'r2'",
    ),
    "measurement removed": ("DELETE FROM measurement WHERE release_id = 'r3'", "entry 3"),
    "measurement broken": ("UPDATE measurement SET sigma2 = counts WHERE release_id = 'r1'", "'r1'"),
    "unpaid": ("UPDATE measurement SET release_id = 'r4' WHERE release_id = 'r2'", "entry 2"),
}


@pytest.mark.parametrize(("statement", "named"), TAMPERING.values(), ids=TAMPERING)
def test_tampering_is_found_and_named(
    engine: Engine, ledger: PrivacyLedger, statement: str, named: str
) -> None:
    for release_id in ("r1", "r2", "r3"):
        measure(ledger, release_id)
    ledger.verify()
    drop_triggers(engine)
    with engine.begin() as connection:
        connection.execute(text(statement))
    with pytest.raises(LedgerError, match=named):
        ledger.verify()


def test_nothing_is_spent_on_a_broken_chain(engine: Engine, ledger: PrivacyLedger) -> None:
    measure(ledger, "r1")
    drop_triggers(engine)
    with engine.begin() as connection:
        connection.execute(text("UPDATE ledger_entry SET nano_rho = 1"))
    with pytest.raises(LedgerError, match="entry 1"):
        measure(ledger, "r2", draw=lambda: pytest.fail("drawn on a broken chain"))


def remove_last(engine: Engine) -> None:
    """What an old backup looks like: whole, verifiable, and one release short."""
    drop_triggers(engine)
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM ledger_entry WHERE release_id = 'r2'"))
        connection.execute(text("DELETE FROM measurement WHERE release_id = 'r2'"))
        for statement in LEDGER_TRIGGERS[engine.dialect.name]:
            connection.execute(text(statement))


def _verify(ledger: PrivacyLedger) -> None:
    ledger.verify()


def _spend(ledger: PrivacyLedger) -> None:
    measure(ledger, "r3", draw=lambda: pytest.fail("drawn on an old copy"))


@pytest.mark.parametrize("use", [_verify, _spend])
def test_an_old_copy_put_back_is_refused(
    engine: Engine, tmp_path: Path, use: Callable[[PrivacyLedger], None]
) -> None:
    head_file = tmp_path / "published" / "head"
    ledger = PrivacyLedger(engine, head_file)
    for release_id in ("r1", "r2"):
        measure(ledger, release_id)
    assert head_file.read_text().split() == ["2", ledger.head()]
    remove_last(engine)
    PrivacyLedger(engine).verify()
    with pytest.raises(LedgerError, match="old copy"):
        use(PrivacyLedger(engine, head_file))


def test_a_copy_that_went_another_way_is_refused(engine: Engine, tmp_path: Path) -> None:
    ledger = PrivacyLedger(engine, tmp_path / "head")
    for release_id in ("r1", "r2"):
        measure(ledger, release_id)
    remove_last(engine)
    measure(PrivacyLedger(engine), "other")
    with pytest.raises(LedgerError, match="old copy"):
        ledger.verify()


def test_a_head_file_left_behind_by_a_crash_is_caught_up(engine: Engine, tmp_path: Path) -> None:
    measure(PrivacyLedger(engine, tmp_path / "head"), "r1")
    measure(PrivacyLedger(engine), "r2")
    ledger = PrivacyLedger(engine, tmp_path / "head")
    ledger.verify()
    measure(ledger, "r2")
    assert (tmp_path / "head").read_text().split() == ["2", ledger.head()]
