"""The levels of the tree: names, depth, code patterns. Nothing goes in; `Level` comes out."""

import re
from enum import StrEnum


class Level(StrEnum):
    """One level of the tree land > regio > gemeente > wijk > buurt.

    `regio` is the police unit (politie-eenheid), which is also the RIEC region.
    Groupings beside the tree (provincie, veiligheidsregio) are data of a vintage, not levels.
    """

    LAND = "land"
    REGIO = "regio"
    GEMEENTE = "gemeente"
    WIJK = "wijk"
    BUURT = "buurt"

    @property
    def depth(self) -> int:
        """0 for land, 4 for buurt."""
        return LEVELS.index(self)

    @property
    def parent(self) -> "Level | None":
        """The level above, None for land."""
        return LEVELS[self.depth - 1] if self.depth else None

    def accepts(self, code: str) -> bool:
        """Whether `code` has the form CBS gives codes of this level."""
        return _PATTERNS[self].fullmatch(code) is not None

    @property
    def pattern(self) -> str:
        """The regular expression a code of this level must match."""
        return _PATTERNS[self].pattern


LEVELS: tuple[Level, ...] = tuple(Level)

# wijk and buurt numbers may hold letters since 2022 (BU0363AD03).
_PATTERNS = {
    Level.LAND: re.compile(r"[A-Z]{2}00"),
    Level.REGIO: re.compile(r"RE\d{2}"),
    Level.GEMEENTE: re.compile(r"GM\d{4}"),
    Level.WIJK: re.compile(r"WK\d{4}[0-9A-Z]{2}"),
    Level.BUURT: re.compile(r"BU\d{4}[0-9A-Z]{4}"),
}
