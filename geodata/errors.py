"""Faults in boundary and hierarchy files: collected, then raised together.

GeodataError          one or more faults; str() lists each by file, layer, row, code
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Fault:
    """One fault at one place. `where` is a layer, column or row; `remedy` says what to do."""

    file: str
    where: str
    found: str
    expected: str
    remedy: str = ""

    def __str__(self) -> str:
        text = f"{self.file}: {self.where}: found {self.found}, expected {self.expected}"
        return f"{text}. {self.remedy}" if self.remedy else text


class GeodataError(ValueError):
    """All faults of one loading step at once."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(f"{len(faults)} fault(s)\n" + "\n".join(f"  - {fault}" for fault in faults))
