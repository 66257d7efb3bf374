"""The page of a gemeente at national size: milliseconds from SQLite, page by page, none of them drawn before.

    python -m bench.area [DATABASE] [--indicators 20]

In: the Dutch release (made first from ../shared/data or REGIOBEELD_SHARED_DATA; without that folder nothing
is measured, and that is said). Its real areas and outlines carry invented figures of as many private
indicators, five years each, at 18,000 areas: findings, comparable gemeenten, drawings and tables are all
worked out anew for each page. Exit status 1 when more than one page in twenty takes longer than the bound.
"""

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from sqlalchemy import select

from bench.api import wsgi
from bench.map import dutch_sources
from bench.map import release as dutch_release
from dashboard import create_app
from dashboard.lean import rarely_collected
from dashboard.pages import area
from dashboard.settings import Settings
from etl.frames import Estimates
from etl.release import schema
from etl.release.engine import open_engine
from etl.release.read import Store
from etl.release.write import Map, Publication, PublishedIndicator, write_release
from tests.samples.tiny_release import DRUGS, INHABITANTS, PEOPLE, SUSPECTS, publication

BOUND_MS, PAGES, ROUNDS, YEARS = 150, 40, 3, (2020, 2021, 2022, 2023, 2024)


def with_many_figures(database: str, indicators: int) -> Store:
    """The store, its newest release now one with so many private indicators over the same areas."""
    engine = open_engine(database)
    store = Store(engine)
    dutch = store.release()
    where, vintage = dutch.regions, dutch.info.vintage
    people = np.nan_to_num(np.asarray(dutch.values("inwoners", 2024).estimate), nan=0.0)
    rng = np.random.default_rng(5)
    levels = np.array([1.0, 2.0, 6.0, 9.0, 14.0])[[_depth(level) for level in where.level]]
    none = np.zeros((1, len(people)))
    known = Estimates("inwoners", (2024,), people[None], none, none.astype(np.uint8))
    entries = [PublishedIndicator(INHABITANTS, PEOPLE, known)]
    for number in range(indicators):
        own = rng.lognormal(0, 0.15, len(people))
        estimate = rng.poisson(0.004 * people * own, (len(YEARS), len(people))) + rng.normal(0, levels)
        variance = np.broadcast_to(levels**2, estimate.shape)
        entries.append(
            PublishedIndicator(
                SUSPECTS.model_copy(update={"id": f"indicator{number}"}),
                DRUGS,
                Estimates(f"indicator{number}", YEARS, estimate, variance, np.zeros_like(estimate, np.uint8)),
                dict.fromkeys(YEARS, (2024, people)),
                0.004,
                dict.fromkeys(YEARS, 0.0),
            )
        )
    tiny = publication("veel")
    config = tiny.config.model_copy(update={"id": "veel", "fictional": False})
    with engine.connect() as connection:
        digest = connection.scalar(select(schema.vintage.c.digest).where(schema.vintage.c.id == vintage))
    drawn = Map(where, b"", "", b"", str(digest))
    write_release(engine, Publication(config, vintage, drawn, entries, tiny.sources))
    return Store(engine)


def _depth(level: str) -> int:
    order = ("land", "regio", "gemeente", "wijk", "buurt")
    return order.index(level) if level in order else 1


def measure(store: Store) -> list[float]:
    """Milliseconds of one page each of gemeenten spread over the land: the shortest of some rounds, in each
    of which every page is drawn anew. The first page only warms up.
    """
    site = create_app(Settings(), store).server
    rarely_collected()
    release = store.release()
    codes = release.regions.codes[release.regions.slice("gemeente")]
    chosen = codes[:: max(1, len(codes) // PAGES)]
    wsgi(site, f"/gebied/{codes[1]}", "gzip")()
    spent = dict.fromkeys(chosen, float("inf"))
    for _ in range(ROUNDS):
        area.made.cache_clear()
        for code in chosen:
            call = wsgi(site, f"/gebied/{code}", "gzip")
            start = time.perf_counter()
            call()
            spent[code] = min(spent[code], (time.perf_counter() - start) * 1000)
    return list(spent.values())


def main() -> int:
    """Measure and report."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("database", nargs="?")
    asked.add_argument("--indicators", type=int, default=20)
    given = asked.parse_args()
    sources = dutch_sources()
    if given.database is None and not sources.is_dir():
        print("Area page not measured: no folder with Dutch public data.")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        address = given.database or dutch_release(Path(folder), sources)
        spent = sorted(measure(with_many_figures(address, given.indicators)))
    late = spent[int(len(spent) * 0.95)]
    middle = statistics.median(spent)
    print(
        f"area page, {given.indicators} indicators, {len(spent)} gemeenten: median {middle:.0f} ms, ", end=""
    )
    print(f"19 in 20 within {late:.0f} ms (bound {BOUND_MS})")
    print(f"{'PASS' if late <= BOUND_MS else 'FAIL'}: a page of a gemeente within {BOUND_MS} ms")
    return int(late > BOUND_MS)


if __name__ == "__main__":
    sys.exit(main())
