"""Where a run finds its files: map, earlier divisions, sources. Nothing goes in; frozen types come out."""

from typing import Literal

from pydantic import Field, model_validator

from etl.catalogue.frozen import Frozen


class CodeName(Frozen):
    """Columns (or values) that give a code and a name."""

    code: str
    name: str


class Division(Frozen):
    """The map of one year: files and columns."""

    vintage: str = Field(pattern=r"^[a-z0-9-]+$")
    year: int
    land: CodeName
    boundaries: str
    tree: str
    groupings_file: str
    regio: CodeName
    groupings: dict[str, CodeName] = Field(default_factory=dict)


class EarlierDivision(Frozen):
    """A division before that of the release: its tree and groupings, in the form of [division].

    regio: its columns where they have other names; changes: the file that says where its areas went in the
    next division (of `earlier`, by year, or that of the release).
    """

    vintage: str = Field(pattern=r"^[a-z0-9-]+$")
    year: int
    tree: str
    groupings_file: str
    regio: CodeName | None = None
    changes: str


class SourceFile(Frozen):
    """Where a run finds a source; {year} is filled in for each year.

    file: a path under the sources folder; of a StatLine source it is the folder with the answers. base_url:
    another address than the source's own. Or table: a table or view of a database, with its schema where
    needed; database: name of the environment variable that holds its SQLAlchemy address, for an address
    holds a password. coded_in: id of an earlier division -> years whose rows carry its codes.
    """

    file: str = ""
    table: str = Field(default="", pattern=r"^([A-Za-z_][\w{}]*(\.[A-Za-z_][\w{}]*)*)?$")
    database: str = Field(default="", pattern=r"^([A-Z][A-Z0-9_]*)?$")
    years: tuple[int, ...] = ()
    base_url: str = Field(default="", pattern=r"^(https?://[^/\s?#]+[^\s?#]*)?$")
    coded_in: dict[str, tuple[int, ...]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _file_or_table(self) -> "SourceFile":
        if bool(self.table) != bool(self.database) or bool(self.file) == bool(self.table):
            raise ValueError("needs either file, or table and database together")
        return self


class GroupingsTable(Frozen):
    """StatLine's "Gebieden in Nederland": table of the year; column of our file -> title in the table."""

    version: Literal["v3", "v4"] = "v3"
    base_url: str = Field(pattern=r"^https?://[^/\s?#]+[^\s?#]*$")
    table: str = Field(pattern=r"^[0-9A-Za-z_-]+$")
    columns: dict[str, str] = Field(min_length=1)


class Fetch(Frozen):
    """Where `python -m etl fetch` finds the map: an OGC API Features service, and the table of groupings."""

    boundaries: str = Field(default="", pattern=r"^(https?://[^/\s?#]+[^\s?#]*)?$")
    groupings: GroupingsTable | None = None
    licence: str = "CC BY 4.0"
