"""In: a folder and a scale. Out: the source files of the fictional country Merenland in that folder.

The ordinary pipeline reads them as it reads real ones. The same scale gives the same files, always: this is
invented data, drawn from fixed random streams (privacy noise never is).
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tqdm import tqdm

from etl.catalogue.load import FOLDER, load_catalogue
from etl.demo import case_files, cases, history, maps, microdata, open_tables, property_files
from etl.demo.crimes import Tally, crimes
from etl.demo.firms import Firms, make_firms
from etl.demo.geography import make_country
from etl.demo.homes import Homes, make_homes
from etl.demo.keyfigures import buurt_traits, counts, key_figures
from etl.demo.life import People, live
from etl.demo.lodgers import with_lodgers
from etl.demo.means import means
from etl.demo.owners import Owned, earners, landlords, owner_types, sales, value
from etl.demo.parks import Parks, make_parks
from etl.demo.places import Places, make_places
from etl.demo.scales import SCALES, YEARS
from etl.demo.spells import make_spells
from etl.demo.suspects import offences
from etl.demo.youth import LOW_INCOME, youth

STAMP = "made-by"
BOUNDARIES, LAND = "wijkenbuurten_2024.gpkg", "ML00"


def build(target: Path, scale: str = "small", progress: bool = True) -> None:
    """Write the demo's source files into `target`, replacing it whole.

    `scale` is a name in `etl.demo.scales.SCALES`. Files are written beside the target and moved there at the
    end, so a build that is killed leaves the old folder, or none. Raises `ValueError` for an unknown scale,
    and `FileExistsError` when `target` is a file.
    """
    if scale not in SCALES:
        raise ValueError(f"demo scale: found {scale!r}, expected one of {', '.join(SCALES)}")
    if target.exists() and not target.is_dir():
        raise FileExistsError(
            f"demo target {target}: found a file, expected a folder or nothing; name another"
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    bar: tqdm[Any] = tqdm(total=8, desc="Merenland", disable=not progress)
    with _beside(target) as draft, bar:
        _write(draft, scale, lambda step: _tick(bar, step))
        (draft / STAMP).write_text(_version(), encoding="ascii")


def is_current(folder: Path) -> bool:
    """Whether these source files are what `build` would make today: an older version made other ones."""
    stamp = folder / STAMP
    return stamp.is_file() and stamp.read_text(encoding="ascii") == _version()


def _version() -> str:
    """Checksum of all that decides what is in the files."""
    here = Path(__file__).parent
    said = [*sorted(here.glob("*.py")), *sorted((FOLDER / "sources").glob("*.toml"))]
    return hashlib.sha256(b"".join(path.read_bytes() for path in said)).hexdigest()


def _tick(bar: tqdm[Any], step: str) -> None:
    bar.set_postfix_str(step)
    bar.update()


@contextmanager
def _beside(target: Path) -> Iterator[Path]:
    """A draft folder next to the target that takes its place when all went well, and is removed when not."""
    draft = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        yield draft
        draft.chmod(0o755)
        if target.exists():
            old = draft.with_name(draft.name + "-old")
            target.rename(old)
            draft.rename(target)
            shutil.rmtree(old)
        else:
            draft.rename(target)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _write(root: Path, scale: str, tick: Callable[[str], None]) -> None:
    country = make_country(SCALES[scale])
    places = make_places(country)
    tick("map")
    homes = make_homes(places)
    people = live(homes, places)
    types = owner_types(homes)
    first = earners(people, homes)[0]
    owned = Owned(types, landlords(homes, types, first))
    people = with_lodgers(people, homes, owned, places)
    tick("people")
    firms = make_firms(homes, places)
    parks = make_parks(homes, firms, places)
    persons = {}
    for year in YEARS:
        true = counts(people, homes, firms, parks, places, year)
        persons[year] = true["inwoners"]
        figures = key_figures(true, places, year)
        figures.to_csv(root / f"kwb_{year}.csv", index=False, lineterminator="\n")
    tick("key figures")
    maps.write_areas(root, places)
    maps.write_boundaries(root / BOUNDARIES, places, figures)
    tick("boundaries")
    # NumPy and Parquet work outside Python's lock: what nothing else waits for gets a thread of its own.
    with ThreadPoolExecutor(1) as beside:
        money = beside.submit(_write_money, root, people, homes, parks, owned, places)
        microdata.write_persons(root, people)
        microdata.write_addresses(root, make_spells(people), homes, people)
        tick("people's files")
        microdata.write_objects(root, homes, firms, parks, places)
        microdata.write_firms(root, firms)
        tick("files of addresses and firms")
        _write_cases(root, people, homes, firms, parks, places, persons)
        tick("VERDTAB, 47018NED, 47022NED, Leefbaarometer, delivered files")
        money.result()
    tick("files of homes and money")


def _write_cases(
    root: Path,
    people: People,
    homes: Homes,
    firms: Firms,
    parks: Parks,
    places: Places,
    persons: dict[int, Any],
) -> None:
    """Suspects, registered crimes and liveability; and what police, gemeenten and FIU deliver."""
    tally = Tally(people, homes, len(places.buurt_code))
    microdata.write_offences(root, tally.watch(offences(people, homes, places)), places)
    registered = crimes(places, tally, persons)
    police = load_catalogue().sources["politie_misdrijven_soort"]
    open_tables.write_crimes(root, places, registered, police, LAND)
    history.write_history(root, places, persons[YEARS[-1]])
    open_tables.write_scores(root / open_tables.SCORES, places, registered, persons)
    for year in YEARS:
        hemp, closures = cases.hemp_and_closures(homes, firms, parks, places, year)
        case_files.write_visits(root, "POLITIE_HENNEP", "DATUMRUIMING", hemp, year)
        case_files.write_visits(root, "GEMEENTE_SLUITINGEN", "DATUMSLUITING", closures, year)
        case_files.write_waste(root, cases.waste(places, year), places, year)
        case_files.write_transactions(root, cases.transactions(people, homes, places, year), year)


def _write_money(
    root: Path, people: People, homes: Homes, parks: Parks, owned: Owned, places: Places
) -> None:
    """Owners, sales, income and wealth; and what depends on income: the files of young people."""
    earner = earners(people, homes)
    sold = sales(people, homes, owned, earner)
    worth = value(homes, buurt_traits(places)["woz"])
    property_files.write_property(root, homes, parks, owned, earner)
    each = means(people, homes, owned, earner, sold, worth, places)
    for rows, at in zip(
        sold[-len(YEARS) :], property_files.write_means(root, people, homes, parks, earner, each), strict=True
    ):
        property_files.write_sales(root, rows, at.prices)
        case_files.write_youth(root, youth(people, at.income < LOW_INCOME, at.year), at.year)
    for rows in sold[: -len(YEARS)]:
        property_files.write_sales(root, rows, property_files.old_prices(rows, worth))
