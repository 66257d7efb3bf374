"""In: nothing. Out: `build`, which writes the fictional country of Merenland: its map and its CBS-like
source files; `is_current`, whether files that are there are those of today."""

from etl.demo.build import build, is_current

__all__ = ["build", "is_current"]
