"""The whole site over the tiny country with a ledger, and its pages to read as parsed HTML."""

from collections.abc import Callable
from dataclasses import dataclass, field
from html.parser import HTMLParser

import pytest
from flask.testing import FlaskClient
from sqlalchemy import insert

from dashboard import create_app
from dashboard.settings import Settings
from etl.release.engine import open_engine
from etl.release.read import Release, Store
from etl.release.schema_ledger import ledger_entry
from tests.samples.tiny_site import tiny_store

ORIGIN = "https://regiobeeld.example"


@dataclass
class Parsed(HTMLParser):
    """Headings as (level, text), every id, every href, all text."""

    headings: list[tuple[int, str]] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    text: str = ""

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        told = dict(attributes)
        if tag[0] == "h" and tag[1:].isdigit():
            self.headings.append((int(tag[1:]), ""))
        self.ids += [str(told["id"])] if "id" in told else []
        self.links += [str(told["href"])] if tag == "a" else []

    def handle_data(self, data: str) -> None:
        self.text += data
        if self.headings and not self.headings[-1][1]:
            self.headings[-1] = (self.headings[-1][0], data)


@pytest.fixture(scope="package")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """The tiny release, and a ledger that says what it cost."""
    folder = tmp_path_factory.mktemp("pages")
    made = tiny_store(folder)
    debit = {"release_id": "tiny-1", "unit": "person", "nano_rho": 300_000_001, "cap": 1_500_000_000}
    chain = {"digest": "d", "measured": "m", "previous_hash": "", "hash": "h"}
    with open_engine(f"sqlite:///{folder / 'tiny.db'}").begin() as connection:
        entry = {"seq": 1, "recorded_at": "2026-11-22T01:02:03+00:00"}
        connection.execute(insert(ledger_entry).values(**entry, **debit, **chain))
    return made


@pytest.fixture(scope="package")
def release(store: Store) -> Release:
    return store.release()


@pytest.fixture(scope="package")
def client(store: Store) -> FlaskClient:
    client: FlaskClient = create_app(Settings(origin=ORIGIN), store).server.test_client()
    return client


@pytest.fixture(scope="package")
def read(client: FlaskClient) -> Callable[[str], Parsed]:
    """Address -> the page there, which must answer 200."""

    def page(address: str) -> Parsed:
        answer = client.get(address)
        assert answer.status_code == 200, address
        parsed = Parsed()
        parsed.feed(answer.text)
        return parsed

    return page
