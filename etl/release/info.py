"""What a release says of itself: plain facts about it, its series, its sources and its debits."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from etl.catalogue.model import Source, Text, Unit, UnitBudget
from etl.release.quality import Comparison


@dataclass(frozen=True)
class ReleaseInfo:
    """What names and describes one release.

    privacy: what the run declared for each unit of protection, empty when it was stored before the store held
    it; quality: estimates beside the truth, for public counts treated as confidential only; follows: the
    release that this one takes the place of; reasons: what changed since then, and why.
    """

    id: str
    vintage: str
    title: Text
    citation: str
    fictional: bool
    notice: Text | None
    published: dt.datetime
    digest: str
    privacy: Mapping[Unit, UnitBudget] = field(default_factory=dict, hash=False)
    quality: tuple[Comparison, ...] = ()
    follows: str | None = None
    reasons: tuple[Text, ...] = ()


@dataclass(frozen=True)
class SeriesInfo:
    """One indicator in one year: its key and what goes for all its cells."""

    no: int
    indicator: str
    year: int
    denominator_year: int | None
    lost: float | None
    reference_rate: float | None
    coded_in: str | None = None
    """Earlier division in whose codes the source gave this year; None: that of the release."""


@dataclass(frozen=True)
class SourceUse:
    """A source as it went into a release: definition and checksums of its files."""

    source: Source
    files: Mapping[str, str]


@dataclass(frozen=True)
class Debit:
    """One entry of the public ledger: what a release cost, in nano-rho, and its place in the hash chain."""

    seq: int
    release_id: str
    unit: str
    nano_rho: int
    cap: int
    measured: str
    recorded_at: str
    previous_hash: str
    hash: str
