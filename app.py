"""Start of the public site. The environment goes in; a WSGI `server` comes out, or a running site on its own.

python app.py                 serve on http://127.0.0.1:8050 (HOST, PORT)
gunicorn app:server           the same behind a real server
"""

import sys

from werkzeug.serving import WSGIRequestHandler

from dashboard import create_app
from dashboard.lean import rarely_collected, without_pandas
from dashboard.settings import Settings, SettingsError
from etl.release.engine import open_engine
from etl.release.read import Store

without_pandas()
try:
    settings = Settings.from_env()
    server = create_app(settings, Store(open_engine(settings.database))).server
except SettingsError as error:
    sys.exit(str(error))
rarely_collected()


class Quiet(WSGIRequestHandler):
    """Writes no line for a visit: an address may hold what somebody searched for."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing."""


def main() -> None:
    """Serve until interrupted."""
    sys.stderr.write(f"Regiobeeld: http://{settings.host}:{settings.port}\n")
    server.run(host=settings.host, port=settings.port, threaded=True, request_handler=Quiet)


if __name__ == "__main__":
    main()
