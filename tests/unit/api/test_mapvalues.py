"""The compact array the map colours with."""

import brotli
import numpy as np
import pytest
from flask.testing import FlaskClient

from dashboard.api.mapvalues import WIDE_FLAG, pack, unpack
from dashboard.numbers import shown_figures
from etl.release.read import Release
from etl.release.values import present
from tests.samples.tiny_release import CRIMES, INHABITANTS, MISSING, WITHHELD


def test_a_level_reads_back_as_codes_and_shown_figures(client: FlaskClient, release: Release) -> None:
    answer = client.get("/v1/kaartwaarden/tiny-1/misdrijven/2022/buurt")
    head = {name: int(answer.headers[f"X-{name}"]) for name in ("Aantal", "Eerste", "Decimalen", "Breedte")}
    span = release.regions.slice("buurt")
    assert (head["Aantal"], head["Eerste"]) == (12, span.start)
    codes, figures = unpack(answer.data, head["Aantal"], head["Breedte"])
    values = release.values("misdrijven", 2022, "buurt")
    shown = shown_figures(values.figure, 1)
    told = codes % 16 < 5
    np.testing.assert_allclose(figures[told] / 10 ** head["Decimalen"], shown[told])
    at = release.regions[WITHHELD].position - span.start, release.regions[MISSING].position - span.start
    assert codes[list(at)].tolist() == [6, 7]
    assert (figures[~told] == 65535).all() and not told[list(at)].any()


def test_too_uncertain_carries_no_number_and_a_wide_margin_carries_its_flag(client: FlaskClient) -> None:
    answer = client.get("/v1/kaartwaarden/tiny-1/drugsverdachten/2022/buurt")
    codes, figures = unpack(answer.data, 12, int(answer.headers["X-Breedte"]))
    assert codes[:4].tolist() == [5] * 4 and (figures[:4] == 65535).all()
    assert (codes[4:8] & WIDE_FLAG).all() and (figures[4:8] < 65535).all()


def test_figures_beyond_sixteen_bits_get_four_bytes_and_lose_nothing() -> None:
    counts = np.array([17_942_942.0, 3.0, np.nan, 65_535.0, 0.0])
    status = np.array([0, 0, 2, 0, 0], dtype=np.uint8)
    values = present(counts, np.zeros(5), None, status, per=None, reference_rate=None)
    packed = pack(values, INHABITANTS)
    codes, figures = unpack(packed.body, packed.count, packed.width)
    assert (packed.width, packed.decimals, len(packed.body)) == (4, 0, 8 + 20)
    assert figures.tolist() == [17_942_942, 3, 2**32 - 1, 65_535, 0]
    assert codes[2] == 6


@pytest.mark.parametrize("spread", [1.0, 60.0])
def test_a_national_buurt_map_is_at_most_40_kb(spread: float) -> None:
    count = 14_574
    draws = np.abs(np.sin(np.arange(count) * 12.9898) * 43758.5453) % 1
    people = np.full(count, 1_200.0)
    crimes = np.rint(draws * 60 * spread)
    values = present(
        crimes, np.zeros(count), people, np.zeros(count, np.uint8), per=1000, reference_rate=0.04
    )
    assert len(brotli.compress(pack(values, CRIMES).body, quality=9)) <= 40_000
