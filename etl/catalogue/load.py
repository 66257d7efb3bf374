"""TOML files in; a `Catalogue` or a `RunConfig` out, or one InputError with every fault of every file.

The file name is the id. Beyond the form of each file (model.py) the references between files are checked:
every theme, source, column role and denominator that an indicator names exists, and what is confidential
stays so.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from etl.catalogue.frozen import Frozen
from etl.catalogue.microdata import Microdata
from etl.catalogue.model import Indicator, Purpose, RunConfig, Source, Theme
from etl.catalogue.needs import LINKED, needs_of
from etl.errors import Fault, InputError

Model = TypeVar("Model", bound=Frozen)

FOLDER = Path(__file__).parent
"""The catalogue that ships with the product."""

FORBIDDEN = (
    "herkomst",
    "nationalit",
    "geboorteland",
    "generatie",
    "etnic",
    "ethnic",
    "migratie",
    "migration",
    "origin",
    "religie",
    "religion",
    "voornaam",
    "achternaam",
    "geslachtsnaam",
    "burgerservicenummer",
    "bsn",
)
"""Parts of column names that no source may declare: origin, nationality, belief, a person's name."""

FORBIDDEN_CONFIDENTIAL = ("naam", "name")
"""Also forbidden where rows are persons or companies; a public table may name its areas."""


@dataclass(frozen=True)
class Catalogue:
    """Everything people decided: themes in menu order, indicators and sources by id."""

    themes: tuple[Theme, ...]
    indicators: Mapping[str, Indicator]
    sources: Mapping[str, Source]

    def needed(self, config: RunConfig) -> tuple[Indicator, ...]:
        """Indicators of a run in their order, then the denominators it does not list.

        Each with the source that this run takes it from.
        """
        listed = [self.indicators[name] for name in config.indicators]
        below = [indicator.rate.denominator for indicator in listed if indicator.rate]
        extra = [name for name in dict.fromkeys(below) if name not in config.indicators]
        return tuple(
            _taken_from(one, config.instead) for one in (*listed, *(self.indicators[name] for name in extra))
        )


def _taken_from(indicator: Indicator, instead: Mapping[str, str]) -> Indicator:
    other = instead.get(indicator.count.source)
    if other is None:
        return indicator
    return indicator.model_copy(update={"count": indicator.count.model_copy(update={"source": other})})


def load_catalogue(folder: Path = FOLDER, today: date | None = None) -> Catalogue:
    """Themes, indicators and sources under `folder`.

    today: the date against which end dates are held (default: now). Raises InputError with all faults.
    """
    today = today or datetime.now(UTC).date()
    faults: list[Fault] = []
    themes = _themes(folder / "themes.toml", faults)
    sources = {item.id: item for item in _folder(Source, folder / "sources", faults)}
    indicators = {item.id: item for item in _folder(Indicator, folder / "indicators", faults)}
    for source in sources.values():
        faults += _ended(f"sources/{source.id}.toml", source.purpose, today)
        faults += _forbidden_columns(source)
        lacking = [role for role in LINKED.get(source.id, ()) if role not in source.columns]
        faults += [
            Fault(f"sources/{source.id}.toml", f"columns.{role}", "nothing", "a name") for role in lacking
        ]
    names = _Names(
        frozenset(theme.id for theme in themes),
        frozenset(path.stem for path in (folder / "sources").glob("*.toml")),
        frozenset(path.stem for path in (folder / "indicators").glob("*.toml")),
    )
    for indicator in indicators.values():
        faults += _ended(f"indicators/{indicator.id}.toml", indicator.purpose, today)
        faults += _references(indicator, sources, indicators, names)
    if faults:
        raise InputError(faults)
    return Catalogue(themes, indicators, sources)


def load_config(path: Path) -> RunConfig:
    """One release, declared. Raises InputError with all faults of the file."""
    faults: list[Fault] = []
    raw = _toml(path, path.name, faults)
    config = _parsed(RunConfig, raw, path.name, faults) if raw is not None else None
    if config is None:
        raise InputError(faults)
    return config


@dataclass(frozen=True)
class _Names:
    """Ids that exist as a file, even a faulty one: a faulty file is not also reported as a missing name."""

    themes: frozenset[str]
    sources: frozenset[str]
    indicators: frozenset[str]


def _references(
    indicator: Indicator, sources: Mapping[str, Source], indicators: Mapping[str, Indicator], names: _Names
) -> Iterator[Fault]:
    file = f"indicators/{indicator.id}.toml"
    if indicator.theme not in names.themes:
        yield Fault(file, "theme", repr(indicator.theme), f"one of {_listed(names.themes)}")
    for name, where in {need.source: need.where for need in reversed(needs_of(indicator))}.items():
        if name not in names.sources:
            where = "count.source" if name == indicator.count.source else where
            yield Fault(file, where, repr(name), f"one of {_listed(names.sources)}")
    yield from _count_faults(file, indicator, sources)
    if indicator.rate:
        below = indicators.get(indicator.rate.denominator)
        if indicator.rate.denominator not in names.indicators:
            found = repr(indicator.rate.denominator)
            yield Fault(file, "rate.denominator", found, f"one of {_listed(names.indicators)}")
        elif below is not None and below.private:
            yield Fault(file, "rate.denominator", f"{below.id!r}, which is noisy", "a public count")


def _count_faults(file: str, indicator: Indicator, sources: Mapping[str, Source]) -> Iterator[Fault]:
    """Every column that the indicator needs is there, and confidential rows are counted as such."""
    count = indicator.count
    own = sources.get(count.source)
    if own is not None and own.confidential and not isinstance(count, Microdata):
        yield Fault(
            file,
            "count.source",
            f"{own.id!r}, which is confidential",
            "a public table",
            'Count it with kind = "microdata" and give it [protection]',
        )
    if own is not None and not own.confidential and isinstance(count, Microdata):
        yield Fault(file, "count.source", f"{own.id!r}, a public table", "a source of kind microdata")
    said = set()
    for need in needs_of(indicator):
        source, at = sources.get(need.source), (need.where, need.source, need.role)
        asked_by_code = need.role in LINKED.get(need.source, ()) and need.source != count.source
        if source is None or need.role in source.columns or at in said or asked_by_code:
            continue
        said.add(at)
        expected = f"one of {_listed(source.columns)}"
        yield Fault(file, need.where, f"role {need.role!r}", f"{expected}, as in sources/{source.id}.toml")
    if isinstance(count, Microdata):
        yield from _once_faults(file, indicator, count)


def _once_faults(file: str, indicator: Indicator, count: Microdata) -> Iterator[Fault]:
    """A unit that is counted once in its life must be so by the way of counting, not by a promise."""
    protection = indicator.protection
    if protection is None:
        return
    if protection.once == "life" and not count.first_ever:
        yield Fault(file, "protection.once", "'life' without count.first_ever", "'year'")
    counts_itself = set(count.counted) == set(protection.keyed)
    if counts_itself and protection.cap != 1:
        yield Fault(file, "protection.cap", str(protection.cap), "1: the unit itself is what is counted")
    if not set(protection.keyed) <= set(count.counted):
        keyed, counted = _listed(protection.keyed), _listed(count.counted)
        yield Fault(file, "protection.keyed", keyed, f"roles that are counted: {counted}")
    if protection.once == "life" and not counts_itself:
        yield Fault(
            file, "protection.keyed", _listed(protection.keyed), f"as counted: {_listed(count.counted)}"
        )


def _ended(file: str, purpose: Purpose, today: date) -> Iterator[Fault]:
    if purpose.end < today:
        yield Fault(
            file,
            "purpose.end",
            f"{purpose.end}, which has passed",
            f"a date from {today} on",
            f"Have {purpose.owner} decide whether the purpose still holds",
        )


def _forbidden_columns(source: Source) -> Iterator[Fault]:
    words = FORBIDDEN + (FORBIDDEN_CONFIDENTIAL if source.confidential else ())
    for role, column in source.columns.items():
        hits = [word for word in words if word in role.lower() or word in column.name.lower()]
        if hits:
            yield Fault(
                f"sources/{source.id}.toml",
                f"columns.{role}",
                f"{column.name!r}, which holds {hits[0]!r}",
                "no origin, nationality, belief or name",
                "Leave the column out",
            )


def _themes(path: Path, faults: list[Fault]) -> tuple[Theme, ...]:
    raw = _toml(path, path.name, faults)
    if raw is None:
        return ()
    rows = raw.get("theme")
    if not isinstance(rows, list) or set(raw) != {"theme"}:
        faults.append(Fault(path.name, "whole file", f"keys {_listed(raw)}", "one or more [[theme]]"))
        return ()
    parsed = [
        _parsed(Theme, row, f"{path.name} theme {number}", faults) for number, row in enumerate(rows, 1)
    ]
    themes = [theme for theme in parsed if theme]
    ids = [theme.id for theme in themes]
    twice = sorted({name for name in ids if ids.count(name) > 1})
    faults.extend(Fault(path.name, "theme.id", f"{name!r} twice", "each id once") for name in twice)
    return tuple(themes)


def _folder(model: type[Model], folder: Path, faults: list[Fault]) -> Iterator[Model]:
    paths = sorted(folder.glob("*.toml"))
    if not paths:
        faults.append(Fault(f"{folder.name}/", "folder", "no TOML file", "one file each"))
    for path in paths:
        file = f"{folder.name}/{path.name}"
        raw = _toml(path, file, faults)
        if raw is None:
            continue
        if raw.setdefault("id", path.stem) != path.stem:
            faults.append(Fault(file, "id", repr(raw["id"]), f"{path.stem!r}, the name of the file"))
            continue
        item = _parsed(model, raw, file, faults)
        if item is not None:
            yield item


def _toml(path: Path, file: str, faults: list[Fault]) -> dict[str, Any] | None:
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8"))
    except FileNotFoundError:
        faults.append(Fault(file, f"folder {path.parent.name}", "no such file", "a TOML file"))
    except UnicodeDecodeError as error:
        faults.append(Fault(file, f"byte {error.start}", "bytes that are not UTF-8", "text in UTF-8"))
    except tomllib.TOMLDecodeError as error:
        faults.append(Fault(file, "syntax", str(error), "valid TOML"))
    return None


def _parsed(model: type[Model], raw: object, file: str, faults: list[Fault]) -> Model | None:
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        for one in error.errors(include_url=False):
            where = ".".join(str(part) for part in one["loc"]) or "whole file"
            missing = one["type"] == "missing"
            found = "nothing" if missing else _short(one["input"])
            expected = "a value" if missing else one["msg"]
            faults.append(Fault(file, where, found, expected))
        return None


def _short(value: object) -> str:
    text = repr(value)
    if "://" in text:
        return "an address, not repeated for it may hold a password"
    return text if len(text) <= 60 else text[:57] + "..."


def _listed(names: Any) -> str:
    return ", ".join(sorted(map(str, names)))
