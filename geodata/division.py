"""The division of one year: which files it comes from, and what they hold once checked.

In: nothing. Out: `DivisionFiles` (names of files and columns) and `Division` (regions, shapes, notes).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from geodata.regions import Regions

if TYPE_CHECKING:  # geopandas stays out of the serving image; only its name is needed here
    from geopandas import GeoDataFrame

CRS = "EPSG:28992"
"""Amersfoort / RD New, metres: the projection of the official Dutch boundary files."""


@dataclass(frozen=True)
class DivisionFiles:
    """Names of the files (under a folder) and columns that make one vintage.

    boundaries: GeoPackage with layers gemeenten, wijken, buurten; tree: CSV, one row a buurt; groupings_file:
    CSV, one row a gemeente; regio: its columns with code and name of the region; groupings: kind -> its
    columns with code and name.
    """

    vintage: str
    year: int
    land_code: str
    land_name: str
    boundaries: str
    tree: str
    groupings_file: str
    regio: tuple[str, str]
    groupings: Mapping[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Division:
    """One checked vintage.

    shapes: level or grouping kind -> GeoDataFrame in `CRS`, one row an area with a shape, index = position in
    `regions`, ascending; its only other column, on gemeente and buurt, is `inwoners` (-1 where not given).
    Each frame is a coverage: neighbours share their edges exactly. notes: what a reader of the log must know.
    """

    regions: Regions
    shapes: Mapping[str, "GeoDataFrame"]
    notes: tuple[str, ...] = ()
