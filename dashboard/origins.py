"""Who may show our embeds in a frame: a list kept by the data officer. A file goes in; CSP sources come out.

The file is a log that only grows, one line a change: moment, `add` or `remove`, origin. What it says from the
first line to the last is the list. It is read again when it changes, so nobody has to restart anything.
"""

import datetime as dt
import logging
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

SOURCE = re.compile(r"\*|'self'|https?://(\*\.)?[A-Za-z0-9.-]+(:[0-9]{1,5}|:\*)?", re.ASCII)
"""What may stand in a content policy."""
ORIGIN = re.compile(r"https?://(\*\.)?([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)*[a-z0-9-]+(:[0-9]{1,5})?", re.ASCII)
"""What may stand on the list: a scheme and a host, no path."""
_LINE = re.compile(r"(\S+)\t(add|remove)\t(\S+)")
_LOG = logging.getLogger(__name__)


class OriginsError(ValueError):
    """The list, or what was asked of it, is wrong: what was found, where, what was expected."""


@dataclass(frozen=True)
class Change:
    """One line of the log. moment: UTC."""

    moment: dt.datetime
    action: str
    origin: str


class AllowList:
    """configured: origins named in the settings, which always hold; path: the log, None when there is none.

    Without both, everybody may frame: an open site. With a log, only who is on it.
    """

    def __init__(self, configured: Iterable[str], path: Path | None) -> None:
        self._configured, self._path = tuple(configured), path
        self._lock = Lock()
        self._seen: tuple[int, int] | None = None
        self._listed: tuple[str, ...] = ()

    def sources(self) -> tuple[str, ...]:
        """CSP sources of `frame-ancestors`. A log that cannot be read leaves what held before, never more."""
        seen = None if self._path is None else _stamp(self._path)
        with self._lock:
            if self._path is None or (seen is None and self._seen is None):
                return self._configured or ("*",)
            # A log that is gone leaves what it said: an accident does not open the site.
            if seen not in (None, self._seen):
                self._seen = seen
                try:
                    self._listed = listed(changes(self._path))
                except (OSError, OriginsError) as fault:
                    _LOG.error("list of origins not read: %s", fault)
            return tuple(dict.fromkeys((*self._configured, *self._listed)))


def changes(path: Path) -> tuple[Change, ...]:
    """Every change in the log, oldest first. OriginsError naming every line that cannot be read."""
    found, faults = [], []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        change = _parsed(line)
        if change is None:
            faults.append(str(number))
        else:
            found.append(change)
    if faults:
        raise OriginsError(
            f"{path.name}, line {', '.join(faults)}: expected a moment, add or remove, and an origin, "
            "with tabs between. Undo what was changed by hand."
        )
    return tuple(found)


def listed(log: Iterable[Change]) -> tuple[str, ...]:
    """The list these changes lead to, in the order in which origins came."""
    now: dict[str, None] = {}
    for change in log:
        if change.action == "add":
            now[change.origin] = None
        else:
            now.pop(change.origin, None)
    return tuple(now)


def write(path: Path, action: str, text: str) -> str:
    """Add or remove an origin; returns it as it was written. OriginsError when there is nothing to change."""
    origin = parsed(text)
    there = origin in listed(changes(path) if path.exists() else ())
    if there == (action == "add"):
        raise OriginsError(f"{origin} is {'already' if there else 'not'} on the list")
    path.parent.mkdir(parents=True, exist_ok=True)
    moment = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    # O_APPEND: two who write at once each leave a whole line.
    with path.open("a", encoding="utf-8") as log:
        log.write(f"{moment}\t{action}\t{origin}\n")
    return origin


def parsed(text: str) -> str:
    """An origin in its one form. OriginsError for anything else, such as an address with a path."""
    origin = text.strip().lower().removesuffix("/")
    if not ORIGIN.fullmatch(origin):
        raise OriginsError(
            f"found {text!r}, expected an origin: https:// and a host, such as https://www.gemeente.nl "
            "or https://*.gemeente.nl, without a path"
        )
    return origin


def _parsed(line: str) -> Change | None:
    match = _LINE.fullmatch(line)
    if match is None or not ORIGIN.fullmatch(match[3]):
        return None
    try:
        return Change(dt.datetime.fromisoformat(match[1]), match[2], match[3])
    except ValueError:
        return None


def _stamp(path: Path) -> tuple[int, int] | None:
    """Changes when the file does; None when it is not there."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    except OSError as fault:
        _LOG.error("list of origins not read: %s", fault)
        return (-1, -1)
    return found.st_mtime_ns, found.st_size
