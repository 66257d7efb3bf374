"""What holds for every page to read: a tree of headings, links that lead somewhere, two languages alike."""

from collections.abc import Callable
from itertools import pairwise
from typing import get_args
from urllib.parse import urldefrag, urlsplit

import pytest
from flask.testing import FlaskClient

from dashboard.ids import Ids
from dashboard.language import date_text
from dashboard.pages import PAGES, text_page
from dashboard.text import words
from etl.catalogue.model import Source
from etl.release.read import Release, Store
from tests.unit.pages.conftest import Parsed

Read = Callable[[str], Parsed]
TEXT_PAGES = [page for page in PAGES if page.draw.__module__ == text_page.__name__]
ADDRESSES = [page.path + query for page in TEXT_PAGES for query in ("", "?taal=en")]
EVERY = pytest.mark.parametrize("address", ADDRESSES)
KEPT = {Ids.CONTENT, "voorblad", "react-entry-point"}
"""Ids that belong to the frame of every page."""


def test_every_kind_of_source_has_its_words() -> None:
    for kind in get_args(Source.model_fields["kind"].annotation):
        assert words("nl")(f"accountability.kind_{kind}") != words("en")(f"accountability.kind_{kind}")


@EVERY
def test_headings_form_a_tree(read: Read, address: str) -> None:
    levels = [level for level, _ in read(address).headings]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(below <= above + 1 for above, below in pairwise(levels))


@EVERY
def test_ids_are_unique_and_no_script_looks_for_them(read: Read, address: str) -> None:
    ids = [name for name in read(address).ids if not name.startswith("_dash")]
    assert len(ids) == len(set(ids))
    assert set(ids) & set(Ids) <= KEPT


@EVERY
def test_every_link_leads_somewhere(read: Read, client: FlaskClient, address: str) -> None:
    """Pages, their anchors and every file of the API; the outside world is not asked."""
    for link in sorted(set(read(address).links)):
        target, anchor = urldefrag(link)
        if urlsplit(target).scheme in ("https", "mailto"):
            continue
        answer = client.get(target or address)
        assert answer.status_code == 200, link
        if anchor:
            assert anchor in read(target or address).ids, link


@EVERY
def test_english_stays_english_and_dutch_stays_dutch(read: Read, address: str) -> None:
    """Links to our own pages keep the language; one link changes it."""
    english = address.endswith("taal=en")
    paths = {page.path for page in PAGES}
    own = [link for link in read(address).links if urlsplit(link).path in paths]
    changed = [link for link in own if ("taal=en" in link) is not english]
    assert changed == [address.removesuffix("?taal=en") if english else f"{address}?taal=en"]


def test_both_languages_have_the_same_parts(read: Read) -> None:
    for page in TEXT_PAGES:
        dutch, english = read(page.path), read(f"{page.path}?taal=en")
        assert [level for level, _ in dutch.headings] == [level for level, _ in english.headings]
        # Explained words stand in the order of their language.
        told, said = ([id for id in one.ids if not id.startswith("woord-")] for one in (dutch, english))
        assert told == said and sorted(dutch.ids) == sorted(english.ids)


@EVERY
def test_the_text_alone_is_the_text_of_the_page(client: FlaskClient, address: str) -> None:
    """What the browser fetches after a click is what stood in the document of a visit."""
    name = next(page.name for page in TEXT_PAGES if address.startswith(page.path))
    alone = client.get(f"/tekst/{name}{'?taal=en' if 'taal=en' in address else ''}")
    assert alone.text.startswith("<article>")
    assert alone.text in client.get(address).text


def test_there_is_no_text_of_the_map_nor_of_nothing(client: FlaskClient) -> None:
    assert client.get("/tekst/map").status_code == 404
    assert client.get("/tekst/nonsense").status_code == 404


def test_a_hostile_query_changes_nothing(client: FlaskClient) -> None:
    answer = client.get('/methode?taal="><script>x</script>')
    assert answer.status_code == 200 and "<script>x" not in answer.text


def test_the_foot_of_every_page_names_the_accessibility_statement(read: Read) -> None:
    for page in PAGES:
        assert "/toegankelijkheid" in read(page.path).links


def test_the_site_without_a_release_has_no_text(
    store: Store, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(release_id: str | None = None) -> None:
        raise KeyError("no release")

    monkeypatch.setattr(store, "release", none)
    assert client.get("/tekst/method").status_code == 503
    assert client.get("/methode").status_code == 503


@pytest.mark.parametrize("address", ["/", "/gebied/GM9001", "/vergelijk", "/cirkel", "/patronen"])
def test_the_last_line_names_the_release_once_and_its_day(read: Read, release: Release, address: str) -> None:
    line = read(address).text.rpartition("Bron: ")[2].partition("Toegankelijkheid")[0]
    assert line.count(release.info.id) == 1
    assert date_text(release.info.published.date(), "nl") in line
