"""Postcodes and addresses, asked of a Locatieserver by our own server. What was typed in; places out.

Off unless REGIOBEELD_LOCATIESERVER names one. The visitor's browser never goes there, so PDOK sees our
address and not the visitor's. What was typed is sent as one encoded parameter to the address of the
configuration and to no other: redirects are not followed. It is kept in memory for some minutes, and written
nowhere.
"""

import logging
import re
import time
import unicodedata
from collections.abc import Iterator
from functools import lru_cache, partial
from http.cookiejar import DefaultCookiePolicy
from threading import BoundedSemaphore

from flask import Flask, current_app
from pydantic import BaseModel, ValidationError
from urllib3.exceptions import HTTPError

MOST = 5
"""Places in an answer."""
LONGEST = 80
"""Letters of what was typed that are sent."""
PATIENCE = 2.0
"""Seconds for a whole answer; to connect, half of them."""
MOST_BYTES, CHUNK = 64_000, 4096
AT_ONCE = 2
"""Questions under way in one process. More would hold up pages while a slow Locatieserver thinks."""
KEPT, KEPT_SECONDS = 256, 600
KINDS = ("adres", "postcode", "weg", "woonplaats")

_NAME = "regiobeeld-locator"
_POSTCODE = re.compile(r"(?<!\w)([1-9]\d{3})\s?([A-Za-z]{2})(?!\w)")
_ONLY_POSTCODE = re.compile(r"[1-9]\d{3}(\s?[A-Za-z]{2})?")
_POINT = re.compile(r"POINT\((-?\d{1,3}(?:\.\d{1,20})?) (-?\d{1,3}(?:\.\d{1,20})?)\)")


class LocatorDownError(Exception):
    """No answer that can be used. Says why, never what was asked."""


class Place(BaseModel, frozen=True):
    """One answer. name: as Locatieserver writes it; kind: one of `KINDS`; point: latitude, longitude."""

    name: str
    kind: str
    point: tuple[float, float]


class _Found(BaseModel):
    weergavenaam: str
    type: str
    centroide_ll: str


class _Response(BaseModel):
    docs: list[_Found]


class _Answer(BaseModel):
    response: _Response


class Locator:
    """Places by postcode, address, street or town, from the Locatieserver at `base`."""

    def __init__(self, base: str, *, patience: float = PATIENCE) -> None:
        self._address = f"{base}/suggest"
        self._patience = patience
        self._free = BoundedSemaphore(AT_ONCE)
        self._kept = lru_cache(maxsize=KEPT)(self._ask)
        self._period = 0
        # The text travels in an address, and the library would write addresses in its own log.
        logging.getLogger("urllib3").setLevel(logging.CRITICAL + 1)

    def search(self, typed: str) -> tuple[Place, ...]:
        """At most `MOST` places that fit what was typed, best first. LocatorDownError without an answer."""
        asked, period = tidy(typed), int(time.monotonic() // KEPT_SECONDS)
        if period != self._period:
            self._kept.cache_clear()
            self._period = period
        return self._kept(asked) if len(asked) > 1 else ()

    def _ask(self, asked: str) -> tuple[Place, ...]:
        if not self._free.acquire(blocking=False):
            raise LocatorDownError("too many questions at once")
        try:
            return _places(self._fetch(asked))
        except (HTTPError, OSError) as error:  # what `requests` raises is an OSError
            raise LocatorDownError(type(error).__name__) from None
        except ValidationError as error:
            raise LocatorDownError(f"{error.error_count()} faults in the answer") from None
        finally:
            self._free.release()

    def _fetch(self, asked: str) -> bytes:
        # Brought in by the first search: a process that serves none is spared its megabytes.
        import requests

        limit = time.monotonic() + self._patience
        query = {
            "q": asked,
            "fq": f"type:({' OR '.join(KINDS)})",
            "fl": "weergavenaam,type,centroide_ll",
            "rows": str(MOST),
        }
        with requests.Session() as session:
            session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
            session.headers.update({"User-Agent": "Regiobeeld", "Accept": "application/json"})
            with session.get(
                self._address,
                params=query,
                timeout=(self._patience / 2, self._patience),
                allow_redirects=False,
                stream=True,
            ) as answer:
                if answer.status_code != requests.codes.ok:
                    raise LocatorDownError(f"status {answer.status_code}")
                parts = iter(partial(answer.raw.read1, CHUNK, decode_content=True), b"")
                return b"".join(_limited(parts, limit))


def register(server: Flask, base: str) -> Locator | None:
    """Give `server` a locator, None when there is no address of one."""
    made = Locator(base) if base else None
    server.extensions[_NAME] = made
    return made


def locator() -> Locator | None:
    """The locator of the server that is answering, None where there is none."""
    found: Locator | None = current_app.extensions.get(_NAME) if current_app else None
    return found


def tidy(typed: str) -> str:
    """What is sent: letters, digits and the signs of an address, a postcode in one piece."""
    plain = unicodedata.normalize("NFKC", typed)[: 4 * LONGEST]
    words = " ".join(re.sub(r"[^\w\s'’.,/-]|_", " ", plain).split())
    return _POSTCODE.sub(lambda found: found[1] + found[2].upper(), words)[:LONGEST].strip()


def is_postcode(typed: str) -> bool:
    """Whether this is a postcode, whole or its four digits."""
    return _ONLY_POSTCODE.fullmatch(typed.strip()) is not None


def _limited(parts: Iterator[bytes], limit: float) -> Iterator[bytes]:
    """The same bytes, while there is time and they are not too many."""
    size = 0
    for part in parts:
        size += len(part)
        if size > MOST_BYTES or time.monotonic() > limit:
            raise LocatorDownError("too slow or too long an answer")
        yield part


def _places(body: bytes) -> tuple[Place, ...]:
    found: dict[str, Place] = {}
    for one in _Answer.model_validate_json(body).response.docs[: 4 * MOST]:
        point, name = _POINT.fullmatch(one.centroide_ll), _shown(one.weergavenaam)
        if point and name and one.type in KINDS:
            found.setdefault(name, Place(name=name, kind=one.type, point=(float(point[2]), float(point[1]))))
    return tuple(found.values())[:MOST]


def _shown(name: str) -> str:
    """A name without signs that steer a terminal or turn the direction of writing."""
    plain = "".join(sign for sign in name if unicodedata.category(sign)[0] != "C")
    return " ".join(plain.split())[:120]
