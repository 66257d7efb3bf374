"""Words of the trade are explained at their first use, and only where a link is not in the way."""

import re

import pytest
from markupsafe import Markup

from dashboard.components import html
from dashboard.components.markup import markup
from dashboard.components.terms import explained, term_list, terms
from dashboard.language import LOCALES
from dashboard.text import words

NL = words("nl")


def links(*parts: object) -> list[str]:
    """Words that are marked in these parts, as they stand there."""
    return re.findall(r'<a [^>]*class="term"[^>]*>(.*?)</a>', markup(explained(parts, NL)))


def test_the_first_use_is_marked_and_no_other() -> None:
    first, second = html.P("De marge is breed. Een marge van 5."), html.P(["Marges ", html.Small("en ruis.")])
    assert links(first, second) == ["marge", "ruis"]


def test_a_term_that_a_text_explains_itself_is_not_marked() -> None:
    told = html.P(["Dat heet de ", html.Strong("marge"), ". De marge is breed. De ruis niet."])
    assert links(told) == ["ruis"]


def test_the_text_itself_stays_as_it_was() -> None:
    told = "Microdata, de marge en vergelijkbare gemeenten; (te onzeker)."
    shown = markup(explained([html.P(told)], NL))
    assert re.sub("<[^>]*>", "", shown) == told
    assert links(html.P(told)) == ["Microdata", "marge", "vergelijkbare gemeenten", "te onzeker"]


@pytest.mark.parametrize("told", ["remarge", "marge-tabel", "margery", "geruis", "wijkagent"])
def test_a_part_of_a_word_is_no_term(told: str) -> None:
    assert links(html.P(told)) == []


@pytest.mark.parametrize(
    "kind", [html.H2, html.H4, html.Button, html.A, html.Summary, html.Label, html.Table, html.Em]
)
def test_nothing_is_marked_in_headings_buttons_links_and_tables(kind: type) -> None:
    assert links(kind("De marge")) == []
    assert links(html.Div([kind(html.Span("De marge")), html.P("De marge")])) == ["marge"]


def test_nothing_is_marked_where_it_cannot_be_seen_or_is_drawn() -> None:
    assert links(html.P("marge", className="small unseen"), Markup("<svg><title>marge</title></svg>")) == []


def test_a_tree_that_is_kept_is_not_changed() -> None:
    kept = html.Div([html.P("De marge"), html.P("De marge")])
    before = markup(kept)
    assert markup(explained([kept], NL)) == markup(explained([kept], NL)) != before
    assert markup(kept) == before


def test_a_part_without_terms_is_the_same_object() -> None:
    part = html.Div([html.P("Niets te zien"), None, 3])
    assert explained([part], NL)[0] is part


@pytest.mark.parametrize("language", LOCALES)
def test_every_term_is_in_the_list_its_link_leads_to(language: str) -> None:
    shown = markup(term_list(language))
    for term in terms(language):
        assert f'id="woord-{term.id}"' in shown
        linked = markup(explained([html.P(f"({term.forms[-1]})")], words(language)))
        taal = "" if language == "nl" else "?taal=en"
        assert f'href="/methode{taal}#woord-{term.id}"' in linked, term.id


def test_both_languages_have_the_same_terms_and_no_form_belongs_to_two() -> None:
    assert {term.id for term in terms("nl")} == {term.id for term in terms("en")}
    for language in LOCALES:
        forms = [form.casefold() for term in terms(language) for form in term.forms]
        assert len(forms) == len(set(forms)) > 20


def test_what_is_explained_is_one_or_two_sentences() -> None:
    for term in terms("nl"):
        assert 1 <= len(re.findall(r"[.!?](?= |$)", term.told)) <= 3, term.id
