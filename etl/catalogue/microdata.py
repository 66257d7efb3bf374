"""The words in which an indicator says how confidential rows are counted; TOML in, frozen objects out.

Columns are named by the role they have in their source. A year is a reference year of the run; what is true
on a day is held on its 1 January.
"""

from decimal import Decimal
from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from etl.catalogue.frozen import Frozen


class Where(Frozen):
    """Keep rows whose column starts with one of these texts."""

    column: str
    starts_with: tuple[str, ...] = Field(min_length=1)


class Below(Frozen):
    """Keep rows whose column, a whole number, is less than this amount."""

    column: str
    amount: int


class Age(Frozen):
    """Completed years on 1 January; bounds included."""

    min: int = 0
    max: int = 150


class Valid(Frozen):
    """Columns with the first and last day on which a row holds, both included."""

    first: str
    last: str


class Selection(Frozen):
    """Rows of one source that qualify, and the years they count for.

    where, below: all must hold. dated: a row counts for the years in which one of these dates falls; valid:
    for the years on whose 1 January it holds; neither: the file is the state on 1 January of its year.
    """

    source: str
    where: tuple[Where, ...] = ()
    below: tuple[Below, ...] = ()
    dated: tuple[str, ...] = ()
    valid: Valid | None = None

    @model_validator(mode="after")
    def _one_way_in_time(self) -> "Selection":
        if self.dated and self.valid:
            raise ValueError("needs dated or valid, not both")
        return self

    @property
    def columns(self) -> tuple[str, ...]:
        """Roles that decide which rows qualify, and when."""
        days = (self.valid.first, self.valid.last) if self.valid else ()
        limits = (*(one.column for one in self.where), *(one.column for one in self.below))
        return (*limits, *self.dated, *days)


class Repeated(Frozen):
    """Only what has at least so many different dates in so many calendar years before the reference year."""

    times: int = Field(ge=2)
    years: int = Field(ge=1)


class Residents(Frozen):
    """Only objects at which so many persons of this age are registered, in at least so many households."""

    min: int = Field(default=0, ge=0)
    max: int | None = Field(default=None, ge=0)
    age: Age | None = None
    households: int = Field(default=1, ge=1)

    @model_validator(mode="after")
    def _bounds_something(self) -> "Residents":
        if (self.max is None) == (self.min == 0):
            raise ValueError("needs min (1 or more) or max, not both")
        if self.max is not None and (self.age or self.households > 1):
            raise ValueError("age and households go with min")
        return self


class Sign(Selection):
    """One of several signs: these rows are of a person, or of the household that a person belongs to.

    age: the sign only counts for persons of this age.
    """

    age: Age | None = None
    of: Literal["person", "household"] = "person"


class AtLeast(Frozen):
    """Only persons with at least so many of these signs in the year."""

    number: int = Field(ge=1)
    signs: tuple[Sign, ...] = Field(min_length=2)

    @model_validator(mode="after")
    def _can_be_met(self) -> "AtLeast":
        if self.number > len(self.signs):
            raise ValueError(f"number {self.number} with {len(self.signs)} signs")
        return self


class HomesBeyondMeans(Frozen):
    """Households of a person who owns at least so many homes, worth more than `incomes` times the yearly
    income of the household plus its wealth."""

    reads: ClassVar[str] = "eigendomtab"
    name: Literal["homes-beyond-means"]
    homes: int = Field(ge=2)
    incomes: Decimal = Field(ge=0, decimal_places=2)


class PriceBeyondMeans(Frozen):
    """Households that bought a home in the year for more than `incomes` times their yearly income plus their
    wealth on 1 January before; the buyer is who owns the home on the next 1 January."""

    reads: ClassVar[str] = "bkw"
    name: Literal["price-beyond-means"]
    incomes: Decimal = Field(ge=0, decimal_places=2)


class BoughtWithoutMortgage(Frozen):
    """Households that own a home sold in the `years` before 1 January, and have no mortgage debt that day."""

    reads: ClassVar[str] = "eigendomtab"
    name: Literal["bought-without-mortgage"]
    years: int = Field(ge=1)


Rule = Annotated[HomesBeyondMeans | PriceBeyondMeans | BoughtWithoutMortgage, Field(discriminator="name")]


class Microdata(Selection):
    """Distinct units per area and year, counted from confidential rows.

    counted: roles of the columns whose distinct values are counted. Which rows: those of the selection, of
    them with first_ever only the first dated one of what is counted, in all years of the source; repeated,
    age, residents, within (objects that occur in these rows of another source) and at_least narrow it down;
    rule: what only a computation can say, written in Python under this name (etl/aggregate/means.py), which
    gives each row the household it is about: roles `household_kind` and `household`.

    located: `residence` = the address of the person on 1 January, of a household that of its main earner;
    `object` = the row's own address; `gemeente`, `buurt` = the row's own column of that role, which holds
    areas of the run's division. from_elsewhere: only persons who live in another gemeente than that.
    placed_by: the sources that say in which buurt an object lies, dwellings and others.
    """

    kind: Literal["microdata"]
    counted: tuple[str, ...] = Field(min_length=1)
    first_ever: bool = False
    repeated: Repeated | None = None
    age: Age | None = None
    residents: Residents | None = None
    within: Selection | None = None
    at_least: AtLeast | None = None
    rule: Rule | None = None
    located: Literal["residence", "object", "gemeente", "buurt"]
    from_elsewhere: bool = False
    placed_by: tuple[str, ...] = Field(default=("vslgwbtab", "nietvslgwbtab"), min_length=1)

    @model_validator(mode="after")
    def _fits_together(self) -> "Microdata":
        if (self.first_ever or self.repeated) and not self.dated:
            raise ValueError("first_ever and repeated need dated: the date that makes a row the first")
        if self.first_ever and self.repeated:
            raise ValueError("needs first_ever or repeated, not both")
        if self.from_elsewhere and self.located != "gemeente":
            raise ValueError('from_elsewhere goes with located = "gemeente"')
        if self.residents and self.located != "object":
            raise ValueError('residents goes with located = "object"')
        if self.repeated and (self.located, set(self.counted)) != ("object", {"object_kind", "object"}):
            raise ValueError("repeated counts objects, where they stand")
        if self.rule and self.source != self.rule.reads:
            raise ValueError(f"rule {self.rule.name} reads {self.rule.reads}")
        if self.rule and (self.first_ever or self.repeated or self.at_least or self.age):
            raise ValueError("a rule says itself which rows qualify")
        if self.at_least and (self.dated or self.valid):
            raise ValueError("at_least says itself in which year a person counts")
        return self
