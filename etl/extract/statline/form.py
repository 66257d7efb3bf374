"""What a StatLine table consists of, and what one source takes from it: frozen types, no input or output.

A table is a cube: measures (titles) over dimensions (an area, mostly a period, and any number of category
dimensions such as type of crime). `Form` is what the service says of it; `Selection` what we ask for.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol
from urllib.parse import quote

Kind = Literal["area", "time", "category"]


@dataclass(frozen=True)
class Measure:
    """One measure. key: how the service names it; path: titles of the groups it stands under, then its own.

    The same title may stand under several groups: `Provincies / Code` then says which.
    """

    key: str
    title: str
    path: str
    numeric: bool

    def answers_to(self, name: str) -> bool:
        """Whether a declaration that says `name` can mean this one."""
        return f" / {plain(self.path)}".endswith(f" / {plain(name)}")


@dataclass(frozen=True)
class Dimension:
    """One dimension by its key (SoortMisdrijf) and title (Soort misdrijf)."""

    key: str
    title: str
    kind: Kind

    def answers_to(self, name: str) -> bool:
        """Whether a declaration that says `name` can mean this one."""
        return plain(name) in (plain(self.key), plain(self.title))


@dataclass(frozen=True)
class Category:
    """One category; key is exactly as the service writes it, blanks included."""

    key: str
    title: str


@dataclass(frozen=True)
class Form:
    """Measures and dimensions of one table, in the order of the service."""

    measures: tuple[Measure, ...]
    dimensions: tuple[Dimension, ...]


@dataclass(frozen=True)
class Choice:
    """What one column takes: a measure, and of each category dimension the keys that are added up."""

    role: str
    measure: Measure
    keys: tuple[tuple[str, ...], ...]
    whole: bool
    """Whether every figure must be a whole number of 0 or more."""


@dataclass(frozen=True)
class Selection:
    """What is asked of the service: dimensions, period key -> year (empty: no period), and the columns."""

    area: Dimension
    time: Dimension | None
    periods: Mapping[str, int]
    categories: tuple[Dimension, ...]
    choices: tuple[Choice, ...]

    def narrowed(self) -> Iterator[tuple[Dimension, tuple[str, ...]]]:
        """For each dimension that is narrowed down, the keys to ask for."""
        for number, dimension in enumerate(self.categories):
            found = dict.fromkeys(key for choice in self.choices for key in choice.keys[number])
            yield dimension, tuple(found)
        if self.time is not None:
            yield self.time, tuple(self.periods)


@dataclass(frozen=True)
class Row:
    """One answer row. keys: of the category dimensions; cells: key of a measure -> number, text or None.

    absent: keys of measures for which the service says that no figure can exist (v4 only).
    """

    area: str
    period: str
    keys: tuple[str, ...]
    cells: Mapping[str, object]
    absent: frozenset[str] = frozenset()


class Service(Protocol):
    """One table of one service, whatever the version of its protocol."""

    def form(self) -> Form:
        """Measures and dimensions."""

    def categories(self, dimension: Dimension) -> tuple[Category, ...]:
        """All categories of one dimension, or all periods."""

    def rows(self, selection: Selection) -> Iterator[Row]:
        """Every row of the selection, page by page."""

    def sample(self, selection: Selection) -> Row | None:
        """Any one row of the table, nothing filtered; None for an empty table."""


def plain(text: str) -> str:
    """A title without differences in case and blanks."""
    return " ".join(text.split()).casefold()


LONGEST_FILTER = 1_500
"""Characters of a filter in an address. Services refuse longer ones (IIS: 2,048 for the whole query)."""


def condition(narrowed: Iterable[tuple[str, Sequence[str]]]) -> str:
    """An OData filter, quoted for an address, the same in v3 and v4: for each field any of its keys.

    A filter that grows too long loses its longest part: more rows come, which are left out afterwards.
    """
    parts = []
    for field, keys in narrowed:
        quoted = (f"{field} eq '{key.replace(chr(39), chr(39) * 2)}'" for key in keys)
        parts.append(quote(f"({' or '.join(quoted)})", safe=""))
    while sum(map(len, parts)) > LONGEST_FILTER:
        parts.remove(max(parts, key=len))
    return quote(" and ", safe="").join(parts)


_TOTAL_KEY = re.compile(r"T\d{6}|0\.0\.0")
_TOTAL_TITLE = re.compile(r"\btotaa?l\b", re.IGNORECASE)
_NUMBERED = re.compile(r"(\d+(?:\.\d+)*)\.?\s")
_CRIME = re.compile(r"CRI\d{4}")


def rollups(categories: Sequence[Category]) -> frozenset[str]:
    """Keys that stand for several others of the list: totals, and headings whose parts are there too.

    Known by their key (T001161, 0.0.0), by 'totaal' in the title, by numbered titles (1.1 above 1.1.2) and by
    the crime classification of CBS (CRI1000 above CRI1100).
    """
    return frozenset(
        one.key
        for one in categories
        if _TOTAL_KEY.fullmatch(one.key.strip())
        or _TOTAL_TITLE.search(one.title)
        or any(_above(one, other) for other in categories)
    )


def _above(whole: Category, part: Category) -> bool:
    if whole.key == part.key:
        return False
    upper, lower = _NUMBERED.match(whole.title), _NUMBERED.match(part.title)
    if upper and lower:
        return lower[1].startswith(f"{upper[1]}.")
    if _CRIME.fullmatch(whole.key.strip()) and _CRIME.fullmatch(part.key.strip()):
        stem = whole.key.strip().rstrip("0")
        return part.key.strip().startswith(stem)
    return False
