"""The one declaration of a request's parameters: it checks requests, and the OpenAPI document shows it.

Raw texts go in; parsed values and every fault at once come out. What a text may look like stands in `schema`
(the part of JSON Schema used here: type, enum, pattern, minimum, maximum, maxLength); whether a code, year or
indicator exists is asked from the release afterwards.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from werkzeug.datastructures import MultiDict

from dashboard.api.past import former_row
from dashboard.api.problems import Fault, Problem
from dashboard.borders import became, heir
from dashboard.text import words
from etl.release.read import Release, Store

Value = str | int | tuple[str, ...] | tuple[int, ...]

LONGEST = 2_000
"""Longest text of one parameter; lists of codes stay far below it."""
LONGEST_NAME = 40
FORMER = "opgeheven"
"""Code of the fault that an area is of an earlier division."""
UNKNOWN = "(onbekend)"
"""Stands for a parameter whose name is none of ours."""


@dataclass(frozen=True)
class Parameter:
    """One parameter of a route: name, meaning, form. `many`: a list with commas between."""

    name: str
    about: str
    schema: Mapping[str, Any]
    required: bool = False
    many: bool = False
    place: str = "query"
    example: str | int | None = None


AREAS = ("gebied", "binnen", "gebieden", "code", "codes")
"""Parameters that hold codes of areas."""
WHOLE = "codes"
"""Its areas are added up: another area in the place of one would be another sum."""


@dataclass
class Moved(Exception):
    """The request names former areas that live on in one area each: the same request about those."""

    release: Release
    values: dict[str, Value]
    frozen: bool

    @property
    def query(self) -> dict[str, str]:
        """The values as texts."""
        return {
            name: ",".join(map(str, value)) if isinstance(value, tuple) else str(value)
            for name, value in self.values.items()
        }


@dataclass
class Asked:
    """A request after checking: the release it is about and the parsed values (absent: not asked)."""

    release: Release
    values: dict[str, Value] = field(default_factory=dict)
    frozen: bool = False

    def text(self, name: str) -> str | None:
        """A single text, None when not asked."""
        value = self.values.get(name)
        return None if value is None else str(value)

    def number(self, name: str, default: int) -> int:
        """A single number."""
        value = self.values.get(name, default)
        return value if isinstance(value, int) else default

    def texts(self, name: str) -> tuple[str, ...]:
        """A list, empty when not asked."""
        value = self.values.get(name, ())
        return tuple(str(one) for one in value) if isinstance(value, tuple) else (str(value),)


def parse(
    declared: Sequence[Parameter], query: MultiDict[str, str], path: Mapping[str, str]
) -> tuple[dict[str, Value], list[Fault]]:
    """Parsed values by name, and every fault of form: unknown, double, missing, misshapen."""
    known = {parameter.name: parameter for parameter in declared}
    values: dict[str, Value] = {}
    faults = [_unknown(name, known.values()) for name in query if name not in known]
    for name, parameter in known.items():
        given = [path[name]] if name in path else query.getlist(name)
        if parameter.place == "query" and len(given) > 1:
            faults.append(Fault(name, "dubbel", f"'{name}' staat er meer dan één keer."))
        elif not given or given == [""]:
            if parameter.required or given:
                faults.append(Fault(name, "ontbreekt", f"'{name}' is leeg of ontbreekt. {parameter.about}"))
        else:
            read = [_read(parameter, text) for text in _split(parameter, given[0])]
            wrong = next((one for one in read if isinstance(one, Fault)), None)
            if wrong is not None:
                faults.append(wrong)
            else:
                fine = [one for one in read if not isinstance(one, Fault)]
                values[name] = tuple(fine) if parameter.many else fine[0]  # type: ignore[assignment]
    return values, faults


def check(
    store: Store, declared: Sequence[Parameter], query: MultiDict[str, str], path: Mapping[str, str]
) -> Asked:
    """The request, checked against the release. Problem 400 naming every fault, 404 for a wrong path, 410 for
    a former area without one heir in it; Moved where former areas do have one.
    """
    values, faults = parse(declared, query, path)
    release = _release(store, values, faults)
    later = {name: _later(release, name, value) for name, value in values.items()}
    faults += _unknown_to(release, later)
    places = {parameter.name: parameter.place for parameter in declared}
    wrong = [fault for fault in faults if places.get(fault.name) == "path"]
    if any(fault.code != FORMER for fault in wrong):
        raise Problem(404, "Dit adres noemt iets dat niet in deze uitgave zit.")
    if wrong:
        raise Problem(410, "Dit gebied bestaat niet meer.", wrong)
    if faults:
        raise Problem(400, f"{len(faults)} fout(en) in de vraag; ze staan hieronder.", faults)
    if later != values:
        raise Moved(release, later, frozen="release" in values)
    return Asked(release, values, frozen="release" in values)


def _later(release: Release, name: str, value: Value) -> Value:
    """The same value with the one heir in the place of each former area, none of them twice."""
    if name not in AREAS or name == WHOLE:
        return value
    codes = [str(code) for code in (value if isinstance(value, tuple) else (value,))]
    if all(code in release.regions for code in codes):
        return value
    found = [getattr(heir(release, code), "code", code) for code in codes]
    return tuple(dict.fromkeys(found)) if isinstance(value, tuple) else found[0]


def _release(store: Store, values: Mapping[str, Value], faults: list[Fault]) -> Release:
    wanted = values.get("release")
    try:
        return store.release(None if wanted is None else str(wanted))
    except KeyError:
        pass
    if wanted is not None:
        faults.append(Fault("release", "onbekend", "Deze uitgave bestaat niet. Zie /v1/releases."))
    try:
        return store.release()
    except KeyError:
        raise Problem(503, "Er is nog geen uitgave gepubliceerd.") from None


def _unknown_to(release: Release, values: Mapping[str, Value]) -> list[Fault]:
    faults = []
    indicator = values.get("indicator")
    if indicator is not None and indicator not in release.indicators:
        faults.append(
            Fault("indicator", "onbekend", "Dit cijfer zit niet in deze uitgave. Zie /v1/indicatoren.")
        )
    level = values.get("niveau")
    if level is not None and level not in release.regions.levels:
        names = ", ".join(release.regions.levels)
        faults.append(Fault("niveau", "onbekend", f"Dit niveau is er niet. Er is: {names}."))
    for name in AREAS:
        codes = values.get(name, ())
        several = codes if isinstance(codes, tuple) else (codes,)
        missing = [str(code) for code in several if str(code) not in release.regions]
        former = [code for code in missing if release.lineage.became(code) is not None]
        if former:
            told = " ".join(became(release, code, words("nl")) for code in former)
            place = "path" if name == "code" else "query"
            more = {"gebieden": [former_row(release, code) for code in former]}
            faults.append(Fault(name, FORMER, told, place, more))
        elif missing:
            detail = (
                f"{len(missing)} code(s) zitten niet in indeling {release.regions.vintage}. Zie /v1/gebieden."
            )
            faults.append(Fault(name, "onbekend", detail))
    if isinstance(indicator, str) and indicator in release.indicators and "jaar" in values:
        years = release.years(indicator)
        asked = values["jaar"]
        if set(asked if isinstance(asked, tuple) else (asked,)) - set(years):
            told = ", ".join(map(str, years))
            faults.append(Fault("jaar", "onbekend", f"Van dit cijfer zijn er de jaren: {told}."))
    return faults


def _unknown(name: str, known: Iterable[Parameter]) -> Fault:
    # The name itself is not repeated: it may be anything. What it was meant to be is more use anyway.
    names = [parameter.name for parameter in known if parameter.place == "query"]
    meant = get_close_matches(name[:LONGEST_NAME].lower(), names, n=1)
    hint = f" Bedoelde u '{meant[0]}'?" if meant else ""
    told = ", ".join(names) or "geen"
    return Fault(UNKNOWN, "onbekende-parameter", f"Een parameter bestaat hier niet.{hint} Er is: {told}.")


def _split(parameter: Parameter, text: str) -> list[str]:
    return text.split(",") if parameter.many else [text]


def _read(parameter: Parameter, text: str) -> str | int | Fault:
    schema, name = parameter.schema, parameter.name
    wrong = Fault(name, "vorm", f"'{name}' heeft niet de goede vorm. {parameter.about}", parameter.place)
    if len(text) > min(LONGEST, schema.get("maxLength", LONGEST)):
        return wrong
    if schema["type"] == "integer":
        if not re.fullmatch(r"[0-9]{1,9}", text, re.ASCII):
            return wrong
        number = int(text)
        return number if schema.get("minimum", 0) <= number <= schema.get("maximum", 10**9) else wrong
    if "enum" in schema and text not in schema["enum"]:
        return Fault(name, "vorm", f"'{name}' kan zijn: {', '.join(schema['enum'])}.", parameter.place)
    if "pattern" in schema and not re.search(schema["pattern"], text):
        return wrong
    return text
