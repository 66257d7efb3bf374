"""`python -m etl audit`: the mechanism, or a release on public figures, in; PASS or FAIL on the screen.

Exit status 1 on FAIL. With `--against` the release is set beside the public truth; a level passes when 94 to
96 % of its 95 % intervals hold the truth over fresh draws, as far as their own margin allows to tell.
"""

import argparse
import json
from pathlib import Path

from etl import pipeline
from etl.audit import against, signed
from etl.audit import audit as run_audit
from etl.audit.against import cells_of
from etl.audit.report import cells
from etl.audit.run import COLUMNS
from etl.catalogue.load import load_catalogue
from etl.commands.tables import markdown, table
from etl.errors import EtlError
from etl.quality import REDRAWS
from etl.release.engine import open_engine
from etl.release.quality import Comparison
from etl.release.read import Store

ROOT = Path(__file__).resolve().parents[2]
DEFAULT = ROOT / "config" / "demo.toml"
HEAD = ("wat", "toets", "gevonden", "toegestaan", "oordeel")
JUDGED = ("gemeente", "wijk", "buurt")
LOW, HIGH = 0.94, 0.96


def add(parser: argparse.ArgumentParser, database: str) -> None:
    """Declare the arguments of this command; database: the default address of the release store."""
    parser.add_argument("config", type=Path, nargs="?", default=DEFAULT, help="a run (default: the demo)")
    parser.add_argument("--columns", type=int, default=COLUMNS, help="draws of every cell in a check")
    parser.add_argument(
        "--against", type=Path, metavar="CONFIG", help="a run on public figures, to hold against them"
    )
    parser.add_argument("--sources", type=Path, help="folder with the public tables, for --against")
    parser.add_argument("--database", default=database, help="address of the release store, for --against")
    parser.add_argument("--redraws", type=int, default=REDRAWS, help="fresh draws for the coverage")
    parser.add_argument("--json", type=Path, help="write the comparison there as JSON")
    parser.add_argument(
        "--write", type=Path, help="write the comparison there as a page, say docs/demonstration.md"
    )
    parser.set_defaults(command=audit)


def audit(options: argparse.Namespace) -> int:
    """Run the checks of the mechanism, or of one release beside the truth."""
    return _beside_truth(options) if options.against else _mechanism(options)


def _mechanism(options: argparse.Namespace) -> int:
    config = pipeline.load(options.config)
    checks = list(run_audit(config, load_catalogue(), options.columns))
    print(f"Controle van het mechanisme bij de instellingen van {config.id}\n")
    print(table(HEAD, cells(checks)))
    print(f"\n{signed(checks, options.columns)}")
    return 0 if all(one.passed for one in checks) else 1


def _beside_truth(options: argparse.Namespace) -> int:
    if options.sources is None:
        raise EtlError("found --against without --sources, expected the folder with the public tables too")
    config = pipeline.load(options.against)
    store = Store(open_engine(options.database))
    if config.id not in {info.id for info in store.releases()}:
        raise EtlError(f"release '{config.id}' is not in this database. Run it first: python -m etl run")
    release = store.release(config.id)
    found = against.compare(release, config, load_catalogue(), options.sources, options.redraws)
    for one in found:
        print(f"{one.indicator}, uitgave {one.release}, naast de openbare aantallen\n")
        print(table(against.HEAD, cells_of(one.rows)))
    verdicts = [passes(one) for one in found]
    print(f"\n{'PASS' if all(verdicts) else 'FAIL'}: dekking {', '.join(JUDGED)} tussen 94 en 96 %")
    if options.json:
        _write(options.json, json.dumps([one.to_json() for one in found], indent=1) + "\n")
    if options.write:
        _write(options.write, page(found))
    return 0 if all(verdicts) else 1


def passes(found: Comparison) -> bool:
    """Whether coverage over the fresh draws lies within 94-96 % at each judged level."""
    by_level = {row.level: row for row in found.rows if row.low is None}
    return all(LOW <= by_level[level].redrawn <= HIGH for level in JUDGED)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def page(found: tuple[Comparison, ...]) -> str:
    """The comparison as a page of the documentation."""
    tables = "\n\n".join(
        f"## `{one.indicator}` in release `{one.release}`\n\n{markdown(against.HEAD, cells_of(one.rows))}\n\n"
        f"The last column is over {one.redraws} fresh draws of the noise, ± 1.96 standard errors."
        for one in found
    )
    return f"{PREFACE}\n\n{tables}\n"


RUN = "config/nl2024-private.toml"
PREFACE = f"""# The method on real figures

The public counts of registered crimes, treated as if one incident in one buurt were confidential: the
whole pipeline runs with noise, and the release is set beside the counts that anyone can look up. Only
incidents with a known buurt are counted, and buurten without figures are left out. How it works:
[privacy](privacy.md). The run stores this comparison with the release, and
`/methode` shows it. Sources: CBS, Kadaster and Politie (CC BY 4.0).

This page is made by a command, with the sources of `config/nl2024.toml` in FOLDER:

```sh
.venv/bin/python -m etl run {RUN} --sources FOLDER
.venv/bin/python -m etl audit --against {RUN} --sources FOLDER --write docs/demonstration.md
```

| column | says |
| --- | --- |
| gebieden | level, or level and number of inhabitants (unknown or under 50: with the smallest) |
| cellen | areas times years |
| fout (RMSE), beloofd | root mean squared error seen, and the one the release states beforehand |
| gemiddelde fout | mean error in counts: 0 for an unbiased estimate |
| relatieve fout | median of error / truth, where the truth is above 0 |
| dekking | share of 95 % intervals of this one release that hold the truth |
| dekking, nieuwe trekkingen | the same over fresh draws of the noise: chance plays a smaller part |"""
