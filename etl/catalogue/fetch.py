"""Where a run's public files are fetched from: part of a run configuration. TOML in, frozen objects out."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

STRICT = ConfigDict(frozen=True, extra="forbid")


class GroupingsTable(BaseModel):
    """StatLine's "Gebieden in Nederland": table of the year; column of our file -> title in the table."""

    model_config = STRICT

    version: Literal["v3", "v4"] = "v3"
    base_url: str = Field(pattern=r"^https?://[^/\s?#]+[^\s?#]*$")
    table: str = Field(pattern=r"^[0-9A-Za-z_-]+$")
    columns: dict[str, str] = Field(min_length=1)


class Fetch(BaseModel):
    """Where `python -m etl fetch` finds the map: an OGC API Features service, and the table of groupings."""

    model_config = STRICT

    boundaries: str = Field(default="", pattern=r"^(https?://[^/\s?#]+[^\s?#]*)?$")
    groupings: GroupingsTable | None = None
    licence: str = "CC BY 4.0"
