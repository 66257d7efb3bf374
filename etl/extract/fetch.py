"""The addresses of a configuration in; a folder with the map, the groupings and StatLine's answers out.

Every source is tried, and all faults are told together: what did succeed stays, so that a second try only
fetches what is missing. Offline nothing is asked: everything must be in the folder, whole.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from etl.catalogue.files import GroupingsTable
from etl.catalogue.load import Catalogue
from etl.catalogue.model import RunConfig
from etl.catalogue.needs import sources_of
from etl.errors import Fault, InputError
from etl.extract import pdok
from etl.extract.answers import Answers
from etl.extract.gebieden import read_groupings
from etl.extract.sources import statline_request
from etl.extract.statline.read import read
from etl.extract.web import Client

Say = Callable[[str], None]
Connect = Callable[[str], Client]


@dataclass(frozen=True)
class Fetched:
    """One thing that is now complete: what it is, whose, under which licence, answers it was read from."""

    name: str
    publisher: str
    licence: str
    answers: int


def fetch(
    config: RunConfig,
    catalogue: Catalogue,
    folder: Path,
    say: Say,
    *,
    offline: bool = False,
    connect: Connect = Client,
) -> tuple[Fetched, ...]:
    """Fill `folder` with all that the configuration has an address for. InputError with all faults."""
    done: list[Fetched] = []
    faults: list[Fault] = []
    reach = None if offline else connect
    steps = []
    if config.fetch.boundaries:
        steps.append(partial(_boundaries, config, folder, say, reach))
    if config.fetch.groupings:
        steps.append(partial(_groupings, config, config.fetch.groupings, folder, say, reach))
    for name in _sources(config, catalogue):
        if catalogue.sources[name].statline:
            steps.append(partial(_statline, config, catalogue, folder, name, say, reach))
    for step in steps:
        try:
            done.append(step())
        except InputError as error:
            faults += error.faults
    if faults:
        raise InputError(faults)
    if not done:
        expected = "a section [fetch], or a source of kind statline"
        raise InputError([Fault(f"config {config.id}", "fetch", "nothing to fetch", expected)])
    return tuple(done)


def _sources(config: RunConfig, catalogue: Catalogue) -> list[str]:
    known = [name for name in config.indicators if name in catalogue.indicators]
    needed = catalogue.needed(config.model_copy(update={"indicators": tuple(known)}))
    names = dict.fromkeys(name for indicator in needed for name in sources_of(indicator))
    return [name for name in names if name in config.sources]


def _reached(connect: Connect | None, address: str) -> AbstractContextManager[Client | None]:
    """A client for this address, closed afterwards; None offline."""
    return nullcontext() if connect is None else connect(address)


def _statline(
    config: RunConfig, catalogue: Catalogue, folder: Path, name: str, say: Say, connect: Connect | None
) -> Fetched:
    request = statline_request(config, catalogue, folder, name)
    declared = request.source.statline
    if declared is None:
        raise TypeError(f"source {name} is not a StatLine source")
    with _reached(connect, config.sources[name].base_url or declared.base_url) as client:
        files = read(request, client, say)[1]
    return Fetched(request.name, request.source.publisher, request.source.licence, len(files))


def _boundaries(config: RunConfig, folder: Path, say: Say, connect: Connect | None) -> Fetched:
    division, licence, publisher = config.division, config.fetch.licence, "CBS / Kadaster"
    name = f"pdok/{division.vintage}"
    with _reached(connect, config.fetch.boundaries) as client:
        answers = Answers(folder / name, name, client, licence, publisher, say)
        features = pdok.read_features(answers)
    say("grenzen schrijven")
    pdok.write_boundaries(features, folder / division.boundaries, division.year)
    pdok.write_tree(features, folder / division.tree)
    return Fetched(division.boundaries, publisher, licence, len(answers.used))


def _groupings(
    config: RunConfig, declared: GroupingsTable, folder: Path, say: Say, connect: Connect | None
) -> Fetched:
    name, file, licence = f"statline/{declared.table}", config.division.groupings_file, config.fetch.licence
    with _reached(connect, declared.base_url) as client:
        answers = Answers(folder / name, name, client, licence, "CBS", say)
        rows = read_groupings(declared, answers)
    pdok.write_csv(folder / file, ("gemeentecode", *declared.columns), [dict(row) for row in rows])
    return Fetched(file, "CBS", licence, len(answers.used))
