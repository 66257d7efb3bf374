"""Pages of an OData answer, in v3 and v4: an answer in; its rows and the address of the next page out."""

from collections.abc import Collection
from typing import Any
from urllib.parse import unquote, urlsplit

from etl.extract.answers import Answers


def records(answers: Answers, address: str, answer: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows of an answer. InputError when it has another form."""
    rows = answer.get("value")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        found = f"an answer with {', '.join(sorted(answer)[:5]) or 'nothing in it'}"
        raise answers.refuse(unquote(address), found, "a list 'value' of rows", "Check base_url and version")
    return rows


def below(answers: Answers, table: str, address: str, link: object, asked: Collection[str]) -> str | None:
    """The address of the next page, below our own base address whatever host the link names.

    asked: the addresses of this walk so far. A mirror passes on links to the service it copies; and a link
    never leads us to another service.
    """
    if link is None or link == "":
        return None
    parts = urlsplit(str(link))
    _path, _, tail = parts.path.rpartition(f"/{table}/")
    following = f"{table}/{tail}?{parts.query}" if tail else ""
    if not tail and "/" not in parts.path and parts.query:
        following = f"{table}/{parts.path}?{parts.query}"
    if not following or following in asked:
        why = "which was asked already" if following else f"which is not in {table}"
        raise answers.refuse(
            unquote(address), f"a next page {str(link)[:120]!r}, {why}", "the address of another page"
        )
    return following


def text_of(row: dict[str, Any], name: str) -> str:
    """A text without the blanks it is padded with; empty when there is none."""
    value = row.get(name)
    return "" if value is None else str(value).strip()
