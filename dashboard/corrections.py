"""Corrections to what was published. corrections.toml goes in; frozen `Correction` objects come out."""

import datetime as dt
import tomllib
from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict, TypeAdapter

from etl.catalogue.model import Text


class Correction(BaseModel):
    """One correction. release: the uitgave that was wrong; replaced_by: the one to use instead, if any."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    date: dt.date
    release: str
    replaced_by: str | None = None
    what: Text


def parse(text: str) -> tuple[Correction, ...]:
    """Corrections in a TOML text, newest first. pydantic's ValidationError names every fault."""
    found = TypeAdapter(tuple[Correction, ...]).validate_python(tomllib.loads(text).get("correction", ()))
    return tuple(sorted(found, key=lambda one: one.date, reverse=True))


@cache
def corrections() -> tuple[Correction, ...]:
    """Every correction there is."""
    return parse(files("dashboard").joinpath("corrections.toml").read_text(encoding="utf-8"))
