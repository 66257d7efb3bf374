"""The public tables of the fictional country come through the real readers, with the gaps of real ones, and
they hang together with its suspects."""

from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

from etl import aggregate, pipeline
from etl.catalogue.load import load_catalogue
from etl.demo.crimes import KINDS, TOTAL
from etl.frames import Estimates, Status
from geodata.boundaries import read_division
from geodata.levels import LEVELS
from geodata.regions import Regions
from tests.conftest import CHECKOUT

CATALOGUE = load_catalogue()
CONFIG = pipeline.load(CHECKOUT / "config" / "demo.toml")
PUBLIC = [one for one in CATALOGUE.needed(CONFIG) if not one.private]
RATES = [one for one in PUBLIC if one.rate]
Counted = tuple[Regions, dict[str, Estimates]]


@pytest.fixture(scope="module")
def counted(country: Path) -> Counted:
    """Every public indicator of the demo, counted as a run counts it."""
    regions = read_division(pipeline.division_files(CONFIG), country, lambda _text: None).regions
    return regions, aggregate.count_public(PUBLIC, CONFIG, CATALOGUE, country, regions)


def test_the_demo_shows_every_public_figure_of_the_catalogue() -> None:
    figures = {one.id for one in CATALOGUE.indicators.values() if not one.private and one.role == "figure"}
    assert figures == {one.id for one in PUBLIC if one.role == "figure"}


@pytest.mark.parametrize("indicator", RATES, ids=lambda one: one.id)
def test_each_has_figures_at_every_level_it_is_published_at(counted: Counted, indicator) -> None:
    regions, found = counted
    for level in LEVELS:
        known = np.isfinite(found[indicator.id].estimate[:, regions.slice(level)])
        assert known.any() == (level in indicator.levels), level
        if level in ("land", "regio", "gemeente") and level in indicator.levels:
            assert known.all(), "a mayor always finds a figure of the gemeente"


@pytest.mark.parametrize("indicator", ["drugshandel", "misdrijven", "openbareorde"])
def test_some_cells_are_withheld_and_some_are_missing(counted: Counted, indicator: str) -> None:
    regions, found = counted
    buurten = found[indicator].status[:, regions.slice("buurt")]
    share = {status: (buurten == status).mean() for status in (Status.OK, Status.GEHEIM, Status.ONTBREEKT)}
    assert share[Status.OK] > 0.7
    assert share[Status.GEHEIM] > 0 and share[Status.ONTBREEKT] > 0
    # In one year a whole gemeente has no buurten, as Best has none.
    whole = [regions.within(code, "buurt") for code in regions.codes[regions.slice("gemeente")]]
    silent = [(found[indicator].status[:, inside] == Status.ONTBREEKT).all(axis=1) for inside in whole]
    assert np.sum(silent) == 1


def test_what_no_buurt_carries_is_kept(counted: Counted) -> None:
    _regions, found = counted
    for year, parts in found["misdrijven"].rest.items():
        rest = [value for (area, level), value in parts.items() if level == "buurt" and area]
        assert sum(rest) > 0 and all(value > 0 for value in rest), year


@pytest.mark.parametrize(
    ("indicator", "low", "high"),
    [
        ("misdrijven", 35, 60), ("drugshandel", 0.5, 2), ("fraudemisdrijven", 3, 7), ("bedreigingen", 1, 2),
        ("woninginbraken", 2, 4), ("vernielingen", 3, 5), ("openbareorde", 0.2, 0.5),
        ("mensenhandel", 2, 8), ("afvalmisdrijven", 0.1, 0.25), ("bewonersperhuishouden", 1.9, 2.3),
        ("huishoudensperwoning", 94, 99), ("onvoldoendeleefbaar", 0.5, 12),
    ],
)  # fmt: skip
def test_levels_are_about_those_of_the_netherlands(
    counted: Counted, indicator: str, low: float, high: float
) -> None:
    _regions, found = counted
    rate = CATALOGUE.indicators[indicator].rate
    assert rate is not None
    units = found[rate.denominator]
    own = found[indicator]
    year = own.years[0]
    below = units.estimate[units.years.index(units.nearest(year)), 0]
    assert low < own.estimate[0, 0] / below * rate.per < high


def test_totals_are_those_of_all_types_and_more(country: Path, counted: Counted) -> None:
    """The types told apart are part of the total, in both of the police's tables."""
    regions, found = counted
    assert TOTAL.key not in {one.key for one in KINDS}
    told = ("drugshandel", "fraudemisdrijven", "bedreigingen", "woninginbraken", "vernielingen")
    for row in range(len(found["misdrijven"].years)):
        gemeenten = regions.slice("gemeente")
        parts = sum(found[name].estimate[row, gemeenten] for name in told)
        assert (parts < found["misdrijven"].estimate[row, gemeenten]).all()


def test_where_many_suspects_live_crimes_are_not_few(country: Path, counted: Counted) -> None:
    regions, found = counted
    with duckdb.connect() as data:
        suspects = data.execute(f"""select 'BU' || bc2024 buurt, count(*) suspects
            from '{country}/VeiligheidRecht/VERDTAB/202*/*.parquet'
            join '{country}/Bevolking/GBAADRESOBJECTBUS/*.parquet' using (RINPERSOONS, RINPERSOON)
            join '{country}/BouwenWonen/VSLGWBTAB/*.parquet' using (SOORTOBJECTNUMMER, RINOBJECTNUMMER)
            where RINPERSOONS = 'R' and VERDDELICT = '3.1.1' and VERDDATUM between
                  GBADATUMAANVANGADRESHOUDING and GBADATUMEINDEADRESHOUDING group by 1""").df()
    span = regions.slice("buurt")
    crimes = pd.DataFrame(
        {"buurt": regions.codes[span], "crimes": np.nansum(found["drugshandel"].estimate[:, span], axis=0),
         "people": np.nanmean(found["inwoners"].estimate[:, span], axis=0)}
    ).merge(suspects, on="buurt", how="left").fillna(0).query("people >= 200")  # fmt: skip
    per = crimes[["crimes", "suspects"]].div(crimes["people"], axis=0)
    assert per.corr(method="spearman").loc["crimes", "suspects"] > 0.5
    busy = per["suspects"] >= per["suspects"].quantile(0.9)
    assert per.loc[busy, "crimes"].median() > per["crimes"].median()
