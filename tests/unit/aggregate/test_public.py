"""Public counts onto the areas: the source wins, gaps stay gaps, and what no buurt carries stays in sight."""

from pathlib import Path

import numpy as np
import pytest

from etl.aggregate import count_public
from etl.catalogue.load import load_catalogue, load_config
from etl.catalogue.model import RunConfig
from etl.errors import InputError
from etl.extract import check_sources
from etl.frames import Estimates, Status
from geodata.division import DivisionFiles
from geodata.hierarchy import read_hierarchy
from geodata.levels import LEVELS
from geodata.regions import Regions, build_regions
from tests.samples import tiny_microdata

CATALOGUE = load_catalogue()
CONFIGS = Path(__file__).resolve().parents[3] / "config"
WHOLE = {"GM9001": 100, "GM9002": 50, "GM9003": 30}
BUURTEN = {
    **{
        f"BU9001{wijk}{buurt}": 20 for wijk in ("00", "01") for buurt in ("00", "01")
    },  # 80 of 100: 20 unknown
    **{f"BU9002{wijk}{buurt}": 10 for wijk in ("00", "01") for buurt in ("00", "01")},
}  # no buurt of GM9003 has a row


def run(**changes: object) -> RunConfig:
    sources = {"politie_misdrijven": {"file": "misdrijven.csv"}, "kwb": {"file": "kwb_{year}.csv"}}
    return tiny_microdata.config(indicators=("misdrijven",), years=(2023,), sources=sources, **changes)


def count(folder: Path, cells: dict[str, object]) -> Estimates:
    text = "regiocode,jaar,geregistreerde_misdrijven\n"
    text += "".join(f"{code},2023,{value}\n" for code, value in cells.items())
    (folder / "misdrijven.csv").write_text(text, encoding="utf-8")
    indicator = CATALOGUE.indicators["misdrijven"]
    return count_public([indicator], run(), CATALOGUE, folder, tiny_microdata.regions())["misdrijven"]


def at(estimates: Estimates, code: str) -> tuple[float, Status]:
    position = tiny_microdata.regions()[code].position
    return float(estimates.estimate[0, position]), Status(estimates.status[0, position])


def test_the_source_wins_and_the_rest_is_summed(tmp_path: Path) -> None:
    found = count(tmp_path, WHOLE | BUURTEN)
    assert at(found, "GM9001") == (100, Status.OK)
    assert at(found, "BU90010001") == (20, Status.OK)
    assert at(found, "WK900100") == (40, Status.OK)
    assert at(found, "RE91") == (150, Status.OK)
    assert at(found, "KL00") == (180, Status.OK)
    assert at(found, "PV92") == (80, Status.OK)
    assert np.nanmax(found.variance) == 0


def test_an_absent_row_is_absent_and_so_are_sums_over_it(tmp_path: Path) -> None:
    found = count(tmp_path, WHOLE | BUURTEN)
    for code in ("BU90030000", "WK900300"):
        value, status = at(found, code)
        assert np.isnan(value) and status is Status.ONTBREEKT


def test_a_withheld_value_stays_withheld_and_so_do_sums_over_it(tmp_path: Path) -> None:
    found = count(tmp_path, WHOLE | BUURTEN | {"BU90010000": "", "GM9003": ""})
    for code in ("BU90010000", "WK900100", "GM9003", "RE92", "PV92", "KL00"):
        value, status = at(found, code)
        assert np.isnan(value) and status is Status.GEHEIM, code
    assert at(found, "RE91") == (150, Status.OK)


def test_what_no_buurt_carries_is_kept_as_rest(tmp_path: Path) -> None:
    found, regions = count(tmp_path, WHOLE | BUURTEN), tiny_microdata.regions()
    rest = {(regions.codes[area], level): value for (area, level), value in found.rest[2023].items()}
    assert rest["GM9001", "buurt"] == rest["GM9001", "wijk"] == 20
    assert rest["GM9003", "buurt"] == 30
    assert rest["KL00", "buurt"] == 20 + 10 + 30
    assert rest["PV92", "buurt"] == 10 + 30
    assert (
        ("GM9002", "buurt") in rest and ("KL00", "gemeente") not in rest and ("WK900100", "buurt") not in rest
    )


def test_figures_and_rest_add_up_at_every_level(tmp_path: Path) -> None:
    found, regions = count(tmp_path, WHOLE | BUURTEN | {"BU90020100": ""}), tiny_microdata.regions()
    figures = np.nan_to_num(found.estimate[0])
    for area in range(len(regions)):
        for level in LEVELS[1:]:
            inside = regions.within(regions.codes[area], level)
            deeper = level.depth > (LEVELS.index(regions.level[area]) if regions.level[area] in LEVELS else 1)
            if deeper and not np.isnan(found.estimate[0, area]):
                total = figures[inside].sum() + found.rest[2023].get((area, str(level)), 0.0)
                assert total == figures[area], (regions.codes[area], level)


def test_a_level_the_source_never_gives_has_no_rest(tmp_path: Path) -> None:
    found = count(tmp_path, WHOLE)
    assert found.rest[2023] == {}
    assert at(found, "BU90010000")[1] is Status.ONTBREEKT


def test_an_unknown_area_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="GM0363"):
        count(tmp_path, WHOLE | {"GM0363": 1})


def test_a_year_without_rows_is_a_fault(tmp_path: Path) -> None:
    tiny_microdata.write_key_figures(tmp_path)
    count(tmp_path, WHOLE)
    with pytest.raises(InputError, match="no row for 2024"):
        check_sources(run().model_copy(update={"years": (2023, 2024)}), CATALOGUE, tmp_path)


def test_years_follow_the_source(tmp_path: Path) -> None:
    tiny_microdata.write_key_figures(tmp_path)
    config = tiny_microdata.config(sources={"kwb": {"file": "kwb_2023.csv", "years": [2023]}})
    inhabitants = CATALOGUE.indicators["inwoners"]
    found = count_public([inhabitants], config, CATALOGUE, tmp_path, tiny_microdata.regions())["inwoners"]
    assert found.years == (2023,)
    assert at(found, "BU90010001")[1] is Status.GEHEIM
    assert at(found, "BU90030101")[1] is Status.ONTBREEKT
    assert at(found, "WK900100") == (2001, Status.OK)  # its own row, though a buurt in it is withheld


@pytest.fixture(scope="module")
def dutch(shared_data: Path) -> tuple[Regions, dict[str, Estimates]]:
    folder, config = shared_data / "nl2024", load_config(CONFIGS / "nl2024.toml")
    given = config.division
    files = DivisionFiles(
        vintage=given.vintage,
        year=given.year,
        land_code=given.land.code,
        land_name=given.land.name,
        boundaries=given.boundaries,
        tree=given.tree,
        groupings_file=given.groupings_file,
        regio=(given.regio.code, given.regio.name),
        groupings={kind: (pair.code, pair.name) for kind, pair in given.groupings.items()},
    )
    hierarchy, faults = read_hierarchy(files, folder)
    assert faults == []
    regions = build_regions(given.vintage, given.year, hierarchy.areas, hierarchy.groupings)
    check_sources(config, CATALOGUE, folder, regions)
    return regions, count_public(CATALOGUE.needed(config), config, CATALOGUE, folder, regions)


def test_dutch_crimes_have_their_pinned_total_and_a_status_everywhere(
    dutch: tuple[Regions, dict[str, Estimates]],
) -> None:
    regions, counts = dutch
    crimes = counts["misdrijven"]
    row = crimes.years.index(2023)
    gemeenten, buurten = regions.slice("gemeente"), regions.slice("buurt")
    assert crimes.estimate[row, gemeenten].sum() == 801_717
    assert crimes.estimate[row, gemeenten].size == 342
    status = crimes.status[row, buurten]
    assert status.size == 14_574
    assert (status == Status.OK).sum() == 14_494
    assert (status == Status.ONTBREEKT).sum() == 80
    best = regions["GM0753"].position
    assert crimes.rest[2023][best, "buurt"] == crimes.estimate[row, best]  # nothing of Best is in a buurt


def test_dutch_key_figures_keep_what_is_withheld(dutch: tuple[Regions, dict[str, Estimates]]) -> None:
    regions, counts = dutch
    for indicator, withheld in (("inwoners", 478), ("huishoudens", 607)):
        assert counts[indicator].years == (2024,)
        status = counts[indicator].status[0, regions.slice("buurt")]
        assert (status == Status.GEHEIM).sum() == withheld
        assert (status == Status.OK).sum() == 14_574 - withheld


def classed(folder: Path, classes: dict[str, object], **changes: object) -> Estimates:
    """Inhabitants of buurten in class 1 to 3; each buurt has the inhabitants of the tiny key figures."""
    tiny_microdata.write_key_figures(folder)
    text = "id,year,kscore\n" + "".join(f"{code},2023,{value}\n" for code, value in classes.items())
    (folder / "score.csv").write_text(text, encoding="utf-8")
    sources = {"leefbaarometer": {"file": "score.csv"}, "kwb": {"file": "kwb_{year}.csv"}}
    config = tiny_microdata.config(indicators=("onvoldoendeleefbaar",), years=(2023,), sources=sources)
    needed = [one.model_copy(update=changes) for one in CATALOGUE.needed(config)]
    return count_public(needed, config, CATALOGUE, folder, tiny_microdata.regions())["onvoldoendeleefbaar"]


def test_who_lives_in_a_low_class_is_counted_and_adds_up(tmp_path: Path) -> None:
    classes = {"BU90010000": "4", "BU90010100": "1", "BU90020000": "3", "BU90020001": "9", "BU90020100": ""}
    found = classed(tmp_path, classes)
    whole = count_public(
        [CATALOGUE.indicators["inwoners"]],
        tiny_microdata.config(sources={"kwb": {"file": "kwb_{year}.csv"}}, years=(2023,)),
        CATALOGUE, tmp_path, tiny_microdata.regions(),
    )["inwoners"]  # fmt: skip
    first, second = at(whole, "BU90010100")[0], at(whole, "BU90020000")[0]
    assert first > 0 and second > 0
    assert at(found, "BU90010000") == (0, Status.OK)
    assert at(found, "BU90010100") == at(found, "WK900101") == at(found, "GM9001") == (first, Status.OK)
    assert at(found, "GM9002") == (second, Status.OK)
    assert at(found, "RE91") == at(found, "KL00") == (first + second, Status.OK)
    for silent in ("BU90020100", "WK900201", "BU90010001", "GM9003", "RE92"):
        assert at(found, silent)[1] is Status.ONTBREEKT and np.isnan(at(found, silent)[0]), silent
    assert found.rest[2023] == {}


def test_withheld_inhabitants_of_a_low_class_withhold_the_sum(tmp_path: Path) -> None:
    found = classed(tmp_path, {"BU90010001": "2", "BU90010000": "2"})
    for code in ("BU90010001", "WK900100", "GM9001", "KL00"):
        assert at(found, code)[1] is Status.GEHEIM, code


def test_a_class_of_a_wijk_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"score\.csv: area codes: .*WK900100, expected buurten only"):
        classed(tmp_path, {"BU90010000": "4", "WK900100": "2"})


def test_levels_that_are_not_published_are_empty(tmp_path: Path) -> None:
    text = "regiocode,jaar,geregistreerde_misdrijven\n"
    text += "".join(f"{code},2023,{value}\n" for code, value in (WHOLE | BUURTEN).items())
    (tmp_path / "misdrijven.csv").write_text(text, encoding="utf-8")
    indicator = CATALOGUE.indicators["misdrijven"].model_copy(update={"levels": LEVELS[:2]})
    found = count_public([indicator], run(), CATALOGUE, tmp_path, tiny_microdata.regions())["misdrijven"]
    assert at(found, "KL00") == (180, Status.OK) and at(found, "RE91") == (150, Status.OK)
    for code in ("GM9001", "WK900100", "BU90010000", "PV91"):
        assert at(found, code)[1] is Status.NVT and np.isnan(at(found, code)[0]), code
    assert found.rest[2023] == {}
