"""Must show 1: schemathesis on the OpenAPI document finds no failure and no 5xx, on SQLite and PostgreSQL.

Requests are made from the document, valid and invalid ones; answers are held to the document's status codes,
media types, headers and schemas.
"""

import json
import os
from typing import Any

import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import APIOperation, Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from dashboard.api.routes import ROUTES
from etl.release.read import Release
from tests.samples.tiny_site import store_at, tiny_server

EXAMPLES = int(os.environ.get("REGIOBEELD_EXAMPLES", "12"))
"""Requests per resource; `make bench` or a nightly run may ask for more."""
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
    negative_data_rejection,
]
"""`positive_data_acceptance` is left out: a code that is well formed need not exist in a release."""


def test_every_answer_is_what_the_document_says(database_url: str) -> None:
    store = store_at(database_url)
    server = tiny_server(store)
    served = schemathesis.openapi.from_wsgi("/v1/openapi.json", server)
    known = schemathesis.openapi.from_dict(of_this_release(served.raw_schema, store.release()))
    known.app = server
    for document in (served, known):
        operations = [found.ok() for found in document.get_all_operations()]
        assert {f"/v1{operation.path}" for operation in operations} >= {route.path for route in ROUTES}
        for operation in operations:
            for mode in GenerationMode:
                hold(operation, mode)


def of_this_release(document: dict[str, Any], release: Release) -> dict[str, Any]:
    """The same document with names that exist, so that most requests get past the door."""
    regions = release.regions
    names = {
        "indicator": list(release.indicators),
        "niveau": list(regions.levels),
        "jaar": [2021, 2022, 2023],
        **{name: list(regions.codes) for name in ("gebied", "binnen", "code", "codes")},
        "release": [release.info.id],
    }
    told = json.loads(json.dumps(document))
    for path in told["paths"].values():
        for parameter in path["get"].get("parameters", ()):
            kind = parameter["schema"].get("items", parameter["schema"])
            if parameter["name"] in names and "enum" not in kind:
                kind["enum"] = names[parameter["name"]]
    return told


def hold(operation: APIOperation, mode: GenerationMode) -> None:
    """EXAMPLES requests that keep to the document, or as many that do not."""

    @settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(operation.as_strategy(mode))
    def answers(case: Case) -> None:
        case.call_and_validate(checks=CHECKS, headers={"Accept-Encoding": "identity"})

    try:
        answers()
    except Unsatisfiable:
        # A resource without parameters cannot be asked wrongly.
        assert mode is GenerationMode.NEGATIVE
