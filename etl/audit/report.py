"""Checks in, a signed-off table out: what was found, what was allowed, PASS or FAIL, by which versions."""

import hashlib
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version

PACKAGES = ("diffprivlib", "numpy", "scipy", "mpmath", "sqlalchemy", "ibis-framework", "duckdb")


@dataclass(frozen=True)
class Check:
    """One outcome. found and limit: as text, in the unit of the check; limit says what was allowed."""

    subject: str
    name: str
    found: str
    limit: str
    passed: bool


def cells(checks: Sequence[Check]) -> list[tuple[str, ...]]:
    """The rows of the table."""
    words = {True: "PASS", False: "FAIL"}
    return [(one.subject, one.name, one.found, one.limit, words[one.passed]) for one in checks]


def signed(checks: Sequence[Check], columns: int) -> str:
    """Verdict, circumstances and a checksum over all rows: what to keep with a release."""
    failed = sum(not one.passed for one in checks)
    verdict = "PASS" if not failed else f"FAIL ({failed} of {len(checks)})"
    made = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    when = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    digest = hashlib.sha256("\n".join("\t".join(row) for row in cells(checks)).encode()).hexdigest()
    return (
        f"{verdict}: {len(checks)} checks, {columns:,} draws of every cell. {when}, Python "
        f"{platform.python_version()}, {made}.\nsha256 of the rows: {digest}"
    )
