"""Both languages say the same things, with the same fields, and the code asks only for texts that exist."""

import ast
import re
import string
from collections import Counter
from pathlib import Path
from shutil import which
from subprocess import run

import pytest
from babel.messages.catalog import Catalog, Message

import dashboard
from dashboard.citing import PREFIX
from dashboard.components.terms import terms
from dashboard.text import ROOT, Words, domains, template, translation, words
from dashboard.text.update import updated
from etl.release.values import CLASS_LETTERS

ROOM = Path(dashboard.__file__).parent
FIELD = r"([\w-]+)"
DOMAINS = pytest.mark.parametrize("domain", domains())


def texts(catalog: Catalog) -> list[Message]:
    """Every message but the header."""
    return [message for message in catalog if message.id]


def forms(text: str | tuple[str, ...]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@DOMAINS
def test_the_english_texts_are_those_of_the_dutch_as_they_stand(domain: str) -> None:
    """Same keys, same order, made from the present Dutch: an English text cannot fall behind unseen."""
    told = [(message.context, message.id) for message in texts(translation(domain, "en"))]
    assert told == [(message.context, message.id) for message in texts(template(domain))]


@DOMAINS
def test_every_text_has_its_english_and_none_is_marked_for_work(domain: str) -> None:
    found = texts(translation(domain, "en"))
    assert [one.context for one in found if one.fuzzy or not all(forms(one.string))] == []


@DOMAINS
def test_both_languages_have_the_same_fields(domain: str) -> None:
    for message in texts(translation(domain, "en")):
        dutch, english = forms(message.id), forms(message.string)
        assert [fields(text) for text in dutch] == [fields(text) for text in english], message.context


@DOMAINS
def test_a_count_chooses_the_plural(domain: str) -> None:
    """The plural names the count, and the singular nothing that the plural does not."""
    for message in texts(template(domain)):
        if message.pluralizable:
            one, many = map(fields, message.id)
            assert "n" in many, message.context
            assert one <= many | {"level"}, message.context


def test_no_key_stands_in_two_catalogues() -> None:
    keys = Counter(message.context for domain in domains() for message in texts(template(domain)))
    assert [key for key, times in keys.items() if times > 1 or key is None] == []


@pytest.mark.skipif(which("msgfmt") is None, reason="needs GNU gettext")
@DOMAINS
def test_gettext_itself_finds_no_fault(domain: str) -> None:
    path = ROOT.joinpath("en", "LC_MESSAGES", f"{domain}.po")
    found = run(["msgfmt", "--check", "--output-file=/dev/null", str(path)], check=False, capture_output=True)
    assert found.stderr == b""


def code() -> tuple[frozenset[str], tuple[re.Pattern[str], ...]]:
    """Every string that stands in the code, and every f-string as a pattern with a group for each field."""
    fixed: set[str] = set()
    built: set[str] = set()
    for file in (
        path for room in ("dashboard", "etl", "geodata") for path in (ROOM.parent / room).rglob("*.py")
    ):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                fixed.add(node.value)
            elif isinstance(node, ast.JoinedStr) and file.is_relative_to(ROOM):
                parts = (part.value if isinstance(part, ast.Constant) else None for part in node.values)
                built.add("".join(FIELD if part is None else re.escape(str(part)) for part in parts))
    said = (pattern for pattern in built if pattern.replace(FIELD, ""))
    return frozenset(fixed), tuple(map(re.compile, said))


def test_every_text_is_asked_for() -> None:
    """Its key stands in the code; or an f-string gives it, whose fields stand in the code by themselves."""
    fixed, built = code()

    def stands(name: str, *, depth: int = 2) -> bool:
        matches = (pattern.fullmatch(name) for pattern in built) if depth else ()
        return (
            name in fixed
            or name in CLASS_LETTERS
            or any(
                all(stands(field, depth=depth - 1) for field in match.groups()) for match in matches if match
            )
        )

    asked = {f"term.{term.id}{more}" for term in terms("nl") for more in ("", ".told")}
    asked |= {key for key in words("nl").keys if key.startswith(PREFIX)}
    assert [key for key in sorted(words("nl").keys - asked) if not stands(key)] == []


def test_every_text_asked_for_exists() -> None:
    call = re.compile(r"""\b(?:words|text|prose)\(\s*f?["']([a-z_-]+\.[a-z_{}.-]+)["']""")
    found = {key for file in ROOM.rglob("*.py") for key in call.findall(file.read_text(encoding="utf-8"))}
    fixed = {key for key in found if "{" not in key}
    assert len(fixed) > 40
    assert fixed <= words("nl").keys


def test_an_unknown_key_is_an_error() -> None:
    with pytest.raises(KeyError):
        words("nl")("panel.nonsense")


@pytest.mark.parametrize(
    ("text", "n", "told"),
    [
        (words("nl"), 1, "1 gemeente"),
        (words("nl"), 0, "0 gemeenten"),
        (words("nl"), 1204, "1.204 gemeenten"),
        (words("en"), 1, "1 municipality"),
        (words("en"), 1204, "1,204 municipalities"),
    ],
)
def test_a_count_is_written_in_its_language(text: Words, n: int, told: str) -> None:
    assert text("areas.gemeente", n=n) == told


def test_a_plural_without_a_count_is_an_error() -> None:
    with pytest.raises(TypeError, match="whole number"):
        words("nl")("areas.gemeente", n="vijf")


def test_a_changed_dutch_text_marks_its_english() -> None:
    source, old = Catalog(), Catalog(locale="en")
    source.add("Twee huizen", context="a.changed")
    source.add("Nieuw", context="a.new")
    source.add("Gelijk", context="a.same")
    old.add("Gelijk", "The same", context="a.same")
    old.add("Een huis", "One house", context="a.changed")
    old.add("Weg", "Gone", context="a.gone")
    fresh = {message.context: message for message in texts(updated(source, old))}
    assert list(fresh) == ["a.changed", "a.new", "a.same"]
    changed = fresh["a.changed"]
    assert (changed.string, changed.fuzzy, list(changed.previous_id)) == ("One house", True, ["Een huis"])
    assert not fresh["a.new"].string
    assert (fresh["a.same"].string, fresh["a.same"].fuzzy) == ("The same", False)
