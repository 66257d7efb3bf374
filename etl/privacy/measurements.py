"""Noisy counts go in, rows of the table `measurement` come out, and back; nothing here decides anything."""

import hashlib
import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from etl.frames import NoisyCounts

__all__ = ["digest_of", "from_row", "to_rows"]


def to_rows(release_id: str, measured: Sequence[NoisyCounts]) -> list[dict[str, Any]]:
    """One row per indicator, in the order given, arrays as compressed little-endian bytes."""
    return [_row(release_id, position, noisy) for position, noisy in enumerate(measured)]


def from_row(row: Mapping[Any, Any]) -> NoisyCounts:
    """The noisy counts of a row. ValueError or zlib.error when it lost the digest stored with it."""
    counts, sigma2 = zlib.decompress(row["counts"]), zlib.decompress(row["sigma2"])
    if _digest(row, counts, sigma2) != row["digest"]:
        raise ValueError("digest")
    years = tuple(int(year) for year in row["years"])
    return NoisyCounts(
        row["indicator_id"],
        years,
        np.frombuffer(counts, dtype="<i8").astype(np.int64).reshape(len(years), row["areas"]),
        np.frombuffer(sigma2, dtype="<f8").astype(np.float64),
    )


def digest_of(rows: Iterable[Mapping[Any, Any]]) -> str:
    """sha256 over the digests of a release's rows, in their order: what a ledger entry commits to."""
    return hashlib.sha256("\n".join(row["digest"] for row in rows).encode()).hexdigest()


def _row(release_id: str, position: int, noisy: NoisyCounts) -> dict[str, Any]:
    expected = (len(noisy.years), noisy.sigma2.size)
    if noisy.counts.shape != expected or noisy.counts.dtype != np.int64:
        raise ValueError(
            f"{noisy.indicator}: found {noisy.counts.dtype} {noisy.counts.shape}, expected int64 {expected}"
        )
    counts = noisy.counts.astype("<i8").tobytes()
    sigma2 = noisy.sigma2.astype("<f8").tobytes()
    row: dict[str, Any] = {
        "release_id": release_id,
        "indicator_id": noisy.indicator,
        "position": position,
        "years": [int(year) for year in noisy.years],
        "areas": int(noisy.sigma2.size),
    }
    return row | {
        "counts": zlib.compress(counts, 6),
        "sigma2": zlib.compress(sigma2, 6),
        "digest": _digest(row, counts, sigma2),
    }


def _digest(row: Mapping[Any, Any], counts: bytes, sigma2: bytes) -> str:
    head = [row[key] for key in ("release_id", "indicator_id", "position", "years", "areas")]
    return hashlib.sha256(json.dumps(head).encode() + b"\0" + counts + sigma2).hexdigest()
