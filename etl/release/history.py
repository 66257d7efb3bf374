"""Earlier divisions of a release and where their areas went: `Earlier` in, rows out, and back again."""

from collections.abc import Iterable
from fractions import Fraction

from sqlalchemy import Connection, Engine, inspect, select

from etl.release import schema
from geodata.changes import Kind, Step, in_order
from geodata.lineage import Earlier, FormerArea, Lineage
from geodata.regions import Regions

ROWS_AT_ONCE = 5_000


def write_earlier(connection: Connection, release: str, position: int, one: Earlier) -> None:
    """Write one earlier division. position: 0 for the oldest."""
    key: dict[str, object] = {"release_id": release, "vintage": one.vintage}
    connection.execute(schema.earlier.insert(), key | {"position": position, "year": one.year})
    areas = [
        key | {"code": area.code, "name": area.name, "level": area.level, "parent": area.parent}
        for area in one.areas.values()
    ]
    steps = [
        key
        | {
            "code": code,
            "new_code": step.new,
            "share": str(step.share),
            "kind": step.kind.value,
            "date": step.date,
        }
        for code, ways in one.steps.items()
        for step in ways
    ]
    for table, rows in ((schema.former_area, areas), (schema.step, steps)):
        for start in range(0, len(rows), ROWS_AT_ONCE):
            connection.execute(table.insert(), rows[start : start + ROWS_AT_ONCE])


def read_lineage(engine: Engine, release: str, regions: Regions) -> Lineage:
    """The history of a release; empty where it has none, or was stored before the store held any."""
    table = schema.earlier
    with engine.connect() as connection:
        if not inspect(connection).has_table(table.name):
            return Lineage(regions)
        query = select(table.c.vintage, table.c.year).where(table.c.release_id == release)
        found = connection.execute(query.order_by(table.c.position)).all()
        return Lineage(
            regions,
            tuple(Earlier(row.vintage, row.year, *_read(connection, release, row.vintage)) for row in found),
        )


def _read(
    connection: Connection, release: str, vintage: str
) -> tuple[dict[str, FormerArea], dict[str, tuple[Step, ...]]]:
    area, step = schema.former_area, schema.step
    of_area = (area.c.release_id == release) & (area.c.vintage == vintage)
    of_step = (step.c.release_id == release) & (step.c.vintage == vintage)
    areas = {
        row.code: FormerArea(row.code, row.name, row.level, row.parent)
        for row in connection.execute(select(area).where(of_area).order_by(area.c.code))
    }
    ways: dict[str, list[Step]] = {}
    for row in connection.execute(select(step).where(of_step)):
        found = Step(row.new_code, Fraction(row.share), Kind(row.kind), row.date)
        ways.setdefault(row.code, []).append(found)
    return areas, _ordered(ways.items())


def _ordered(ways: Iterable[tuple[str, list[Step]]]) -> dict[str, tuple[Step, ...]]:
    return {code: in_order(steps) for code, steps in ways}
