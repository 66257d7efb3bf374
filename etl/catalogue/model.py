"""The catalogue's types: what people decide, in TOML, parsed into frozen objects.

An `Indicator` is one file in indicators/, a `Source` one file in sources/; the file name is the id.
A `RunConfig` is one file in config/: which division, sources, indicators and budget make one release.
"""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, model_validator

from etl.catalogue.files import Division, EarlierDivision, Fetch, SourceFile
from etl.catalogue.frozen import Frozen
from etl.catalogue.microdata import Microdata
from geodata.levels import LEVELS, Level


class Text(Frozen):
    """The same text in Dutch and English."""

    nl: str = Field(min_length=1)
    en: str = Field(min_length=1)

    def __getitem__(self, language: str) -> str:
        return self.en if language == "en" else self.nl


class Purpose(Frozen):
    """Doelbinding: why this may be shown, on what ground, who answers for it, until when."""

    goal: Text
    legal_basis: Text
    owner: str = Field(min_length=1)
    review: date
    end: date

    @model_validator(mode="after")
    def _in_order(self) -> "Purpose":
        if self.review > self.end:
            raise ValueError(f"review date {self.review} lies after end date {self.end}")
        return self


class Column(Frozen):
    """One column we rely on. `verified` is false while nobody has seen it in the supplier's documentation.

    Of confidential rows: code, a key; date, YYYYMMDD; month, YYYYMM; amount, whole euros, as text or number.
    """

    name: str
    type: Literal["text", "count", "number", "amount", "date", "month", "code"] = "text"
    verified: bool = True
    meaning: str = ""
    keep: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """StatLine: dimension -> keys of the categories that are added up; "*" is all that are no roll-up."""

    @property
    def plain_name(self) -> str:
        """The name as people read it: bc… for bc{division}."""
        return self.name.replace("{division}", "…")


class StatLine(Frozen):
    """Where a table of StatLine is, and how it is read.

    table, or tables by year where each year has its own; period: kind of the periods taken (JJ calendar year,
    SJ school year, X0 reference date), others are left out; areas: first letters of the codes taken, NL is
    the whole land; rollups: dimension -> keys that stand for several others, in place of those recognised;
    other_areas: what to do with figures of an area outside the division.
    """

    version: Literal["v3", "v4"]
    base_url: str = Field(pattern=r"^https?://[^/\s?#]+[^\s?#]*$")
    table: str = Field(default="", pattern=r"^[0-9A-Za-z_-]*$")
    tables: dict[int, Annotated[str, Field(pattern=r"^[0-9A-Za-z_-]+$")]] = Field(default_factory=dict)
    period: Literal["JJ", "SJ", "X0"] = "JJ"
    areas: tuple[Annotated[str, Field(pattern=r"^[A-Z]{2}$")], ...] = ("NL", "GM", "WK", "BU")
    rollups: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    other_areas: Literal["refuse", "leave-out"] = "refuse"

    @model_validator(mode="after")
    def _one_or_by_year(self) -> "StatLine":
        if bool(self.table) == bool(self.tables):
            raise ValueError("needs either table or tables by year")
        return self


class Source(Frozen):
    """One supplier's file or table.

    kind `table`: public, rows per area (and year); `statline`: the same, from StatLine; `microdata`:
    confidential, rows per person, object or company. Columns are keyed by the role our code gives them.
    """

    id: str
    kind: Literal["table", "statline", "microdata"]
    title: Text
    publisher: str
    licence: str
    url: str = ""
    purpose: Purpose
    columns: dict[str, Column]
    rounded_to: int = 1
    withheld: tuple[str, ...] = ("",)
    statline: StatLine | None = None

    @model_validator(mode="after")
    def _said_where(self) -> "Source":
        if (self.kind == "statline") != (self.statline is not None):
            raise ValueError('kind = "statline" goes with a section [statline], and only that kind')
        if self.statline and "area" not in self.columns:
            raise ValueError("needs columns.area, the dimension with the areas")
        if self.statline is None and any(column.keep for column in self.columns.values()):
            raise ValueError('keep is for kind = "statline"')
        return self

    @property
    def confidential(self) -> bool:
        """Whether rows of this source must never leave the ETL."""
        return self.kind == "microdata"


class PublicColumn(Frozen):
    """Count taken as it is from a public table: role of the column in the source."""

    kind: Literal["public"] = "public"
    source: str
    column: str
    sum_from: Level | None = None
    """Take only this level from the source and sum it upwards; None: every level the source gives wins."""


class PublicClassed(Frozen):
    """Units of the denominator that are in buurten which a public table puts in one of these classes.

    For a published score: who lives where it is low can be counted and added up, the score itself cannot.
    source, column: a public table with one whole-numbered class a buurt. A buurt without a class is in none
    of them, and has no figure of its own.
    """

    kind: Literal["public-classed"]
    source: str
    column: str
    classes: tuple[int, ...] = Field(min_length=1)


class PublicAsPrivate(Frozen):
    """Public counts treated as if they were confidential: a demonstration on figures that anyone has.

    source, column: a public table by buurt; only its rows of buurten are counted, each count being that many
    units that exist once. A buurt without a row is known by everybody to have no figure.
    """

    kind: Literal["public-as-private"]
    source: str
    column: str


PUBLIC = (PublicColumn, PublicClassed)
"""Ways of counting that only take over what is public."""

Counting = Annotated[PublicColumn | PublicClassed | Microdata | PublicAsPrivate, Field(discriminator="kind")]

Unit = Literal["person", "address", "company", "household", "incident"]
Shares = Annotated[dict[Level, Decimal], Field(min_length=1)]
DEFAULT_SHARES: dict[Level, Decimal] = {
    Level.LAND: Decimal("0.02"),
    Level.REGIO: Decimal("0.04"),
    Level.GEMEENTE: Decimal("0.14"),
    Level.WIJK: Decimal("0.30"),
    Level.BUURT: Decimal("0.50"),
}


class Protection(Frozen):
    """How one private indicator is protected.

    unit: add or remove one of these, with all its records; cap: most one unit adds to the counts of one year
    (its L2 sensitivity at each level); once: whether a unit can count in each year or once in its life;
    rho: zCDP cost of one reference year; shares: how rho is split over the levels, sum 1; keyed: roles of the
    columns that identify the unit, none where the rows are counts.
    """

    unit: Unit
    cap: int = Field(default=1, ge=1)
    once: Literal["year", "life"] = "year"
    rho: Decimal = Field(gt=0, le=10)
    shares: Shares = DEFAULT_SHARES
    keyed: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _shares_sum_to_one(self) -> "Protection":
        if any(share <= 0 for share in self.shares.values()) or sum(self.shares.values()) != 1:
            raise ValueError("shares must be positive and add up to exactly 1")
        return self


class Rate(Frozen):
    """The figure beside the count: count / denominator x per."""

    denominator: str
    per: int = Field(gt=0)
    unit: Text


class Indicator(Frozen):
    """One published figure: what it is, says and does not say, how it is counted and protected."""

    id: str
    theme: str
    role: Literal["figure", "denominator"] = "figure"
    name: Text
    explanation: Text
    not_said: Text
    definition: Text
    noun: Text
    count: Counting
    rate: Rate | None = None
    expected_rate: float | None = Field(default=None, gt=0)
    """Rate to expect in the whole land, from public sources: for planning, before anything is counted."""
    protection: Protection | None = None
    levels: tuple[Level, ...] = LEVELS
    breaks: tuple[float, ...] = ()
    """Upper-open class borders of the figure shown on the map (rate if there is one, else the count)."""
    judged: bool = True
    """Whether areas are tested on it (what stands out, patterns); context and scores are only shown."""
    changed: dict[int, Text] = Field(default_factory=dict)
    """Year from which is counted otherwise -> what changed: lines break there, and the page says why."""
    pooling: int | None = Field(default=None, ge=2)
    """Years whose sum is a figure too, for small areas: costs no budget, says less about one year."""
    purpose: Purpose

    @model_validator(mode="after")
    def _private_means_protected(self) -> "Indicator":
        if isinstance(self.count, PUBLIC) == (self.protection is not None):
            raise ValueError("microdata needs [protection], a public count must not have it")
        if isinstance(self.count, PublicClassed) and self.rate is None:
            raise ValueError("public-classed counts units of rate.denominator, which is not there")
        if isinstance(self.count, Microdata) and self.protection and not self.protection.keyed:
            raise ValueError("protection.keyed must name the columns that identify the unit")
        counted = (
            (self.protection.keyed, self.protection.cap, self.protection.once) if self.protection else ()
        )
        if isinstance(self.count, PublicAsPrivate) and counted != ((), 1, "life"):
            raise ValueError('public-as-private counts units that exist once: cap 1, once "life", no keyed')
        if self.protection and not set(self.protection.shares) <= set(self.levels):
            raise ValueError("protection.shares measures a level that is not in levels")
        by_gemeente = isinstance(self.count, Microdata) and self.count.located == "gemeente"
        if by_gemeente and not set(self.levels) <= {Level.LAND, Level.REGIO, Level.GEMEENTE}:
            raise ValueError('located = "gemeente" knows no wijk or buurt: levels land, regio, gemeente')
        if list(self.breaks) != sorted(set(self.breaks)):
            raise ValueError("breaks must rise")
        if self.role == "figure" and len(self.breaks) != 4:
            raise ValueError("a figure needs 4 breaks: five classes")
        return self

    def can_lose(self, siblings: int, most: int) -> bool:
        """Whether the contribution bound can drop anything of this indicator.

        siblings: indicators of the release with the same unit of protection, this one included; most: K.
        """
        if self.protection is None or not isinstance(self.count, Microdata):
            return False
        return siblings > most or set(self.count.counted) != set(self.protection.keyed)

    @property
    def private(self) -> bool:
        """Whether noise is added."""
        return self.protection is not None


class Theme(Frozen):
    """One theme of the menu, in the order of themes.toml."""

    id: str
    name: Text


class UnitBudget(Frozen):
    """The cap of one unit of protection over all releases of this ledger."""

    rho_cap: Decimal = Field(gt=0)
    delta: Decimal = Decimal("1e-9")
    max_indicators: int = Field(default=1, ge=1)
    """K: most indicators of one release that one unit may count in."""


class RunConfig(Frozen):
    """One release, declared."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    title: Text
    fictional: bool
    citation: str
    notice: Text | None = None
    """What every page of this release must say, for example that it demonstrates a method."""
    years: tuple[int, ...] = Field(min_length=1)
    indicators: tuple[str, ...] = Field(min_length=1)
    division: Division
    earlier: tuple[EarlierDivision, ...] = ()
    sources: dict[str, SourceFile]
    instead: dict[str, str] = Field(default_factory=dict)
    """Public source -> the other public source this run takes the same columns (roles) from."""
    fetch: Fetch = Fetch()
    privacy: dict[Unit, UnitBudget] = Field(default_factory=dict)
    follows: str = ""
    """Id of the release that this one takes the place of."""
    changes: tuple[Text, ...] = ()
    """What changed since the release that this one follows, and why: for every reader."""

    @model_validator(mode="after")
    def _follows_with_reasons(self) -> "RunConfig":
        if bool(self.follows) != bool(self.changes):
            raise ValueError("follows goes with [[changes]] in nl and en: what changed since then, and why")
        if self.follows == self.id:
            raise ValueError("a release cannot follow itself")
        return self
