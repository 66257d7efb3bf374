"""Invariant 1: only estimates leave the ETL.

One buurt of the tiny country gets a canary: a number of suspects that is easily recognised. It must turn up
in no table, blob, log, error, API answer, page or embed, in no form a computer would write it in. The noise
is so wide that an estimate hits the canary by chance once in some 25,000 runs; a hit must be there twice to
count.
"""

import gzip
import logging
import re
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sqlalchemy import Engine, inspect, text

from dashboard import create_app
from dashboard.settings import Settings
from etl.audit.neighbours import protection_of
from etl.catalogue.load import load_catalogue
from etl.errors import EtlError
from etl.frames import TrueCounts
from etl.privacy.ledger import PrivacyLedger
from etl.privacy.mechanism import DiscreteGaussianZCDP
from etl.release.read import Store
from tests.samples import tiny, tiny_microdata, tiny_run

CANARY = 31_337
YEAR = 2023
DECLARED = protection_of(load_catalogue().indicators["drugsverdachten"])
WIDE = (
    f'rho = "{DECLARED.rho}"',
    'rho = "0.000000025"\nshares = { land = "0.2", regio = "0.2", gemeente = "0.2", wijk = "0.2", '
    'buurt = "0.2" }',
)
"""sigma = 10,000 at every level."""
FORMS = (
    str(CANARY).encode(),
    *(struct.pack(form, CANARY) for form in ("<q", ">q", "<i", ">i", "<d", ">d")),
)


def plant(folder: Path) -> None:
    """The tiny country's sources, plus CANARY persons who live in one buurt and are suspects in one year."""
    rows = tiny_microdata.rows()
    buurt = sorted(tiny.tables().tree["buurtcode"])[-1][2:]
    number = [f"9{n:08d}" for n in range(CANARY)]
    person = {"RINPERSOONS": "R", "RINPERSOON": number}
    born = {"GBAGEBOORTEJAAR": "1980", "GBAGEBOORTEMAAND": "05", "GBAGEBOORTEDAG": "17"}
    place = {"SOORTOBJECTNUMMER": "B", "RINOBJECTNUMMER": "999999999999"}
    stay = {"GBADATUMAANVANGADRESHOUDING": "20150101", "GBADATUMEINDEADRESHOUDING": "20241231"}
    deed = {"VERDDATUM": f"{YEAR}0704", "VERDDELICT": "3.1.1"}
    where = {"gem2024": buurt[:4], "WC2024": buurt[:6], "BC2024": buurt}

    def add(frame: pd.DataFrame, *columns: dict[str, object]) -> pd.DataFrame:
        merged = {key: value for part in columns for key, value in part.items()}
        extra = pd.DataFrame(merged, index=None if "RINPERSOON" in merged else [0])
        return pd.concat([frame, extra], ignore_index=True)

    rows.persons = add(rows.persons, person, born)
    rows.addresses = add(rows.addresses, person, place, stay)
    rows.objects = add(rows.objects, place, where)
    rows.suspects[YEAR] = add(rows.suspects[YEAR], person, deed)
    tiny_run.write_sources(folder, rows)


def run(tmp_path: Path) -> Engine:
    """Publish the planted sources with the widest noise."""
    plant(tmp_path / "sources")
    catalogue = tiny_run.catalogue_with(tmp_path / "catalogue", "drugsverdachten", *WIDE)
    return tiny_run.publish(tmp_path / "sources", f"sqlite:///{tmp_path / 'out' / 'release.db'}", catalogue)


def everything_stored(engine: Engine) -> Iterator[tuple[str, bytes]]:
    """Every value of every table, as text and as bytes, packed ones unpacked."""
    with engine.connect() as connection:
        for table in inspect(connection).get_table_names():
            for row in connection.execute(text(f'SELECT * FROM "{table}"')).mappings():
                for column, value in row.items():
                    for content in unpacked(value):
                        yield f"{table}.{column}", content


def unpacked(value: object) -> Iterator[bytes]:
    """The bytes of one stored value; numbers as the whole number next to them."""
    if isinstance(value, float):
        yield str(round(value)).encode()
    elif isinstance(value, bytes):
        yield value
        for unpack in (zlib.decompress, gzip.decompress):
            try:
                yield unpack(value)
            except (zlib.error, OSError, EOFError):
                continue
    elif value is not None:
        yield str(value).encode()


def everything_served(engine: Engine) -> Iterator[tuple[str, bytes]]:
    """What the site answers about the planted indicator: API, map values, tiles, pages, embeds."""
    store = Store(engine)
    release = store.release()
    client = create_app(Settings(), store).server.test_client()
    query = f"indicator=drugsverdachten&jaar={YEAR}"
    buurt = sorted(tiny.tables().tree["buurtcode"])[-1]
    addresses = [
        *(
            f"/v1/waarden?{query}&niveau={level}&formaat={form}"
            for level in release.regions.levels
            for form in ("json", "csv")
        ),
        *(
            f"/v1/kaartwaarden/{release.info.id}/drugsverdachten/{YEAR}/{level}"
            for level in ("gemeente", "buurt")
        ),
        *("/v1/indicatoren", "/v1/releases", "/v1/budget", "/v1/bronnen", "/healthz", "/"),
        f"/?{query}&niveau=buurt&gebied={buurt}",
        f"/embed/kaart?{query}",
        f"/embed/trend?indicator=drugsverdachten&gebied={buurt}",
    ]
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code == 200, (address, answer.status_code)
        yield address, answer.get_data()
    for measured in PrivacyLedger(engine).measurements(release.info.id):
        yield f"measurement {measured.indicator}", measured.counts.astype("<i8").tobytes()


def holds(content: bytes) -> bool:
    """Whether the canary is in there: as digits of no longer number, or as a binary number."""
    digits = FORMS[0]
    grouped = f"{CANARY // 1000}[.,]{CANARY % 1000:03d}".encode()
    words = rb"(?<![0-9.])(?:%s|%s)(?![0-9])" % (digits, grouped)
    return re.search(words, content) is not None or any(form in content for form in FORMS[1:])


def leaks(engine: Engine, printed: str) -> list[str]:
    """Places where the canary is seen."""
    found = [place for place, content in everything_stored(engine) if holds(content)]
    found += [place for place, content in everything_served(engine) if holds(content)]
    return found + (["printed or logged"] if holds(printed.encode()) else [])


def test_only_estimates_leave_the_etl(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    found = []
    for attempt in ("first", "second"):
        engine = run(tmp_path / attempt)
        printed = "".join(capfd.readouterr()) + caplog.text
        found.append(set(leaks(engine, printed)))
        left = [path.name for path in (tmp_path / attempt / "out").iterdir()]
        assert {name.removeprefix("release.db") for name in left} <= {"", "-wal", "-shm"}, left
        if not found[-1]:
            return
    assert not found[0] & found[1]


def test_the_canary_is_seen_when_noise_is_left_out(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(DiscreteGaussianZCDP, "randomise_array", lambda self, counts: counts)
    found = leaks(run(tmp_path), "")
    assert any(place.startswith("cell.") for place in found)
    assert any(place.startswith("/v1/waarden") for place in found)
    assert "measurement drugsverdachten" in found


def test_a_failing_run_says_nothing_of_the_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: DiscreteGaussianZCDP, counts: np.ndarray) -> np.ndarray:
        raise EtlError("the machine stopped")

    monkeypatch.setattr(DiscreteGaussianZCDP, "randomise_array", fail)
    with pytest.raises(EtlError) as refusal:
        run(tmp_path)
    assert not holds(str(refusal.value).encode())


def test_a_true_count_does_not_show_itself() -> None:
    true = TrueCounts("drugsverdachten", (YEAR,), np.array([[CANARY]]))
    assert not holds(repr(true).encode())
    assert not holds(str(true).encode())
