"""/.well-known/security.txt: where to report a leak. A server goes in; nothing comes out (RFC 9116)."""

import datetime as dt

from flask import Flask, Response

from dashboard.site_address import origin

CONTACT = "security@regiobeeld.example"
"""As in SECURITY.md, which a test compares."""
GOOD_FOR = dt.timedelta(days=180)
"""From the day it is read: while the site runs, somebody answers."""


def register(server: Flask) -> None:
    """Put the file on `server`."""

    def view() -> Response:
        until = dt.datetime.combine(dt.datetime.now(dt.UTC).date() + GOOD_FOR, dt.time(), dt.UTC)
        lines = (
            f"Contact: mailto:{CONTACT}",
            f"Expires: {until:%Y-%m-%dT%H:%M:%SZ}",
            "Preferred-Languages: nl, en",
            f"Canonical: {origin()}/.well-known/security.txt",
        )
        return Response("".join(f"{line}\n" for line in lines), mimetype="text/plain")

    server.add_url_rule("/.well-known/security.txt", "security", view)
