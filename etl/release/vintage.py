"""A connection and the id of a vintage in; its areas, or which of them are neighbours, out."""

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Engine, select

from etl.release import schema
from geodata.regions import Regions


def read_regions(engine: Engine, vintage: str) -> Regions:
    """Areas of a vintage, in order."""
    area = schema.area
    with engine.connect() as connection:
        year = connection.scalar(select(schema.vintage.c.year).where(schema.vintage.c.id == vintage))
        rows = connection.execute(
            select(area).where(area.c.vintage_id == vintage).order_by(area.c.position)
        ).all()
        members = _read_members(connection, vintage)
    bounds = np.array([[row.west, row.south, row.east, row.north] for row in rows], dtype=np.float64)
    return Regions(
        vintage=vintage,
        year=int(year or 0),
        codes=tuple(row.code for row in rows),
        names=tuple(row.name for row in rows),
        level=tuple(row.level for row in rows),
        parent=np.array([row.parent for row in rows], dtype=np.int32),
        has_shape=~np.isnan(bounds[:, 0]),
        bounds=bounds,
        members=members,
    )


def read_neighbours(connection: Connection, vintage: str) -> NDArray[np.int64]:
    """All pairs of neighbours of a vintage: (n, 2) positions, ascending."""
    table = schema.neighbour
    query = select(table.c.position, table.c.other).where(table.c.vintage_id == vintage)
    rows = connection.execute(query.order_by(table.c.position, table.c.other)).all()
    return np.array([tuple(row) for row in rows], dtype=np.int64).reshape(-1, 2)


def _read_members(connection: Connection, vintage: str) -> dict[int, tuple[int, ...]]:
    table = schema.member
    found: dict[int, list[int]] = {}
    query = select(table.c.grouping, table.c.gemeente).where(table.c.vintage_id == vintage)
    for row in connection.execute(query.order_by(table.c.grouping, table.c.gemeente)):
        found.setdefault(row.grouping, []).append(row.gemeente)
    return {grouping: tuple(gemeenten) for grouping, gemeenten in found.items()}
