"""The data officer's commands: arguments go in, one clear answer and an exit status come out.

    python -m etl demo [--scale small|..|national]      the fictional country, sources and release
    python -m etl fetch CONFIG --sources DIR            public sources from the web; goes on where it stopped
    python -m etl catalogue                             every indicator: source, unit, levels, review and end
    python -m etl check CONFIG --sources DIR            every fault there is; spends nothing
    python -m etl budget CONFIG [--sources DIR]         costs, margins and best splits; spends nothing
    python -m etl audit [CONFIG]                        does the mechanism keep its promise? PASS or FAIL
    python -m etl audit --against CONFIG ...            a release on public figures beside the truth
    python -m etl run CONFIG --sources DIR              sources in, release out
    python -m etl releases [--card ID]                  what is published; the deployment card of one
    python -m etl model ID INDICATOR YEAR LEVEL         model-based estimates beside the direct ones (CSV)
    python -m etl ratio ID ABOVE BELOW YEAR LEVEL       ratio of two counts, or "niet te bepalen" (CSV)
    python -m etl retract ID INDICATOR --reason-nl ...  tell every reader that a figure is withdrawn
    python -m etl ledger                                what was spent, by whom, on what

Exit status: 0 done, 1 refused (the message says why), 2 wrong use.
"""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

from sqlalchemy import Engine
from tqdm import tqdm

from etl import pipeline
from etl.catalogue.model import RunConfig, Text
from etl.catalogue.runs import reviews
from etl.commands import audit, budget, catalogue, fetch, retract, smallarea
from etl.demo import build, is_current
from etl.errors import EtlError, GeodataError
from etl.extract.engine import KINDS, Kind
from etl.privacy.accounting import NANO
from etl.release.card import deployment_card, privacy_spec
from etl.release.engine import open_engine
from etl.release.migrate import upgrade
from etl.release.read import Store
from etl.zcdp import epsilon_for

DEFAULT_DATABASE = "sqlite:///var/regiobeeld.db"
ROOT = Path(__file__).resolve().parents[1]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.command(options))
    except (EtlError, GeodataError) as refusal:
        print(f"Geweigerd. {refusal}", file=sys.stderr)
        return 1
    except FileNotFoundError as missing:
        print(f"Geweigerd. Bestand of map niet gevonden: {missing.filename}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m etl", description="From sources to a published release.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    demo = commands.add_parser("demo", help="make the fictional country and publish its release")
    demo.add_argument("--scale", choices=("small", "quarter", "half", "national"), default="small")
    demo.add_argument("--sources", type=Path, help="where its source files go (default: var/demo/SCALE)")
    _add_counting(demo)
    demo.set_defaults(command=_demo)
    for name, command, text in (
        ("check", _check, "name every fault in configuration, catalogue and sources; spends nothing"),
        ("run", _run, "check, count, add noise, reconcile and publish one release"),
    ):
        sub = commands.add_parser(name, help=text)
        sub.add_argument("config", type=Path, help="for example config/nl2024.toml")
        sub.add_argument("--sources", type=Path, required=True, help="folder with the source files")
        sub.set_defaults(command=command)
        if name == "run":
            _add_database(sub)
            _add_counting(sub)
    fetch.add(commands.add_parser("fetch", help="fetch the public sources; spends nothing"))
    catalogue.add(commands.add_parser("catalogue", help="list every indicator of the catalogue by theme"))
    budget.add(commands.add_parser("budget", help="what a run would cost and show; spends nothing"))
    audit.add(
        commands.add_parser("audit", help="check that the mechanism keeps its promise"), _default_database()
    )
    for name, declare, text in (
        ("model", smallarea.add_model, "model-based estimates beside the direct ones, as CSV"),
        ("ratio", smallarea.add_ratio, "the ratio of two counts, or that it cannot be determined, as CSV"),
    ):
        declare(commands.add_parser(name, help=text), _default_database())
    retract.add(
        commands.add_parser("retract", help="tell every reader that a figure is withdrawn"),
        _default_database(),
    )
    releases = commands.add_parser("releases", help="list the published releases")
    releases.add_argument("--card", metavar="ID", help="print the deployment card of one release as JSON")
    releases.add_argument("--spec", metavar="ID", help="print what protects one release as JSON")
    releases.set_defaults(command=_releases)
    ledger = commands.add_parser("ledger", help="list and verify what was spent")
    ledger.set_defaults(command=_ledger)
    for sub in (demo, releases, ledger):
        _add_database(sub)
    return parser


def _add_database(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--database", default=_default_database(), help="address of the release store (REGIOBEELD_DATABASE)"
    )


def _add_counting(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--engine",
        choices=KINDS,
        default="duckdb",
        help="what counts confidential rows: DuckDB in this process, or Apache Spark (extra [spark])",
    )


def _default_database() -> str:
    return os.environ.get("REGIOBEELD_DATABASE", DEFAULT_DATABASE)


def _demo(options: argparse.Namespace) -> int:
    config = pipeline.load(ROOT / "config" / "demo.toml")
    if options.scale != "small":
        config = _rescaled(config, options.scale)
    folder: Path = options.sources or Path("var") / "demo" / options.scale
    engine = _engine(options)
    if any(info.id == config.id for info in Store(engine).releases()):
        print(f"Release {config.id} is er al.")
        return 0
    # A folder that was named is left alone; our own is made anew when an older version made it.
    if not folder.is_dir() or not (options.sources or is_current(folder)):
        build(folder, options.scale)
    return _publish(engine, config, folder, options.engine)


def _rescaled(config: RunConfig, scale: str) -> RunConfig:
    """The same release of a country of another size: its own id and its own map."""
    division = config.division.model_copy(update={"vintage": f"{config.division.vintage}-{scale}"})
    title = Text(nl=f"{config.title.nl} ({scale})", en=f"{config.title.en} ({scale})")
    return config.model_copy(update={"id": f"{config.id}-{scale}", "title": title, "division": division})


def _run(options: argparse.Namespace) -> int:
    # The database is not touched, not even made, before all input has been found whole.
    config = pipeline.load(options.config)
    return _publish(open_engine(options.database), config, options.sources, options.engine)


def _publish(engine: Engine, config: RunConfig, folder: Path, counting: Kind) -> int:
    # How many steps there will be depends on what the sources hold: only what is done is told.
    with tqdm(file=sys.stderr, bar_format="{elapsed}  stap {n_fmt}: {desc}") as bar:

        def say(step: str) -> None:
            bar.n += 1
            bar.set_description_str(step)

        new = pipeline.run(engine, config, folder, say, counting=counting)
    print(f"Release {config.id} is gepubliceerd." if new else f"Release {config.id} is er al; niets gedaan.")
    return 0


def _check(options: argparse.Namespace) -> int:
    config = pipeline.load(options.config)
    prepared = pipeline.prepare(config, options.sources, lambda step: None)
    for note in prepared.division.notes:
        print(f"Let op: {note}")
    for late in reviews(prepared.needed, [source for source, _files in prepared.sources]):
        print(f"Let op: {late}")
    for unit, cost in prepared.costs.items():
        budget = config.privacy[unit]
        epsilon = epsilon_for(Fraction(cost, NANO), float(budget.delta))
        print(f"Kosten per {unit}: rho {cost / NANO:.9f} (epsilon {epsilon:.2f} bij delta {budget.delta})")
    print(f"Geen fouten in {options.config.name}; er is niets uitgegeven.")
    return 0


def _releases(options: argparse.Namespace) -> int:
    if options.card or options.spec:
        return _described(options)
    for info in Store(_engine(options)).releases():
        kind = "fictief" if info.fictional else "echt"
        print(f"{info.id}\t{info.published:%Y-%m-%d %H:%M}\t{kind}\t{info.title.nl}")
    return 0


def _described(options: argparse.Namespace) -> int:
    """The card or the privacy spec of one release. JSON is YAML too, which the registry of cards asks for."""
    wanted, describe = (options.card, deployment_card) if options.card else (options.spec, privacy_spec)
    store = Store(_engine(options))
    if wanted not in {info.id for info in store.releases()}:
        raise EtlError(f"found no release {wanted!r} in this database: python -m etl releases lists them")
    print(json.dumps(describe(store, wanted), indent=2, ensure_ascii=False))
    return 0


def _ledger(options: argparse.Namespace) -> int:
    ledger = pipeline.open_ledger(_engine(options))
    ledger.verify()
    for entry in ledger.entries():
        print(
            entry.seq,
            entry.recorded_at,
            entry.release_id,
            entry.unit,
            f"{entry.nano_rho / NANO:.9f}",
            sep="\t",
        )
    for unit, spent in ledger.spent().items():
        print(f"{unit}: rho {spent / NANO:.9f} uitgegeven, {ledger.remaining()[unit] / NANO:.9f} over")
    print(f"Keten klopt. Hoofd: {ledger.head()}")
    return 0


def _engine(options: argparse.Namespace) -> Engine:
    engine = open_engine(options.database)
    upgrade(engine)
    return engine
