"""Files that belong together as one ZIP, explained and with checksums. Writers go in; bytes come out.

Every entry carries the date of the release and nothing of the machine, so the same bundle is the same bytes
wherever it is made.
"""

import datetime as dt
import hashlib
import re
import zipfile
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import BinaryIO

from dashboard.api.feed import FIRST
from dashboard.api.origin import LICENCE, LICENCE_ADDRESS
from dashboard.api.rows import COLUMNS
from dashboard.language import Language
from dashboard.numbers import STATUS_ORDER
from dashboard.text import words
from etl.catalogue.model import Text
from etl.release.read import Release

LEVEL = 3
"""Of compression: twice the speed of the default for a tenth more bytes."""
READ_ME: Mapping[Language, str] = {"nl": "LEESMIJ.txt", "en": "README.txt"}
SUMS = "SHA256SUMS"
_LINK = re.compile(r"\[([^]]*)\]\([^)]*\)")


class _Hashed:
    """Writes on, and remembers the checksum of what passed."""

    def __init__(self, out: BinaryIO) -> None:
        self._out, self.digest = out, hashlib.sha256()

    def write(self, body: bytes) -> int:
        """As a file does."""
        self.digest.update(body)
        return self._out.write(body)

    def __getattr__(self, name: str) -> object:
        return getattr(self._out, name)


class Bundle:
    """A ZIP being written; the checksums of all entries become its last one."""

    def __init__(self, out: BinaryIO, release: Release) -> None:
        self._archive = zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=LEVEL)
        self._date = release.info.published.astimezone(dt.UTC).timetuple()[:6]
        self._sums: list[str] = []

    def __enter__(self) -> "Bundle":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self.add(SUMS, lambda file: _put(file, "".join(self._sums).encode()))
        self._archive.close()

    def add(self, name: str, write: Callable[[BinaryIO], None]) -> None:
        """One more entry."""
        about = zipfile.ZipInfo(name, self._date)
        about.compress_type = zipfile.ZIP_DEFLATED
        about.external_attr = 0o644 << 16
        with self._archive.open(about, "w", force_zip64=True) as file:
            hashed = _Hashed(file)  # type: ignore[arg-type]  # it has write(), all we need
            write(hashed)  # type: ignore[arg-type]
        self._sums.append(f"{hashed.digest.hexdigest()}  {name}\n")

    def explain(
        self,
        release: Release,
        files: Mapping[str, Text],
        more: Mapping[str, Mapping[str, Text]] | None = None,
    ) -> None:
        """What the files are and how to read them, in Dutch and in English."""
        for language, name in READ_ME.items():
            text = read_me(release, language, files, more or {})
            self.add(name, lambda file, text=text: _put(file, text.encode()))  # type: ignore[misc]


def read_me(
    release: Release,
    language: Language,
    files: Mapping[str, Text],
    more: Mapping[str, Mapping[str, Text]],
) -> str:
    """Citation, licence, what changed, the files, columns and statuses, how to read a margin.

    files: name -> what is in it; more: another file of the bundle -> its columns.
    """
    info, told = release.info, words(language)
    notice = [info.notice[language]] if info.notice else []
    if info.fictional:
        notice.append(told("download.licence_fictional"))
    parts = [
        [
            info.title[language],
            f"{told('download.release')}: {info.id}, {info.published:%Y-%m-%d}",
            f"{told('download.cite')} {info.citation}",
            f"{told('download.licence_title')}: {LICENCE}, {LICENCE_ADDRESS}",
        ],
        notice,
        [
            told("accountability.releases_why"),
            *(f"  {reason[language]}" for reason in info.reasons or (FIRST,)),
        ],
        [told("download.files_title"), *(f"  {name}: {text[language]}" for name, text in files.items())],
        [told("download.columns_title"), *(f"  {name}: {told(f'columns.{name}')}" for name in COLUMNS)],
        [
            told("download.statuses_title"),
            *(f"  {slug}: {told(f'statuses.{slug}')}" for slug in STATUS_ORDER),
        ],
        [told("download.reading_title"), plain_text(told("download.reading"))],
        *(
            [f"{file}:", *(f"  {name}: {text[language]}" for name, text in columns.items())]
            for file, columns in more.items()
        ),
    ]
    return "\n\n".join("\n".join(lines) for lines in parts if lines) + "\n"


def plain_text(text: str) -> str:
    """Prose without the signs that make it bold, code or a link."""
    return _LINK.sub(r"\1", text).replace("**", "").replace("`", "").strip()


def _put(file: BinaryIO, body: bytes) -> None:
    file.write(body)
