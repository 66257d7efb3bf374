"""Raw answers of a web service: an address in; the answer out, from the folder or fetched and kept there.

Each answer is kept byte for byte in a file named after its SHA-256; `index.json` beside them says from which
address it came, when, and under which licence. An answer is kept only once it is whole, so a fetch that was
cut off goes on where it stopped: what is here is not asked again. An answer that was replaced keeps its
file, since an earlier release may name its checksum. Without a client (offline) nothing is asked at all, and
what is not here is a fault.
"""

import hashlib
import json
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from etl.errors import Fault, InputError
from etl.extract.web import parsed

INDEX = "index.json"
_SHA256 = re.compile(r"[0-9a-f]{64}")
_AGAIN = "Run `python -m etl fetch` again"


class Connection(Protocol):
    """What gives answers: `etl.extract.web.Client`, or a service that is no network at all."""

    def get(self, address: str, name: str) -> tuple[bytes, dict[str, Any]]:
        """(bytes as received, the JSON object in them). InputError naming `name` and the address."""
        ...

    def url(self, address: str) -> str:
        """The full address."""
        ...


@dataclass(frozen=True)
class Answer:
    """One line of the index. address: relative to the service; url: in full; size: bytes; retrieved: UTC."""

    address: str
    url: str
    sha256: str
    size: int
    retrieved: str
    licence: str
    publisher: str


class Answers:
    """The answers of one source in one folder.

    name: what faults call it (the folder under the sources folder); client: None keeps everything offline.
    used: address -> file of every answer given so far, in order.
    """

    def __init__(
        self,
        folder: Path,
        name: str,
        client: Connection | None = None,
        licence: str = "",
        publisher: str = "",
        say: Callable[[str], None] = lambda step: None,
    ) -> None:
        self.folder, self.name, self.client, self.say = folder, name, client, say
        self._licence, self._publisher = licence, publisher
        self.used: dict[str, Path] = {}
        self._index = self._read_index()

    def get(self, address: str) -> dict[str, Any]:
        """The answer at `address`, a JSON object. InputError when it cannot be had."""
        known = self._index.get(address)
        raw = self._kept(known) if known else None
        if known is None or raw is None:
            return self._fetch(address)
        self.used[address] = self._file(known)
        return self._object(raw, address)

    def renew(self, address: str) -> dict[str, Any]:
        """The answer at `address` as it is now; offline, as it is here."""
        return self._fetch(address) if self.client else self.get(address)

    def peek(self, address: str) -> dict[str, Any] | None:
        """The answer kept here, if it is here and whole; nothing is fetched or counted as used."""
        known = self._index.get(address)
        raw = self._kept(known) if known else None
        return None if raw is None else self._object(raw, address)

    def forget(self, prefix: str) -> None:
        """Drop every answer whose address starts so: the supplier has revised what they say."""
        gone = [address for address in self._index if address.startswith(prefix)]
        for address in gone:
            del self._index[address]
        if gone:
            self._write_index()

    def refuse(self, where: str, found: str, expected: str, remedy: str = "") -> InputError:
        """A fault of this source, to raise."""
        return InputError([Fault(self.name, where, found, expected, remedy)])

    def _fetch(self, address: str) -> dict[str, Any]:
        if self.client is None:
            known = address in self._index
            found = "an answer that changed or is gone" if known else "no answer kept"
            raise self.refuse(address, found, "the answer of the service", f"{_AGAIN}, with a connection")
        raw, answer = self.client.get(address, self.name)
        digest = hashlib.sha256(raw).hexdigest()
        now = datetime.now(UTC).isoformat(timespec="seconds")
        kept = Answer(
            address, self.client.url(address), digest, len(raw), now, self._licence, self._publisher
        )
        write_whole(self._file(kept), raw, self.name)
        self._index[address] = kept
        self._write_index()
        self.used[address] = self._file(kept)
        return answer

    def _object(self, raw: bytes, address: str) -> dict[str, Any]:
        answer = parsed(raw)
        if isinstance(answer, str):
            raise self.refuse(address, answer, "a JSON object", f"Remove the folder and {_AGAIN.lower()}")
        return answer

    def _kept(self, answer: Answer) -> bytes | None:
        """The bytes of an answer, None when they are gone or are not those that were received."""
        try:
            raw = self._file(answer).read_bytes()
        except OSError:
            return None
        return raw if hashlib.sha256(raw).hexdigest() == answer.sha256 else None

    def _file(self, answer: Answer) -> Path:
        return self.folder / f"{answer.sha256}.json"

    def _read_index(self) -> dict[str, Answer]:
        path = self.folder / INDEX
        if not path.is_file():
            return {}
        try:
            rows = [Answer(**row) for row in json.loads(path.read_bytes())["answers"]]
            if not all(isinstance(row.address, str) and _SHA256.fullmatch(row.sha256) for row in rows):
                raise ValueError("an answer without checksum")
        except (ValueError, TypeError, KeyError, RecursionError, OSError):
            found, expected = "something else", "the index that `python -m etl fetch` writes"
            raise self.refuse(INDEX, found, expected, f"Remove the folder and {_AGAIN.lower()}") from None
        return {row.address: row for row in rows}

    def _write_index(self) -> None:
        rows = [asdict(self._index[address]) for address in sorted(self._index)]
        text = json.dumps({"answers": rows}, indent=1, ensure_ascii=False)
        write_whole(self.folder / INDEX, text.encode(), self.name)


def write_whole(path: Path, raw: bytes, name: str) -> None:
    """All of the file or none of it, also when the machine stops halfway. InputError naming `name`."""
    part = path.with_name(f"{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(raw)
        part.replace(path)
    except OSError as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        found = f"a folder that cannot be written ({error.strerror})"
        raise InputError([Fault(name, path.name, found, "room and permission to write it")]) from None
