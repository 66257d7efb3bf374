"""In: a folder and a scale. Out: the source files of the fictional country Merenland in that folder.

The ordinary pipeline reads them as it reads real ones. The same scale gives the same files, always: this is
invented data, drawn from fixed random streams (privacy noise never is).
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tqdm import tqdm

from etl.catalogue.load import load_catalogue
from etl.demo import history, maps, microdata, open_tables
from etl.demo.crimes import Tally, crimes
from etl.demo.firms import make_firms
from etl.demo.geography import make_country
from etl.demo.homes import make_homes
from etl.demo.keyfigures import counts, key_figures
from etl.demo.life import live
from etl.demo.places import make_places
from etl.demo.scales import SCALES, YEARS
from etl.demo.spells import make_spells
from etl.demo.suspects import offences

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
    bar: tqdm[Any] = tqdm(total=10, desc="Merenland", disable=not progress)
    with _beside(target) as draft, bar:
        _write(draft, scale, lambda step: _tick(bar, step))


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
    tick("people")
    firms = make_firms(homes, places)
    persons = {}
    for year in YEARS:
        true = counts(people, homes, firms, places, year)
        persons[year] = true["inwoners"]
        figures = key_figures(true, places, year)
        figures.to_csv(root / f"kwb_{year}.csv", index=False, lineterminator="\n")
    tick("key figures")
    maps.write_areas(root, places)
    maps.write_boundaries(root / BOUNDARIES, places, figures)
    tick("boundaries")
    microdata.write_persons(root, people)
    tick("GBAPERSOONTAB")
    microdata.write_addresses(root, make_spells(people), homes)
    tick("GBAADRESOBJECTBUS")
    microdata.write_objects(root, homes, firms, places)
    microdata.write_property(root, homes)
    tick("VSLGWBTAB, EIGENDOMTAB")
    tally = Tally(people, homes, len(places.buurt_code))
    microdata.write_offences(root, tally.watch(offences(people, homes, places)))
    tick("VERDTAB")
    registered = crimes(places, tally, persons)
    police = load_catalogue().sources["politie_misdrijven_soort"]
    open_tables.write_crimes(root, places, registered, police, LAND)
    history.write_history(root, places, persons[YEARS[-1]])
    open_tables.write_scores(root / open_tables.SCORES, places, registered, persons)
    tick("47018NED, 47022NED, Leefbaarometer")
    microdata.write_firms(root, firms)
    tick("ABR_REGIO")
