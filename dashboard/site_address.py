"""Where this site is reached. Settings go in once; inside a request its public address comes out."""

from flask import Flask, current_app, request

from dashboard.settings import Settings

_KEY = "REGIOBEELD_ORIGIN"


def remember(server: Flask, settings: Settings) -> None:
    """Keep the address the settings name, if they name one."""
    server.config[_KEY] = settings.origin


def origin() -> str:
    """Public address of this site, without a slash at the end."""
    return str(current_app.config.get(_KEY) or request.host_url.rstrip("/"))
