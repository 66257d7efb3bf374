"""security.txt (RFC 9116) says where to report, and does not expire while the site runs."""

import datetime as dt
from pathlib import Path

from flask.testing import FlaskClient

from dashboard.well_known import CONTACT

ROOT = Path(__file__).parents[3]


def test_security_txt_is_valid_for_less_than_a_year(client: FlaskClient) -> None:
    answer = client.get("/.well-known/security.txt")
    assert (answer.status_code, answer.mimetype) == (200, "text/plain")
    told = dict(line.split(": ", 1) for line in answer.text.splitlines())
    left = dt.datetime.fromisoformat(told["Expires"]) - dt.datetime.now(dt.UTC)
    assert dt.timedelta(days=30) < left < dt.timedelta(days=365)
    assert told["Contact"] == f"mailto:{CONTACT}"
    assert told["Canonical"].endswith("/.well-known/security.txt")


def test_the_address_is_that_of_the_policy() -> None:
    assert CONTACT in (ROOT / "SECURITY.md").read_text(encoding="utf-8")
