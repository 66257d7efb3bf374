"""The limits of national scale are really held, and the plain counts beside them are the same counts."""

from pathlib import Path

import numpy as np
import pytest

from bench.limits import COUNTING, GIB, RELEASE, SECONDS, WHOLE, broken, slope
from bench.plain import count_plainly, expressible
from etl.aggregate import count_microdata
from etl.catalogue.load import load_catalogue
from tests.samples import tiny_microdata
from tests.samples.tiny_microdata import PRIVATE

PERSONS = {"quarter": 1, "half": 2, "national": 4}


def grown(power: float, seconds: float = 100, peak: float = 0.1) -> dict[str, dict[str, tuple[float, float]]]:
    return {
        scale: dict.fromkeys((RELEASE, COUNTING), (seconds * size**power, peak * size**power))
        for scale, size in PERSONS.items()
    }


def test_the_slope_is_the_power() -> None:
    assert slope([1, 2, 4], [3, 6, 12]) == pytest.approx(1)
    assert slope([1, 2, 4], [3, 12, 48]) == pytest.approx(2)


def test_linear_growth_within_the_limits_is_not_told() -> None:
    assert broken(grown(1.0), PERSONS) == []


def test_worse_than_linear_growth_is_told_of_time_and_memory() -> None:
    said = broken(grown(1.3, seconds=20), PERSONS)
    assert len(said) == 4 and all("persons ** 1.30" in one for one in said)


@pytest.mark.parametrize("cost", [(SECONDS, 1.0), (1.0, GIB)])
def test_the_limit_itself_does_not_hold(cost: tuple[float, float]) -> None:
    assert len(broken({"national": {WHOLE: cost}}, PERSONS)) == 1
    under = (cost[0] * 0.99, cost[1] * 0.99)
    assert broken({"national": {WHOLE: under}}, PERSONS) == []


def test_steps_that_are_mostly_starting_up_are_not_judged() -> None:
    assert broken(grown(2.0, seconds=0.1), PERSONS) == []


def test_pandas_counts_as_the_engine_does(tmp_path: Path) -> None:
    catalogue, regions = load_catalogue(), tiny_microdata.regions()
    tiny_microdata.write(tiny_microdata.rows(), tmp_path)
    config = tiny_microdata.config()
    free = {unit: one.model_copy(update={"max_indicators": 99}) for unit, one in config.privacy.items()}
    config = config.model_copy(update={"privacy": free})
    wanted = [catalogue.indicators[name] for name in PRIVATE if expressible(catalogue.indicators[name])]
    assert len(wanted) >= 4
    engine = count_microdata(wanted, config, catalogue, tmp_path, regions)
    plain = count_plainly(wanted, config, catalogue, tmp_path, regions)
    for one, other in zip(engine, plain, strict=True):
        assert one.counts.any() and np.array_equal(one.counts, other), one.indicator
