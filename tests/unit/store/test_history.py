"""Earlier divisions come back from the store as they went in, on SQLite and on PostgreSQL."""

import datetime as dt
from dataclasses import replace
from fractions import Fraction

from etl.release.engine import open_engine
from etl.release.history import read_lineage
from etl.release.migrate import upgrade
from etl.release.read import Store
from etl.release.write import write_release
from geodata.changes import Kind, Step
from geodata.lineage import Earlier, FormerArea, Lineage
from tests.samples.tiny_release import publication

OLD = {"GM9001": "gemeente", "GM9002": "gemeente", "GM9003": "gemeente", "GM9013": "gemeente"}
DAY = dt.date(2023, 1, 1)
STEPS = {
    "GM9013": (
        Step("GM9003", Fraction(2, 3), Kind.SPLIT, DAY),
        Step("GM9002", Fraction(1, 3), Kind.SPLIT, DAY),
    )
}
AREAS = {code: FormerArea(code, f"Oud {code}", level, "RE91") for code, level in OLD.items()}
ALONE = {"BU90039999": FormerArea("BU90039999", "Zand", "buurt", None)}


def test_round_trip(database_url: str) -> None:
    engine = open_engine(database_url)
    upgrade(engine)
    one = publication("tiny-1")
    first = Earlier("tiny2020", 2020, AREAS | ALONE, {"BU90039999": (Step("", Fraction(1), Kind.GONE, DAY),)})
    second = Earlier("tiny2022", 2022, AREAS, STEPS)
    lineage = Lineage(one.map.regions, (second, first))
    coded = [
        replace(entry, estimates=replace(entry.estimates, coded_in={2021: "tiny2020"}))
        for entry in one.indicators
    ]
    write_release(engine, replace(one, lineage=lineage, indicators=coded))
    release = Store(engine).release()
    assert release.lineage.earlier == (first, second)
    assert release.coded_in("misdrijven") == {2021: "tiny2020", 2022: "tiny2024", 2023: "tiny2024"}
    assert release.lineage.made_of("GM9002", "tiny2020") == {"GM9002": 1, "GM9013": Fraction(1, 3)}
    assert not read_lineage(engine, "another", one.map.regions)
    engine.dispose()
