"""In: nothing. Out: `build`, which writes the fictional country of Merenland: its map and its CBS-like
source files."""

from etl.demo.build import build

__all__ = ["build"]
