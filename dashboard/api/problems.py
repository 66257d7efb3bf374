"""What is wrong with a request, told once and completely. Faults go in; problem+json (RFC 9457) comes out."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import Response

MEDIA = "application/problem+json"
TITLES = {
    400: "De vraag klopt niet",
    404: "Niet gevonden",
    405: "Deze methode kan hier niet",
    410: "Bestaat niet meer",
    500: "Er ging iets mis",
    503: "Even niet beschikbaar",
}


@dataclass(frozen=True)
class Fault:
    """One fault of one parameter. `detail` never repeats the value that was sent, unless it is a code that we
    know; more: what a machine may do about it.
    """

    name: str
    code: str
    detail: str
    place: str = "query"
    more: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class Problem(Exception):
    """A request that cannot be answered: HTTP status, sentence, every fault at once."""

    status: int
    detail: str
    faults: Sequence[Fault] = field(default_factory=tuple)


def problem_response(problem: Problem) -> Response:
    """The problem+json answer; `errors` (in, location, code, detail) after NL API Design Rules 2.1."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": TITLES[problem.status],
        "status": problem.status,
        "detail": problem.detail,
    }
    if problem.faults:
        body["errors"] = [
            {"in": one.place, "location": {"name": one.name}, "code": one.code, "detail": one.detail}
            | one.more
            for one in problem.faults
        ]
    response = Response(json.dumps(body, ensure_ascii=False), status=problem.status, mimetype=MEDIA)
    response.headers["Cache-Control"] = "no-store" if problem.status >= 500 else "public, max-age=60"
    return response
