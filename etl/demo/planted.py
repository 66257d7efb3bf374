"""In: nothing. Out: the true effects hidden in the demo, so that tests and pages can check what the
findings say.

The codes hold at every scale: the country is numbered so that these areas get them.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Planted:
    """In these years the area's true rate of the indicator is `factor` times what like areas have.

    `yearly` is for a trend: the rate grows by that factor each year, starting from a usual one.
    """

    indicator: str
    area: str
    years: tuple[int, ...]
    factor: float
    yearly: bool = False


_ALL = (2020, 2021, 2022, 2023, 2024)
ZANDWOUDE, DRUGS, TREND, CHURN, LETTERS = "GM9001", "GM9002", "GM9003", "GM9004", "GM9005"
HOLIDAY_REGION = "RE92"
CHURN_WIJKEN = ("WK900400", "WK900401", "WK900402", "WK900403")

PLANTED = (
    Planted("jongeaanwas", ZANDWOUDE, _ALL, 2.0),
    Planted("drugsverdachten", DRUGS, _ALL, 2.0),
    Planted("drugsverdachten", TREND, _ALL, 1.3, yearly=True),
    *(Planted("bedrijfswisseling", wijk, _ALL, 2.5) for wijk in CHURN_WIJKEN),
    Planted("woningenzonderinschrijving", HOLIDAY_REGION, _ALL, 2.2),
    Planted("hennepadressen", DRUGS, _ALL, 2.5),
    Planted("parkbewoning", HOLIDAY_REGION, _ALL, 1.6),
    Planted("onverklaarbareaankopen", CHURN, _ALL, 2.0),
)


def factor(indicator: str, area: str, year: int) -> float:
    """What the planted effects multiply this area's own rate by in a year; 1.0 where nothing is planted."""
    total = 1.0
    for effect in PLANTED:
        if (effect.indicator, effect.area) == (indicator, area) and year in effect.years:
            total *= effect.factor ** (effect.years.index(year) if effect.yearly else 1)
    return total
