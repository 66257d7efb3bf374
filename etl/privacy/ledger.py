"""The privacy ledger: what a release costs goes in, measurements come out once and are the same ever after.

Debit and measurements are one transaction of the only writer: a killed run spent nothing and stored nothing,
and a repeated run gets what was stored. Entries form a hash chain; nothing is ever changed or given back.
"""

import hashlib
import json
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from sqlalchemy import Connection, Engine, delete, insert, select

from etl.catalogue.model import Unit
from etl.errors import BudgetExceeded, LedgerError, ReleaseConflict
from etl.frames import NoisyCounts
from etl.privacy.measurements import digest_of, from_row, to_rows
from etl.release.engine import writing
from etl.release.schema_ledger import budget, ledger_entry, measurement

__all__ = ["GENESIS", "LedgerEntry", "PrivacyLedger"]

GENESIS = "0" * 64
"""The head of an empty ledger."""


@dataclass(frozen=True)
class LedgerEntry:
    """One debit: amounts in nano-rho; digests and hashes are sha256 in hexadecimal; recorded_at is UTC."""

    seq: int
    release_id: str
    unit: Unit
    nano_rho: int
    cap: int
    digest: str
    measured: str
    recorded_at: str
    previous_hash: str
    hash: str

    def expected_hash(self) -> str:
        """The hash this entry should carry, over everything in it and so over all entries before it."""
        fields = {key: value for key, value in asdict(self).items() if key != "hash"}
        return hashlib.sha256(json.dumps(fields, sort_keys=True).encode()).hexdigest()


class PrivacyLedger:
    """The ledger in one database.

    head_file: a file outside the database that holds the number and hash of the last entry; with it, a ledger
    put back from an old backup (which would refund budget) is refused. It is made at the first debit.
    """

    def __init__(self, engine: Engine, head_file: Path | None = None) -> None:
        self._engine = engine
        self._head_file = head_file

    def measure(
        self,
        *,
        release_id: str,
        digest: str,
        costs: Mapping[Unit, int],
        caps: Mapping[Unit, int],
        draw: Callable[[], Sequence[NoisyCounts]],
    ) -> tuple[NoisyCounts, ...]:
        """Pay for a release and draw its measurements, or return those drawn before under the same id.

        digest: sha256 over all that the release is made of; costs, caps: nano-rho per unit of protection;
        draw: called at most once, only when every unit can pay, inside the transaction.
        Raises BudgetExceeded, ReleaseConflict (the id was used for something else), LedgerError (the chain is
        broken), ValueError (a cost that is not a positive whole number, or has no cap).
        """
        _check_amounts(costs, caps)
        with writing(self._engine) as connection:
            entries = self._verified(connection)
            known = [entry for entry in entries if entry.release_id == release_id]
            if known:
                _check_same(known, release_id, digest, costs)
                measured = _paid_for(connection, known[0])
            else:
                _check_affordable(entries, costs, caps)
                measured = tuple(draw())
                rows = _store(connection, release_id, measured, costs)
                for new in _new_entries(entries, release_id, digest, digest_of(rows), costs, caps):
                    connection.execute(insert(ledger_entry), asdict(new))
                _set_caps(connection, caps)
        self._publish_head()
        return measured

    def entries(self) -> tuple[LedgerEntry, ...]:
        """All entries, first to last, as they stand (not verified)."""
        with self._engine.connect() as connection:
            return _entries(connection)

    def head(self) -> str:
        """Hash of the last entry, to be published with a release; `GENESIS` for an empty ledger."""
        return _head(self.entries())

    def spent(self) -> dict[Unit, int]:
        """Nano-rho spent per unit."""
        return _spent(self.entries())

    def remaining(self) -> dict[Unit, int]:
        """Nano-rho left per unit under the caps of the last run; negative when a cap was lowered below it."""
        with self._engine.connect() as connection:
            caps = connection.execute(select(budget.c.unit, budget.c.cap)).all()
            spent = _spent(_entries(connection))
        return {unit: cap - spent.get(unit, 0) for unit, cap in caps}

    def measurements(self, release_id: str) -> tuple[NoisyCounts, ...]:
        """The stored measurements of a release, () for an unknown one. LedgerError when bytes changed."""
        with self._engine.connect() as connection:
            return _stored(connection, release_id)

    def verify(self) -> None:
        """Recompute every hash and digest. LedgerError names the first entry that does not fit."""
        with self._engine.connect() as connection:
            # Measurements first: an entry committed in between then only explains more of them.
            stored = set(connection.scalars(select(measurement.c.release_id).distinct()))
            promised = {entry.release_id: entry for entry in self._verified(connection)}
            for entry in promised.values():
                _paid_for(connection, entry)
        if unpaid := sorted(stored - set(promised)):
            raise LedgerError(f"privacy ledger: found measurements of release {unpaid[0]!r} without an entry")

    def _verified(self, connection: Connection) -> tuple[LedgerEntry, ...]:
        """The entries, once the chain holds and reaches the published head."""
        entries = _entries(connection)
        previous = GENESIS
        for number, entry in enumerate(entries, start=1):
            if entry.seq != number:
                raise LedgerError(_broken(entry, f"number {entry.seq} where {number} was expected"))
            if entry.previous_hash != previous:
                raise LedgerError(_broken(entry, "a link that does not fit the entry before it"))
            if entry.hash != entry.expected_hash():
                raise LedgerError(_broken(entry, "contents that do not fit its hash"))
            previous = entry.hash
        seq, published = self._published_head()
        if seq > len(entries) or (seq and entries[seq - 1].hash != published):
            raise LedgerError(
                f"privacy ledger: found {len(entries)} entries, expected entry {seq} with the published hash "
                f"{published[:12]}. An old copy of the database was put back: restore the newest one; budget "
                "spent since that copy stays spent."
            )
        return entries

    def _published_head(self) -> tuple[int, str]:
        if self._head_file is None or not self._head_file.exists():
            return 0, GENESIS
        try:
            seq, published = self._head_file.read_text(encoding="utf-8").split()
            return int(seq), published
        except ValueError as error:
            raise LedgerError(f"{self._head_file}: expected a number and a hash") from error

    def _publish_head(self) -> None:
        """Write the head outside the database, after commit and under the writer's lock.

        After: a crash in between leaves the file behind the ledger, which is harmless. Under the lock: a
        slower run cannot put back an older head.
        """
        if self._head_file is None:
            return
        with writing(self._engine) as connection:
            entries = _entries(connection)
            fresh = self._head_file.with_name(self._head_file.name + ".new")
            fresh.parent.mkdir(parents=True, exist_ok=True)
            fresh.write_text(f"{len(entries)} {_head(entries)}\n", encoding="utf-8")
            fresh.replace(self._head_file)


def _check_amounts(costs: Mapping[Unit, int], caps: Mapping[Unit, int]) -> None:
    for what, amounts in (("cost", costs), ("cap", caps)):
        for unit, amount in amounts.items():
            if type(amount) is not int or amount <= 0:
                raise ValueError(
                    f"found a {what} of {amount!r} for unit {unit!r}, expected whole nano-rho above 0"
                )
    if missing := sorted(set(costs) - set(caps)):
        raise ValueError(
            f"found no cap for unit {', '.join(missing)}, expected one in [privacy] of the configuration"
        )


def _check_same(
    known: Sequence[LedgerEntry], release_id: str, digest: str, costs: Mapping[Unit, int]
) -> None:
    if any(entry.digest != digest for entry in known):
        raise ReleaseConflict(
            f"release {release_id!r} was made from other sources or another specification (found digest "
            f"{digest[:12]}, expected {known[0].digest[:12]}). A release never changes: choose a new id."
        )
    if {entry.unit: entry.nano_rho for entry in known} != dict(costs):
        raise ReleaseConflict(
            f"release {release_id!r} was paid for at another cost. A release never changes: choose a new id."
        )


def _check_affordable(
    entries: Sequence[LedgerEntry], costs: Mapping[Unit, int], caps: Mapping[Unit, int]
) -> None:
    spent = _spent(entries)
    for unit, requested in costs.items():
        remaining = caps[unit] - spent.get(unit, 0)
        if requested > remaining:
            raise BudgetExceeded(unit, requested, remaining)


def _new_entries(
    entries: Sequence[LedgerEntry],
    release_id: str,
    digest: str,
    measured: str,
    costs: Mapping[Unit, int],
    caps: Mapping[Unit, int],
) -> list[LedgerEntry]:
    now = datetime.now(UTC).isoformat(timespec="microseconds")
    chain = list(entries)
    for unit, cost in sorted(costs.items()):
        link = LedgerEntry(
            len(chain) + 1, release_id, unit, cost, caps[unit], digest, measured, now, _head(chain), ""
        )
        chain.append(LedgerEntry(**(asdict(link) | {"hash": link.expected_hash()})))
    return chain[len(entries) :]


def _store(
    connection: Connection, release_id: str, measured: Sequence[NoisyCounts], costs: Mapping[Unit, int]
) -> list[dict[str, Any]]:
    if measured and not costs:
        raise LedgerError(f"release {release_id!r}: found measurements that cost nothing, expected a cost")
    rows = to_rows(release_id, measured)
    if rows:
        connection.execute(insert(measurement), rows)
    return rows


def _set_caps(connection: Connection, caps: Mapping[Unit, int]) -> None:
    connection.execute(delete(budget).where(budget.c.unit.in_(list(caps))))
    if caps:
        connection.execute(insert(budget), [{"unit": unit, "cap": cap} for unit, cap in caps.items()])


def _entries(connection: Connection) -> tuple[LedgerEntry, ...]:
    rows = connection.execute(select(ledger_entry).order_by(ledger_entry.c.seq)).mappings()
    return tuple(LedgerEntry(**cast(dict[str, Any], dict(row))) for row in rows)


def _rows(connection: Connection, release_id: str) -> list[Mapping[Any, Any]]:
    query = select(measurement).where(measurement.c.release_id == release_id).order_by(measurement.c.position)
    return list(connection.execute(query).mappings())


def _paid_for(connection: Connection, entry: LedgerEntry) -> tuple[NoisyCounts, ...]:
    if digest_of(_rows(connection, entry.release_id)) != entry.measured:
        raise LedgerError(_broken(entry, "measurements that are not those it paid for"))
    return _stored(connection, entry.release_id)


def _stored(connection: Connection, release_id: str) -> tuple[NoisyCounts, ...]:
    try:
        return tuple(from_row(row) for row in _rows(connection, release_id))
    except (ValueError, zlib.error) as error:
        raise LedgerError(f"privacy ledger: measurements of release {release_id!r} were changed") from error


def _head(entries: Sequence[LedgerEntry]) -> str:
    return entries[-1].hash if entries else GENESIS


def _spent(entries: Sequence[LedgerEntry]) -> dict[Unit, int]:
    spent: dict[Unit, int] = {}
    for entry in entries:
        spent[entry.unit] = spent.get(entry.unit, 0) + entry.nano_rho
    return spent


def _broken(entry: LedgerEntry, found: str) -> str:
    return (
        f"privacy ledger: entry {entry.seq} (release {entry.release_id!r}, {entry.unit}): found {found}"
        ". Nothing is spent on a broken ledger: restore the newest backup and find out who wrote to it."
    )
