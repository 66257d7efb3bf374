"""Rows in, counts over every public cell out.

count_public: tables that are public already; count_microdata: confidential rows.
"""

from etl.aggregate.microdata import count_microdata
from etl.aggregate.public import count_public

__all__ = ["count_microdata", "count_public"]
