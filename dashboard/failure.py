"""What a visitor reads when there is no answer. An HTTP error goes in; a small page or a problem comes out.

Nothing here needs the database or Dash, and nothing of the request or of the error stands in the answer.
"""

from html import escape

from flask import Flask, Response, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException, ServiceUnavailable

from dashboard import files
from dashboard.api.problems import Problem, problem_response
from dashboard.text import words
from dashboard.view_state import language_of

TOLD = {
    404: ("missing.page_title", "failure.nowhere"),
    500: ("failure.title", "failure.text"),
    503: ("away.title", "away.text"),
}
"""Heading and text of each status."""
DATA = ("/v1/", "/oembed")


def register(server: Flask) -> None:
    """Put these answers on `server`, in the place of a bare English line."""
    for status in TOLD:
        server.register_error_handler(status, _answer)
    server.register_error_handler(SQLAlchemyError, _away)


def _away(_: SQLAlchemyError) -> Response:
    return _answer(ServiceUnavailable())


def _answer(error: HTTPException) -> Response:
    status = error.code or 500
    if request.path.startswith(DATA):
        return problem_response(Problem(status, "De fout ligt bij ons. Probeer het later nog eens."))
    text = words(language_of(request.query_string.decode("utf-8", "replace")))
    title, body = map(text, TOLD[status])
    home = "/?taal=en" if text.language == "en" else "/"
    page = f"""<!doctype html>
<html lang="{text.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)} · {escape(text("site.name"))}</title>
<link rel="icon" href="{files.address("icon.svg")}" type="image/svg+xml">
<link rel="stylesheet" href="{files.address("site.css")}">
</head>
<body>
<main class="main plain-page notice-page">
<h1>{escape(title)}</h1>
<p>{escape(body)}</p>
<p><a class="button" href="{home}">{escape(text("missing.to_map"))}</a></p>
</main>
</body>
</html>"""
    answer = Response(page, status=status, mimetype="text/html")
    answer.headers["Cache-Control"] = "no-store"
    return answer
