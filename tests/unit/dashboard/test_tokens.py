"""An operator may change the look, but not make it unreadable; and no style sheet has a colour of its own."""

import json
import re
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from dashboard import create_app, tokens
from dashboard.embed.theme import contrast
from dashboard.settings import Settings, SettingsError
from dashboard.tokens import DRAWN, FONTS, NAMES, PAIRS, SCHEMES, defaults, sheet
from tests.samples.tiny_site import tiny_store

ROOT = Path(__file__).parents[3]
ASSETS = ROOT / "dashboard" / "assets"
COLOUR = re.compile(
    r"#[0-9a-fA-F]{3,8}\b|\b(?:rgb|hsl|hwb|lab|lch|oklab|oklch|color)a?\("
    r"|(?<![\w-])(?:white|black|red|green|blue|gray|grey|orange|yellow|purple|navy|silver)(?![\w-])"
)


def written(folder: Path, told: Any) -> Path:
    file = folder / "tokens.json"
    file.write_text(told if isinstance(told, str) else json.dumps(told), encoding="utf-8")
    return file


def faults(folder: Path, told: Any) -> str:
    with pytest.raises(SettingsError) as error:
        sheet(written(folder, told))
    return str(error.value)


def example() -> dict[str, Any]:
    """The file of docs/tokens.md."""
    text = (ROOT / "docs" / "tokens.md").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text.split("```json\n")[1].split("```")[0])
    return found


@pytest.mark.parametrize("file", sorted(ASSETS.glob("*.css")), ids=lambda file: file.name)
def test_no_style_sheet_but_the_tokens_names_a_colour(file: Path) -> None:
    plain = re.sub(r"/\*.*?\*/", "", file.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert file.name == "tokens.css" or COLOUR.findall(plain) == []


def test_every_custom_property_that_is_used_exists() -> None:
    sheets = "".join(file.read_text(encoding="utf-8") for file in ASSETS.glob("*.css"))
    declared = set(re.findall(r"(--[\w-]+)\s*:", sheets))
    code = "".join(file.read_text(encoding="utf-8") for file in (ROOT / "dashboard").rglob("*.py"))
    used = set(re.findall(r"var\((--[\w-]+)\)", sheets))
    assert {name for name in used - declared if name not in code} == set()


@pytest.mark.parametrize("scheme", SCHEMES)
def test_our_own_colours_can_be_read(scheme: tokens.Scheme) -> None:
    for over, under, least in PAIRS:
        assert contrast(defaults()[scheme][over], defaults()[scheme][under]) >= least, (over, under)


def test_the_example_of_the_documentation_works(tmp_path: Path) -> None:
    always, light, dark = sheet(written(tmp_path, example())).splitlines()
    assert always.startswith(':root { --font: "Noto Sans", system-ui') and "--radius: 2px;" in always
    assert light.startswith("@media not all and (prefers-color-scheme: dark)")
    assert "--link: #6b1f5c;" in light and "--paper: #fbf7f2;" in light
    assert "--link: #e3a9d6;" in dark and "paper" not in dark


def test_the_form_of_the_design_tokens_group_works_too(tmp_path: Path) -> None:
    told = {"link-color": {"$value": "#6B1F5C", "$type": "color"}, "$type": "color"}
    assert "--link: #6b1f5c;" in sheet(written(tmp_path, {"regiobeeld": told}))


def test_every_token_is_documented() -> None:
    text = (ROOT / "docs" / "tokens.md").read_text(encoding="utf-8")
    assert set(re.findall(r"`((?:[a-z]+-)+[a-z]+)`", text)) == set(NAMES)


def test_all_faults_are_told_at_once_and_nothing_unknown_gets_in(tmp_path: Path) -> None:
    told = faults(
        tmp_path,
        {
            "regiobeeld": {
                "link": {"color": {"value": "red; } body { display: none"}},
                "document": {"font-family": {"value": "Comic Sans MS"}, "color": {"value": 5}},
                "border-radius": {"value": "calc(1px)"},
                "class-0-color": {"value": "#ffffff"},
                "dark": {"sidebar": {"value": "#000000"}},
            }
        },
    )
    assert len(told.splitlines()) == 6
    named = ("link-color: found 'red;", "Comic Sans MS", "found 5", "calc", "class-0-color", "dark-sidebar")
    assert all(part in told for part in named)


@pytest.mark.parametrize("told", ["", "[]", "{", '{"utrecht": {}}', '{"regiobeeld": {}, "x": {}}'])
def test_a_file_of_another_form_is_refused(tmp_path: Path, told: str) -> None:
    assert "REGIOBEELD_TOKENS" in faults(tmp_path, told)


def test_a_file_that_is_not_there_is_refused_before_the_site_starts(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        create_app(Settings(tokens=str(tmp_path / "geen.json")), tiny_store(tmp_path))


@pytest.mark.parametrize(
    ("name", "colour", "scheme", "least"),
    [
        ("link-color", "#ffb612", "light", "4.5"),
        ("subtle-color", "#999999", "light", "4.5"),
        ("document-background-color", "#7a7a7a", "light", "4.5"),
        ("notice-background-color", "#17212b", "light", "4.5"),
        ("focus-color", "#f0f0f0", "light", "3.0"),
        ("dark-link-color", "#1d4e79", "dark", "4.5"),
        ("dark-surface-background-color", "#e9eef2", "dark", "4.5"),
    ],
)
def test_what_cannot_be_read_is_refused(
    tmp_path: Path, name: str, colour: str, scheme: str, least: str
) -> None:
    told = faults(tmp_path, {"regiobeeld": {name: {"value": colour}}})
    assert f"{scheme}: " in told and colour in told and f"expected {least} at least" in told


def test_a_ground_on_which_drawings_cannot_be_read_is_refused(tmp_path: Path) -> None:
    """The operator's own texts are dark enough here; those in our drawings are not."""
    own = {"document-color": "#000000", "subtle-color": "#000000", "link-color": "#000000"}
    told = {name: {"value": colour} for name, colour in own.items()}
    told["surface-background-color"] = {"value": "#b4b4b4"}
    assert DRAWN["soft"] in faults(tmp_path, {"regiobeeld": told})


def test_whatever_is_accepted_can_be_read(tmp_path: Path) -> None:
    """Every combination of a few colours is refused, or readable in both schemes."""
    taken = 0
    papers, links = ("#ffffff", "#f2e9d8", "#808080", "#101010"), ("#6b1f5c", "#e3a9d6", "#005a9c")
    for paper, link in product(papers, links):
        values = {"document-background-color": {"value": paper}, "link-color": {"value": link}}
        try:
            css = sheet(written(tmp_path, {"regiobeeld": values}))
        except SettingsError:
            continue
        taken += 1
        found = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", css))
        shown = {scheme: {**defaults()[scheme], **(found if scheme == "light" else {})} for scheme in SCHEMES}
        for scheme, (over, under, least) in product(SCHEMES, PAIRS):
            assert contrast(shown[scheme][over], shown[scheme][under]) >= least
    assert 0 < taken < 12


def test_pages_carry_the_look_and_only_when_there_is_one(tmp_path: Path) -> None:
    store = tiny_store(tmp_path)
    plain = create_app(Settings(), store).server.test_client()
    assert "huisstijl" not in plain.get("/methode").text and plain.get(tokens.PATH).status_code == 404
    own = create_app(Settings(tokens=str(written(tmp_path, example()))), store).server.test_client()
    (address,) = re.findall(r'<link rel="stylesheet" href="(/huisstijl[^"]*)">', own.get("/methode").text)
    answer = own.get(address)
    assert answer.mimetype == "text/css" and "--link: #6b1f5c" in answer.text
    assert "immutable" in answer.headers["Cache-Control"]


def test_fonts_are_names_that_need_no_more_than_quotes() -> None:
    assert all(re.fullmatch(r"[A-Za-z0-9 ]+", font) for font in FONTS)
