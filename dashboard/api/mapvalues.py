"""Figures for the map as one compact array. Values of one level go in; bytes to colour with come out.

Layout, little-endian, no header; n areas in the order of `Regions.slice(level)`:

    n x uint8     code: 0-4 class of the shown figure, 5 te onzeker, 6 geheim, 7 ontbreekt, 8 niet van
                  toepassing; + 16 when the margin is wide (reliability class E) or + 32 when provisional
    padding       zero bytes up to a multiple of 4
    n x uint16    shown figure in steps of 10^-decimals, 65535 = no figure to show;
    or n x uint32 (4294967295 = none) when some figure does not fit in 16 bits

The answer's headers say the rest: `X-Aantal` n, `X-Eerste` position (= feature id) of the first area,
`X-Decimalen`, `X-Breedte` 2 or 4 bytes a figure. The figure is already rounded for showing
(dashboard/numbers.py): write it with `X-Decimalen` decimals below 10 and none from 10 on. In JavaScript:

    const n = +h.get('X-Aantal'), head = (n + 3) & ~3, wide = h.get('X-Breedte') === '4';
    const codes = new Uint8Array(buffer, 0, n);
    const figures = wide ? new Uint32Array(buffer, head, n) : new Uint16Array(buffer, head, n);
    const text = (v => v >= 10 ? whole(v) : oneDecimal(v))(figures[i] / 10 ** decimals);
"""

from dataclasses import dataclass

import numpy as np

from dashboard.numbers import class_numbers, shown_decimals, shown_figures, wide_margin
from etl.catalogue.model import Indicator
from etl.frames import Status
from etl.release.values import Values

STATUS_CODES = {Status.TE_ONZEKER: 5, Status.GEHEIM: 6, Status.ONTBREEKT: 7, Status.NVT: 8}
WIDE_FLAG = 16
PROVISIONAL_FLAG = 32


@dataclass(frozen=True)
class Packed:
    """The bytes and what a reader needs to know about them."""

    body: bytes
    count: int
    decimals: int
    width: int


def pack(values: Values, indicator: Indicator) -> Packed:
    """Pack one level of one year. Rows without a figure to read aloud carry their status and no number."""
    decimals = shown_decimals(indicator)
    codes = class_numbers(values, indicator)
    told = codes != 255
    for status, code in STATUS_CODES.items():
        codes[~told & (values.status == status)] = code
    codes[codes == 255] = STATUS_CODES[Status.ONTBREEKT]
    codes[wide_margin(values) & told] |= WIDE_FLAG
    codes[told & (values.status == Status.VOORLOPIG)] |= PROVISIONAL_FLAG
    shown = np.rint(shown_figures(values.figure, decimals) * 10**decimals)
    largest = shown[told].max(initial=0)
    kind = np.dtype("<u2") if largest < np.iinfo(np.uint16).max else np.dtype("<u4")
    figures = np.full(len(values), np.iinfo(kind).max, dtype=kind)
    figures[told] = shown[told].astype(kind)
    padding = b"\0" * (-len(codes) % 4)
    return Packed(
        codes.tobytes() + padding + figures.tobytes(), len(values), decimals, figures.dtype.itemsize
    )


def unpack(body: bytes, count: int, width: int) -> tuple[np.ndarray, np.ndarray]:
    """Codes and figures of a packed level, both (count,); figures in whole steps, the largest is none."""
    head = (count + 3) // 4 * 4
    codes = np.frombuffer(body, dtype=np.uint8, count=count)
    return codes, np.frombuffer(body, dtype=f"<u{width}", count=count, offset=head)
