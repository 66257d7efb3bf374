"""A connection and the id of a vintage in; its areas, or which of them are neighbours, out."""

from sys import intern

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Engine, select

from etl.release import schema
from geodata.regions import Regions


def read_regions(engine: Engine, vintage: str) -> Regions:
    """Areas of a vintage, in order."""
    # Rows are read one by one and their few levels kept once: 18,000 areas pass through every web process.
    area = schema.area
    names = ("code", "name", "level", "parent", "west", "south", "east", "north")
    columns = [area.c[name] for name in names]
    codes, called, levels, parents, bounds = [], [], [], [], []
    with engine.connect() as connection:
        year = connection.scalar(select(schema.vintage.c.year).where(schema.vintage.c.id == vintage))
        query = select(*columns).where(area.c.vintage_id == vintage).order_by(area.c.position)
        for code, name, level, parent, *corners in connection.execute(query):
            codes.append(code)
            called.append(name)
            levels.append(intern(level))
            parents.append(parent)
            bounds.append(np.array(corners, dtype=np.float64))
        members = _read_members(connection, vintage)
    boxes = np.array(bounds).reshape(-1, 4)
    return Regions(
        vintage=vintage,
        year=int(year or 0),
        codes=tuple(codes),
        names=tuple(called),
        level=tuple(levels),
        parent=np.array(parents, dtype=np.int32),
        has_shape=~np.isnan(boxes[:, 0]),
        bounds=boxes,
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
