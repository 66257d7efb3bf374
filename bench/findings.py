"""How often "Wat valt op" cries wolf and how often it names a doubling, by size of the catalogue.

A table out, and what it would be for who forgets the noise or the usual spread.

    python -m bench.findings [--figures 4 12 25 30] [--releases 8]

Countries of national size with a known truth (`tests.samples.wolf`), the product's noise, least squares and
tests. The table stands in docs/adr/0013; /methode says of it that of 100 areas with nothing the matter at
most 5 get a sentence. Exit status 1 when a measured share is over that, or when at a spread of a tenth fewer
than four doublings in five are named.
"""

import argparse
import sys
from unittest.mock import patch

import numpy as np

from etl.findings import chance
from tests.samples.wolf import cries, doublings, named

SPREADS = ((0.0, 0.0), (0.1, 0.03), (0.15, 0.04), (0.2, 0.05))
AT_MOST, AT_LEAST = 0.05, 0.80


def main() -> int:
    """Measure, print a row for every catalogue and spread, and judge."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--releases", type=int, default=8)
    asked.add_argument("--figures", type=int, nargs="+", default=(4, 12, 25, 30))
    given = asked.parse_args()
    releases = given.releases
    print("| figures | usual spread | a false sentence | twice is named | doubles is named |")
    print("|---|---|---|---|---|")
    broken = []
    for size in given.figures:
        for lasting, yearly in SPREADS:
            wolf = np.mean(cries(size, lasting, yearly, releases))
            twice = named(size, lasting, yearly, releases).mean()
            grown = doublings(size, lasting, yearly, max(releases // 2, 1)).mean()
            cells = " | ".join(f"{100 * share:.1f} %" for share in (wolf, twice, grown))
            print(f"| {size} | {100 * lasting:.0f} % | {cells} |", flush=True)
            # Over some thousands of gemeenten a share of .05 has a standard error of .005.
            if wolf > AT_MOST + 0.01 or (lasting <= 0.1 and twice < AT_LEAST):
                broken.append((size, lasting))
    most = max(given.figures)
    print(f"noise forgotten, {most} figures: {100 * np.mean(cries(most, 0, 0, 2, admit=False)):.0f} %")
    with patch.object(chance, "usual_spread", lambda *_: 0.0):
        spread = np.mean(cries(most, 0.2, 0.05, 2))
    print(f"usual spread of 20 % forgotten, {most} figures: {100 * spread:.0f} %")
    print("PASS" if not broken else f"FAIL at figures and spread {broken}")
    return int(bool(broken))


if __name__ == "__main__":
    sys.exit(main())
