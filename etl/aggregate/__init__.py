"""Rows in, counts over every public cell out: `count_public` for tables, `count_microdata` for persons' rows."""

from etl.aggregate.public import count_public

__all__ = ["count_public"]
