"""`python -m etl fetch`: a configuration in; its public sources in a folder, and what they are, out."""

import argparse
import sys
from pathlib import Path

from tqdm import tqdm

from etl.catalogue.load import load_catalogue, load_config
from etl.catalogue.runs import config_faults
from etl.errors import InputError
from etl.extract.fetch import fetch


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of this command."""
    parser.add_argument("config", type=Path, help="for example config/nl2024-live.toml")
    parser.add_argument("--sources", type=Path, required=True, help="folder to fill")
    parser.add_argument(
        "--offline", action="store_true", help="ask nothing: check that all is here and whole"
    )
    parser.set_defaults(command=run)


def run(options: argparse.Namespace) -> int:
    """Fetch what is missing and say what there is."""
    config = load_config(options.config)
    catalogue = load_catalogue()
    if faults := config_faults(config, catalogue):
        raise InputError(faults)
    with tqdm(unit=" antwoord", file=sys.stderr, bar_format="{n} stappen {elapsed} {desc}") as bar:

        def say(step: str) -> None:
            bar.set_description_str(step)
            bar.update(1)

        fetched = fetch(config, catalogue, options.sources, say, offline=options.offline)
    for one in fetched:
        print(f"{one.name}: {one.answers} antwoorden, bron {one.publisher} ({one.licence})")
    print("Alles is er." if options.offline else "Alles is opgehaald.")
    return 0
