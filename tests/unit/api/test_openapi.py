"""The OpenAPI document is made from the declarations that check requests, so it cannot say something else."""

import re
from collections.abc import Mapping
from typing import Any

import pytest
from flask.testing import FlaskClient

from dashboard.api.routes import ROUTES, Route
from etl.release.read import Store
from tests.samples.tiny_site import tiny_server

VALUES = {"code": "GM9001", "release": "tiny-1", "indicator": "misdrijven", "jaar": "2022", "niveau": "buurt"}
GOOD = VALUES | {"gebied": "GM9001", "binnen": "KL00", "formaat": "json", "zoek": "dam", "aantal": "5"}
GOOD |= {"codes": "GM9001,WK900200", "pagina": "1", "paginagrootte": "100"}
KINDS = {"string": str, "integer": int, "number": (int, float), "boolean": bool, "null": type(None)}


@pytest.fixture(scope="module")
def document(client: FlaskClient) -> dict[str, Any]:
    told: dict[str, Any] = client.get("/v1/openapi.json").json
    return told


def conforms(value: object, schema: Mapping[str, Any]) -> None:
    """The part of JSON Schema the document uses."""
    if "anyOf" in schema:
        # The first form is the one without `formaat`.
        conforms(value, schema["anyOf"][0])
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if kinds == ["object"]:
        assert isinstance(value, dict) and set(schema.get("required", ())) <= set(value)
        if all(schema.get("properties", {}).values()):
            assert set(value) <= set(schema.get("properties", value))
        for name, inner in schema.get("properties", {}).items():
            conforms(value[name], inner)
    elif kinds == ["array"]:
        assert isinstance(value, list)
        for one in value:
            conforms(one, schema["items"])
    elif kinds:
        assert isinstance(value, tuple(KINDS[kind] for kind in kinds)), (value, kinds)  # type: ignore[arg-type]
    assert "enum" not in schema or value in schema["enum"]


def test_document_and_server_have_the_same_addresses(store: Store, document: dict[str, Any]) -> None:
    server = tiny_server(store)
    served = {
        re.sub(r"<(\w+)>", r"{\1}", rule.rule)
        for rule in server.url_map.iter_rules()
        if rule.rule.startswith("/v1/") and "<path:rest>" not in rule.rule and rule.rule != "/v1/"
    }
    assert document["servers"] == [{"url": "http://localhost/v1"}]
    assert {f"/v1{path}" for path in document["paths"]} == served
    assert document["openapi"].startswith("3.1")


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_an_answer_has_the_form_the_document_gives(
    client: FlaskClient, document: dict[str, Any], route: Route
) -> None:
    told = document["paths"][route.path.removeprefix("/v1")]["get"]
    query = {one["name"]: GOOD[one["name"]] for one in told["parameters"] if one["in"] == "query"}
    answer = client.get(route.path.format(**VALUES), query_string=query)
    assert answer.status_code == 200
    content = told["responses"]["200"]["content"]
    assert answer.mimetype in content
    if answer.mimetype == "application/json":
        conforms(answer.json, content[answer.mimetype]["schema"])
    for header in told["responses"]["200"]["headers"]:
        assert header in answer.headers


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_what_the_document_forbids_is_refused(
    client: FlaskClient, document: dict[str, Any], route: Route
) -> None:
    told = document["paths"][route.path.removeprefix("/v1")]["get"]["parameters"]
    needed = {one["name"]: GOOD[one["name"]] for one in told if one["in"] == "query" and one["required"]}
    address = route.path.format(**VALUES)
    assert client.get(address, query_string=needed | {"verzonnen": "1"}).status_code == 400
    for parameter in told:
        schema = parameter["schema"].get("items", parameter["schema"])
        wrong = (
            "0"
            if schema["type"] == "integer"
            else "x" * (schema["maxLength"] + 1)
            if "maxLength" in schema
            else "?"
        )
        if parameter["in"] == "query":
            answer = client.get(address, query_string=needed | {parameter["name"]: wrong})
            assert answer.status_code == 400, parameter["name"]
            assert [fault["location"]["name"] for fault in answer.json["errors"]] == [parameter["name"]]
        else:
            other = route.path.format(**VALUES | {parameter["name"]: wrong})
            assert client.get(other, query_string=needed).status_code == 404
        if parameter["required"] and parameter["in"] == "query":
            left = {name: text for name, text in needed.items() if name != parameter["name"]}
            assert client.get(address, query_string=left).status_code == 400


def test_the_document_keeps_the_rules_that_a_linter_holds(document: dict[str, Any]) -> None:
    """NL API Design Rules 2.1, the mechanical ones: contact, version, paths, names, headers, problems."""
    assert re.fullmatch(r"\d+\.\d+\.\d+", document["info"]["version"])
    contact = document["info"]["contact"]
    assert contact["name"] and "@" in contact["email"] and contact["url"].startswith("http")
    assert all(re.search(r"/v\d+$", server["url"]) for server in document["servers"])
    for path, item in document["paths"].items():
        assert re.fullmatch(r"(/|[a-z0-9.-]+|\{[a-zA-Z]+\})+", path) and not path.endswith("/"), path
        assert set(item) == {"get"}
        operation = item["get"]
        for parameter in operation.get("parameters", ()):
            assert re.fullmatch(r"[a-z][a-zA-Z]*", parameter["name"])
        for status, answer in operation["responses"].items():
            assert status in ("416",) or "API-Version" in answer["headers"], (path, status)
            if status.startswith(("4", "5")) and status != "416":
                assert set(answer["content"]) == {"application/problem+json"}
    for name in _names(document["paths"]):
        # _links is what the rules themselves call the links of a resource.
        assert re.fullmatch(r"[a-z][a-zA-Z0-9]*", name) or name == "_links", name


def _names(node: object) -> set[str]:
    """Names of all properties that schemas declare."""
    if isinstance(node, dict):
        own = set(node["properties"]) if isinstance(node.get("properties"), dict) else set()
        return own.union(*(_names(one) for one in node.values()))
    return set().union(*(_names(one) for one in node)) if isinstance(node, list) else set()
