"""The plain count in pandas, which bench/national.py sets beside the engine, counts every indicator alike."""

from pathlib import Path

import numpy as np

from bench.plain import count_plainly
from etl.aggregate import count_microdata
from etl.catalogue.load import load_catalogue
from etl.catalogue.microdata import Microdata
from tests.samples import tiny_microdata

CATALOGUE = load_catalogue()
COUNTED = [one for one in CATALOGUE.indicators.values() if isinstance(one.count, Microdata)]


def test_pandas_and_the_engine_count_alike(tmp_path: Path) -> None:
    tiny_microdata.write(tiny_microdata.rows(), tmp_path)
    config, regions = tiny_microdata.config(), tiny_microdata.regions()
    engine = count_microdata(COUNTED, config, CATALOGUE, tmp_path, regions)
    plain = count_plainly(COUNTED, config, CATALOGUE, tmp_path, regions)
    for true, counts in zip(engine, plain, strict=True):
        assert np.array_equal(true.counts, counts), true.indicator
