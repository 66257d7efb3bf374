"""The council brief, `/gebied/{code}/brief.pdf`. A server and a store go in; two pages of PDF/UA-1 come out.

A release never changes, so a brief that was made is kept; what is withdrawn of it makes another brief.
"""

from dataclasses import replace
from functools import lru_cache

from flask import Flask, Response, abort, redirect, request
from sqlalchemy.exc import SQLAlchemyError

from dashboard.brief.facts import facts
from dashboard.brief.typeset import typeset
from dashboard.components.withdrawn import notices
from dashboard.language import Language
from dashboard.moved import moved
from dashboard.pages.area_place import find
from dashboard.text import words
from dashboard.view_state import language_of
from etl.release.read import Retraction, Store

KEPT = 32
"""Briefs in memory, some 100 kB each."""


def register(server: Flask, store: Store) -> None:
    """Put /gebied/{code}/brief.pdf on `server`; `?taal=en` gives the English one."""

    @lru_cache(maxsize=KEPT)
    def made(release_id: str, code: str, language: Language, withdrawn: tuple[Retraction, ...]) -> bytes:
        release = store.release(release_id)
        place = replace(find(store, release, code, words(language)), withdrawn=withdrawn)
        return typeset(facts(place), release.info.published)

    def view(code: str) -> Response:
        try:
            if there := moved(store, request.path, list(request.args.items(multi=True)), ()):
                return redirect(there, 301)
            release = store.release()
            language = language_of(request.query_string.decode("utf-8", "replace"))
            body = made(release.info.id, code.upper(), language, notices(store, release))
        except SQLAlchemyError:
            abort(503)
        except LookupError:
            abort(404)
        name = f"regiobeeld-{code.upper()}-{release.info.id}{'-en' if language == 'en' else ''}.pdf"
        answer = Response(body, mimetype="application/pdf")
        answer.headers["Content-Disposition"] = f'inline; filename="{name}"'
        answer.add_etag()
        return answer.make_conditional(request)

    server.add_url_rule("/gebied/<code>/brief.pdf", "brief.pdf", view)
