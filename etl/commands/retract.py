"""`python -m etl retract`: a figure of a release and reasons in; a notice for every reader out."""

import argparse
import datetime as dt

from etl.catalogue.model import Text
from etl.release.engine import open_engine
from etl.release.migrate import upgrade
from etl.release.retract import retract


def add(parser: argparse.ArgumentParser, database: str) -> None:
    """Declare the arguments of this command. database: address when none is named."""
    parser.add_argument("release", metavar="RELEASE", help="for example nl2024-1")
    parser.add_argument("indicator", metavar="INDICATOR", help="for example drugsverdachten")
    parser.add_argument("--reason-nl", required=True, help="one or two Dutch sentences for every reader")
    parser.add_argument("--reason-en", required=True, help="the same in English")
    parser.add_argument("--database", default=database, help="address of the release store")
    parser.set_defaults(command=run)


def run(options: argparse.Namespace) -> int:
    """Put the notice and say where it shows."""
    engine = open_engine(options.database)
    upgrade(engine)
    reason = Text(nl=options.reason_nl, en=options.reason_en)
    retract(engine, options.release, options.indicator, reason, dt.datetime.now(dt.UTC).date())
    print(
        f"{options.indicator} van {options.release} is ingetrokken. Embeds, pagina's, /v1/intrekkingen en "
        "/verantwoording zeggen dat vanaf nu. Het bestand van de uitgave blijft zoals het is."
    )
    return 0
