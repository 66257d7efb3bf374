"""How well estimates of public counts, treated as confidential, hit the truth: rows as stored and read."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Row:
    """One group of cells (areas x years): a level, or the areas of one size at a level.

    cells: how many; rmse, expected_rmse, bias: in counts; relative: median of |error| / truth where the truth
    is above 0 (nan without); coverage: share of 95 % intervals of the release that hold the truth; redrawn:
    the same over fresh draws, redrawn_error: its standard error, areas of one draw taken as independent;
    areas: those with a figure in any year; low, high: size from and below (None: every size; no border).
    """

    level: str
    cells: int
    rmse: float
    expected_rmse: float
    bias: float
    relative: float
    coverage: float
    redrawn: float
    redrawn_error: float
    areas: int = 0
    low: int | None = None
    high: int | None = None

    @property
    def part(self) -> str:
        """The group in words: `buurt`, or `buurt, 1.000-10.000`."""
        if self.low is None:
            return self.level
        border = "+" if self.high is None else f"-{self.high:,}"
        return f"{self.level}, " + f"{self.low:,}{border}".replace(",", ".")


@dataclass(frozen=True)
class Comparison:
    """One indicator of one release beside the truth."""

    release: str
    indicator: str
    redraws: int
    rows: tuple[Row, ...]
    years: tuple[int, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Plain values, to store beside a release; nan becomes null."""
        rows = [
            {key: None if value != value else value for key, value in asdict(row).items()}
            for row in self.rows
        ]
        plain = {key: getattr(self, key) for key in ("release", "indicator", "redraws")}
        return {**plain, "years": list(self.years), "rows": rows}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Comparison":
        """What `to_json` gave; null is nan again, but for borders of size."""
        rows = tuple(Row(**{key: _read(key, value) for key, value in row.items()}) for row in stored["rows"])
        return cls(stored["release"], stored["indicator"], stored["redraws"], rows, tuple(stored["years"]))


def _read(key: str, value: Any) -> Any:
    return math.nan if value is None and key not in ("low", "high") else value
