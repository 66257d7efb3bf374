"""Sources as their suppliers give them: files in; checked tables, lazy rows or faults out. No sums.

table: public CSV tables; microdata: confidential rows in CSV or Parquet; sources: all sources of one run.
"""

from etl.extract.sources import Given, check_sources, files, read_public, source_faults

__all__ = ["Given", "check_sources", "files", "read_public", "source_faults"]
