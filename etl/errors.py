"""Every way the ETL refuses, as one tree. No message ever carries a true count or a microdata value.

EtlError                      shown to the data officer without a traceback
├── InputError                faults in configuration, catalogue or sources, all of them together
├── BudgetExceeded            a release would cost more than the ledger has left
├── ReleaseConflict           a release id exists with other sources or another specification
└── LedgerError               the ledger's chain is broken, or an old copy was put back
"""

import re
from collections.abc import Sequence

from geodata.errors import Fault, GeodataError

__all__ = [
    "BudgetExceeded",
    "EtlError",
    "Fault",
    "GeodataError",
    "InputError",
    "LedgerError",
    "ReleaseConflict",
]


class EtlError(Exception):
    """Base of all refusals; `str()` is the message for the data officer."""


class InputError(EtlError):
    """One or more faults in what was handed in; `faults` holds them all, sorted by file and place."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(sorted(faults, key=_in_order))
        count = len(self.faults)
        noun = "fault" if count == 1 else "faults"
        super().__init__(f"{count} {noun}:\n" + "\n".join(f"  - {fault}" for fault in self.faults))


def _in_order(fault: Fault) -> tuple[tuple[tuple[int, str], ...], ...]:
    """By file, place and what was found, as people count: line 2 comes before line 10."""
    texts = (fault.file, fault.where, fault.found, fault.expected, fault.remedy)
    parts = (re.split(r"([0-9]+)", text) for text in texts)
    return tuple(tuple((int(one), "") if one.isdecimal() else (-1, one) for one in some) for some in parts)


class BudgetExceeded(EtlError):
    """Requested more than remains; amounts in nano-rho (integers)."""

    def __init__(self, unit: str, requested: int, remaining: int) -> None:
        self.unit, self.requested, self.remaining = unit, requested, remaining
        super().__init__(
            f"privacy budget of unit '{unit}': requested rho {requested / 1e9:.9f}, remaining "
            f"{remaining / 1e9:.9f}, short by {(requested - remaining) / 1e9:.9f}. "
            "Lower the cost, drop an indicator, or have the cap raised by its owner."
        )


class ReleaseConflict(EtlError):
    """A release id is used again for something else."""


class LedgerError(EtlError):
    """The ledger cannot be trusted as it stands."""
