"""The demo at a quarter, half and full national size: scales in; seconds and memory of each step out.

    python -m bench.national [--scales quarter half national] [--keep FOLDER]

Each step runs in a process of its own, so that its peak memory is its own. `pandas` is what one would write
first: the same counts with read_parquet, merge and groupby, all in memory. They must be the counts of the
engine, or the bench fails; so it does, with exit status 1, when a limit of bench/limits.py does not hold.
"""

import argparse
import hashlib
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from bench.limits import COUNTING, MADE, RELEASE, WHOLE, broken
from etl.demo.scales import SCALES as DEMO_SCALES

SCALES = ("quarter", "half", "national")
PLAIN = "counting with pandas"
KNOWN = ("small", *SCALES)
ROOT = Path(__file__).resolve().parents[1]
CONFIG = ROOT / "config" / "demo.toml"
GIB = 2**20
"""KiB, the unit of the peak memory that Linux reports."""


def measured(*arguments: str, may_fail: bool = False) -> tuple[float, float, str]:
    """Seconds, peak GiB and answer of `python ARGUMENTS`. When it fails: SystemExit, or no answer."""
    with tempfile.TemporaryFile() as answer:
        start = time.monotonic()
        actions = [(os.POSIX_SPAWN_DUP2, answer.fileno(), 1)]
        child = os.posix_spawn(sys.executable, [sys.executable, *arguments], os.environ, file_actions=actions)
        _pid, status, usage = os.wait4(child, 0)
        seconds = time.monotonic() - start
        if status and may_fail:
            return seconds, usage.ru_maxrss / GIB, ""
        if status:
            raise SystemExit(f"bench: {' '.join(arguments)} failed")
        answer.seek(0)
        return seconds, usage.ru_maxrss / GIB, answer.read().decode()


def one_scale(scale: str, folder: Path) -> dict[str, tuple[float, float]]:
    """Step -> (seconds, peak GiB) at one scale."""
    sources, database = folder / scale, folder / f"{scale}.db"
    step = ("-m", "bench.national", "--step")
    found = {}
    if not sources.is_dir():
        found[MADE] = measured(*step, "build", scale, str(sources))
    demo = ("-m", "etl", "demo", "--scale", scale, "--sources", str(sources))
    found[RELEASE] = measured(*demo, "--database", f"sqlite:///{database}")
    if MADE in found:
        made, published = found[MADE], found[RELEASE]
        found[WHOLE] = made[0] + published[0], max(made[1], published[1]), ""
    found[COUNTING] = measured(*step, "engine", scale, str(sources))
    # Everything in memory at once may be more than there is: that is a result, not a failure of ours.
    found[PLAIN] = measured(*step, "pandas", scale, str(sources), may_fail=True)
    if not found[PLAIN][2]:
        found[f"{PLAIN}: died"] = found.pop(PLAIN)
    elif found[COUNTING][2] != found[PLAIN][2]:
        raise SystemExit(f"bench: at scale {scale} pandas counts otherwise than the engine")
    return {name: (seconds, peak) for name, (seconds, peak, _answer) in found.items()}


def build(scale: str, sources: Path) -> None:
    """Make the source files."""
    from etl.demo import build as make

    make(sources, scale, progress=False)


def count(way: str, sources: Path) -> None:
    """Count every private indicator of the demo that both ways can; print a digest of the counts."""
    import numpy as np

    from bench.plain import count_plainly, expressible
    from etl.aggregate import count_microdata
    from etl.catalogue.load import load_catalogue
    from etl.pipeline import division_files, load
    from geodata.hierarchy import read_hierarchy
    from geodata.regions import build_regions

    config, catalogue = load(CONFIG), load_catalogue()
    private = [one for one in catalogue.needed(config) if one.private]
    left_out = [one.id for one in private if not expressible(one)]
    if left_out:
        sys.stderr.write(f"bench: not compared, for pandas here cannot: {', '.join(left_out)}\n")
    private = [one for one in private if expressible(one)]
    # The bound on indicators a person is no part of the comparison.
    free = {unit: budget.model_copy(update={"max_indicators": 99}) for unit, budget in config.privacy.items()}
    config = config.model_copy(update={"privacy": free})
    files = division_files(config)
    hierarchy, _faults = read_hierarchy(files, sources)
    regions = build_regions(files.vintage, files.year, hierarchy.areas, hierarchy.groupings)
    counter: Callable[..., Sequence[object]] = count_microdata if way == "engine" else count_plainly
    digest = hashlib.sha256()
    for counts in counter(private, config, catalogue, sources, regions):
        digest.update(np.ascontiguousarray(getattr(counts, "counts", counts)).tobytes())
    sys.stdout.write(digest.hexdigest())


def table(found: dict[str, dict[str, tuple[float, float]]]) -> str:
    """What was measured, one line a step and scale."""
    lines = [f"{'scale':<10}{'step':<24}{'seconds':>9}{'peak GiB':>10}"]
    for scale, steps in found.items():
        lines += [
            f"{scale:<10}{name:<24}{seconds:>9.0f}{peak:>10.2f}" for name, (seconds, peak) in steps.items()
        ]
    return "\n".join(lines)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.national", description=__doc__)
    parser.add_argument("--scales", nargs="+", default=SCALES, choices=KNOWN)
    parser.add_argument("--keep", type=Path, help="folder for the source files, kept afterwards")
    parser.add_argument("--step", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.step:
        way, scale, sources = options.step
        return build(scale, Path(sources)) if way == "build" else count(way, Path(sources))
    found = {}
    for scale in options.scales:
        with tempfile.TemporaryDirectory(prefix="regiobeeld-bench-") as passing:
            found[scale] = one_scale(scale, options.keep or Path(passing))
        sys.stdout.write(table({scale: found[scale]}) + "\n\n")
        sys.stdout.flush()
    sys.stdout.write(table(found) + "\n" + json.dumps(found) + "\n")
    said = broken(found, {name: scale.persons for name, scale in DEMO_SCALES.items()})
    if said:
        raise SystemExit("bench: " + "; ".join(said))
    sys.stdout.write("All limits hold.\n")
    return None


if __name__ == "__main__":
    main()
