"""In: NumPy arrays. Out: text columns as CBS writes them (fixed width, leading zeros, YYYYMMDD) in
Parquet files.

Rows are written a million at a time, so that 26 million spells need no more memory than one million. Keys
that are all different gain nothing from a dictionary, and little from a slower compression.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from etl.demo.cells import Ints

CHUNK = 1_000_000
Columns = dict[str, Any]
_EPOCH_YEAR, _LAST_YEAR = 1900, 2026


def days(year: int, month: int = 1, day: int = 1) -> int:
    """Days since 1970-01-01, the date unit of the demo."""
    return int(np.datetime64(f"{year:04d}-{month:02d}-{day:02d}", "D").astype(np.int64))


def digits(numbers: NDArray[Any], width: int) -> pa.StringArray:
    """Whole numbers as text of exactly `width` digits."""
    left: NDArray[Any] = numbers.astype(np.uint32 if width < 10 else np.uint64)
    text = np.empty((len(left), width), dtype=np.uint8)
    for place in reversed(range(width)):
        rest = left // 10
        text[:, place] = left - rest * 10 + ord("0")
        left = rest
    offsets = np.arange(0, (len(text) + 1) * width, width, dtype=np.int32)
    return pa.StringArray.from_buffers(len(text), pa.py_buffer(offsets), pa.py_buffer(text))


def scatter(index: NDArray[Any], topic: int, width: int) -> NDArray[np.int64]:
    """Position -> a number of at most `width` digits that no other position has.

    Multiplication modulo 10^w by a number that ends in 7 (no factor shared with 10^w) is a permutation;
    steps are kept small enough that 30 million positions fit in 64 bits.
    """
    size = 10**width
    part = 0.0618 if width < 12 else 0.00618
    step = (int(size * part) + topic * 97) * 10 + 7
    return np.asarray((index.astype(np.int64) + 1) * step % size, dtype=np.int64)


def coded(index: NDArray[Any], values: list[str]) -> pa.DictionaryArray:
    """Positions in a list of values as a text column; Parquet stores it as plain text with a dictionary."""
    return pa.DictionaryArray.from_arrays(pa.array(index.astype(np.int32)), pa.array(values, pa.string()))


def constant(value: str, count: int) -> pa.DictionaryArray:
    """The same text in every row."""
    return coded(np.zeros(count, dtype=np.int32), [value])


_FIRST = days(_EPOCH_YEAR)
_DATES = [str(d).replace("-", "") for d in np.arange(_FIRST, days(_LAST_YEAR)).astype("datetime64[D]")]


def dates(day: NDArray[Any]) -> pa.DictionaryArray:
    """Day numbers as 'YYYYMMDD'."""
    return coded(day.astype(np.int64) - _FIRST, _DATES)


def date_parts(day: NDArray[Any]) -> tuple[Ints, Ints, Ints]:
    """Year, month and day of the month of day numbers."""
    date = day.astype("datetime64[D]")
    month = date.astype("datetime64[M]")
    whole = month.astype(np.int64)
    return whole // 12 + 1970, whole % 12 + 1, (date - month).astype(np.int64) + 1


def write_table(path: Path, rows: int, columns: Callable[[slice], Columns]) -> None:
    """Write `rows` rows; `columns(part)` gives the columns of one slice of them."""
    path.parent.mkdir(parents=True, exist_ok=True)
    writer: pq.ParquetWriter | None = None
    try:
        for start in range(0, max(rows, 1), CHUNK):
            made = columns(slice(start, min(start + CHUNK, rows)))
            table = pa.table({n: c.cast(pa.string()) if rows == 0 else c for n, c in made.items()})
            if writer is None:
                few = [name for name, column in made.items() if isinstance(column, pa.DictionaryArray)]
                writer = pq.ParquetWriter(
                    path, table.schema, compression="snappy", use_dictionary=few, store_schema=False
                )
            writer.write_table(table)
    finally:
        if writer is not None:
            writer.close()
