"""A running service with the tiny country's tables, and a client that does not wait long."""

from collections.abc import Callable, Iterator

import pytest

from etl.extract.web import Client
from tests.samples import statline_tiny as tiny
from tests.samples.statline_server import Server, serve


@pytest.fixture
def server() -> Iterator[Server]:
    """All tables of the tiny country and its map, 250 rows an answer at most."""
    tables = {
        "90018NED": tiny.crimes(),
        "90022NED": tiny.key_figures(2022),
        "90023NED": tiny.key_figures(2023, first=9),
        "90947NED": tiny.suspects(),
        "90755NED": tiny.groupings(),
    }
    with serve(tables, tiny.features(), page=250) as running:
        yield running


@pytest.fixture
def pauses() -> list[float]:
    """Seconds the client meant to wait, in order."""
    return []


@pytest.fixture
def connect(pauses: list[float]) -> Callable[[str], Client]:
    """A client for an address, that notes its pauses instead of sleeping."""
    return lambda address: Client(address, attempts=4, silence=0.5, whole=1.0, sleep=pauses.append)
