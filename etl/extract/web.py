"""One web service that answers in JSON: an address in; the bytes of a whole answer, or a named fault, out.

What may pass (a timeout, a cut connection, a broken body, 429 and 5xx) is asked again with growing pauses, or
after the pause the service asks for (Retry-After, RFC 9110 10.2.3). What will not pass (another 4xx, a
redirect, an address elsewhere) is refused at once. Only addresses below `base_url` are ever asked.
"""

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Self
from urllib.parse import unquote

import httpx

from etl.errors import Fault, InputError

PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Statuses that another attempt may change."""

ATTEMPTS = 6
PAUSE, LONGEST_PAUSE = 0.5, 60.0
"""Seconds before the second attempt, doubled each time; and the longest Retry-After that is waited for."""

SILENCE, WHOLE_ANSWER = 60.0, 600.0
"""Seconds without a byte, and seconds for a whole answer, before an attempt is given up."""

LARGEST = 500_000_000
"""Bytes of one answer; the largest pages of these services are some 20 MB."""


class Client:
    """Asks one service. sleep: how to pause (tests wait less)."""

    def __init__(
        self,
        base_url: str,
        *,
        attempts: int = ATTEMPTS,
        silence: float = SILENCE,
        whole: float = WHOLE_ANSWER,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.base_url = base_url.rstrip("/")
        self._attempts, self._whole, self._sleep = attempts, whole, sleep
        headers = {"Accept": "application/json", "User-Agent": "regiobeeld"}
        self._http = httpx.Client(timeout=silence, headers=headers)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self._http.close()

    def url(self, address: str) -> str:
        """The full address."""
        return f"{self.base_url}/{address}"

    def get(self, address: str, name: str) -> tuple[bytes, dict[str, Any]]:
        """(bytes as received, the JSON object in them). InputError naming `name` and the address."""
        expected = "a whole answer in JSON"
        found = ""
        for attempt in range(1, self._attempts + 1):
            got, pause = self._attempt(address, name)
            if not isinstance(got, str):
                return got
            found = got
            if pause > LONGEST_PAUSE:
                found += f", and {pause:.0f} seconds to wait"
                break
            if attempt < self._attempts:
                self._sleep(max(pause, PAUSE * 2 ** (attempt - 1)))
        else:
            found += f", {self._attempts} times"
        remedy = "Try again later: what was fetched so far is kept"
        raise InputError([Fault(name, _place(self.url(address)), found, expected, remedy)])

    def _attempt(self, address: str, name: str) -> tuple[tuple[bytes, dict[str, Any]] | str, float]:
        """The answer, or what was found instead and the seconds the service asks to wait."""
        url = self.url(address)
        try:
            with self._http.stream("GET", url) as response:
                if response.status_code == httpx.codes.OK:
                    return self._body(response), 0.0
                if response.status_code in PASSING:
                    return f"status {response.status_code}", _retry_after(response)
                raise _refused(name, url, response)
        except httpx.TimeoutException as error:
            return f"no answer in time ({type(error).__name__})", 0.0
        except (httpx.TransportError, httpx.DecodingError) as error:
            return f"a connection that failed or was cut ({type(error).__name__})", 0.0
        except (httpx.InvalidURL, httpx.UnsupportedProtocol):
            expected = "an address of the form https://host/path"
            raise InputError([Fault(name, "base_url", repr(self.base_url), expected)]) from None

    def _body(self, response: httpx.Response) -> tuple[bytes, dict[str, Any]] | str:
        began, parts, size = time.monotonic(), [], 0
        for part in response.iter_bytes():
            parts.append(part)
            size += len(part)
            if size > LARGEST:
                return f"more than {LARGEST} bytes"
            if time.monotonic() - began > self._whole:
                return f"a body that was not whole after {self._whole:.0f} seconds"
        raw = b"".join(parts)
        answer = parsed(raw)
        return answer if isinstance(answer, str) else (raw, answer)


def parsed(raw: bytes) -> dict[str, Any] | str:
    """The JSON object in these bytes, or what was found instead."""
    try:
        answer = json.loads(raw.decode("utf-8-sig"), parse_constant=_no_number)
    except json.JSONDecodeError as error:
        return f"broken JSON at character {error.pos} of {len(raw)} bytes"
    except (ValueError, RecursionError):
        return f"{len(raw)} bytes that are not JSON"
    return answer if isinstance(answer, dict) else f"JSON of another form ({type(answer).__name__})"


def _no_number(text: str) -> float:
    raise ValueError(f"{text} is not JSON")


def _retry_after(response: httpx.Response) -> float:
    """Seconds the service asks to wait: a number or a date; 0 when it asks nothing we understand."""
    asked = response.headers.get("Retry-After", "").strip()
    if asked.isdecimal():
        return float(asked)
    try:
        moment = parsedate_to_datetime(asked)
    except ValueError:
        return 0.0
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())


def _refused(name: str, url: str, response: httpx.Response) -> InputError:
    remedy = "Check base_url, the name of the table and the keys"
    found = f"status {response.status_code}"
    if response.is_redirect:
        found += f" to {response.headers.get('Location', 'nowhere')}"
        remedy = "Write the address it leads to as base_url, if you trust it"
    else:
        said = _said(response)
        found += f" ({said})" if said else ""
    return InputError([Fault(name, _place(url), found, "status 200", remedy)])


def _said(response: httpx.Response) -> str:
    """The first words of the service's own explanation, on one line."""
    try:
        text = response.read()[:2000].decode("utf-8", "replace")
    except httpx.HTTPError:
        return ""
    answer = parsed(text.encode())
    if isinstance(answer, dict):
        text = json.dumps(answer.get("odata.error", answer.get("error", answer)), ensure_ascii=False)
    return " ".join(text.split())[:160]


def _place(url: str) -> str:
    """An address as people read it, shortened in the middle."""
    plain = unquote(url)
    return plain if len(plain) <= 240 else f"{plain[:160]} ... {plain[-70:]}"
