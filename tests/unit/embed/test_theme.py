"""Colours from an address: they change what is drawn, stay readable, and carry nothing else along."""

import re
import xml.etree.ElementTree as ET

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from dashboard.embed import KINDS
from dashboard.embed.theme import DARK, GROUND, LEAST_CONTRAST, Theme, contrast, painted, sheet, table, theme
from dashboard.figures import svg
from tests.unit.embed.test_embed import Tags

HOSTILE = (
    "red",
    "fff",
    "1d4e7",
    "1d4e79;}",
    "1d4e79\n",
    "１d4e79",
    "%0a1d4e",
    "url(//)",
    "</styl",
    '"onx="',
    "#1d4e7",
    "ffffff",
    "e6edf1",
)
COLOURS = st.from_regex("[0-9a-f]{6}", fullmatch=True)


def style_of(client: FlaskClient, address: str) -> str:
    link = next(a["href"] for tag, a in Tags(client.get(address).text).found if a.get("rel") == "stylesheet")
    return client.get(str(link)).text


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)
    assert contrast("#ffffff", "#767676") == contrast("#767676", "#ffffff")


@given(COLOURS)
def test_a_colour_is_refused_or_readable_on_both_grounds(colour: str) -> None:
    if contrast(f"#{colour}", "#ffffff") < LEAST_CONTRAST:
        with pytest.raises(ValueError, match="contrast"):
            theme("licht", colour)
        return
    chosen = theme("auto", colour)
    for name in ("licht", "donker"):
        strong = table(chosen, name)[svg.CLASS_FILLS[4]]
        assert contrast(strong, GROUND[name]) >= LEAST_CONTRAST


@given(COLOURS.filter(lambda colour: contrast(f"#{colour}", "#ffffff") >= LEAST_CONTRAST))
def test_classes_go_one_way_from_ground_to_colour(colour: str) -> None:
    for name in ("licht", "donker"):
        found = table(Theme("auto", colour), name)
        steps = [contrast(found[fill], GROUND[name]) for fill in svg.CLASS_FILLS]
        assert steps == sorted(steps) and len(set(steps)) == 5


def test_ink_is_readable_in_the_dark() -> None:
    for drawn in (svg.INK, svg.SOFT_INK):
        for ground in (svg.SURFACE, svg.UNSURE):
            assert contrast(DARK[drawn], DARK[ground]) >= LEAST_CONTRAST


@pytest.mark.parametrize("kind", KINDS)
def test_theme_and_colour_reach_frame_and_picture(client: FlaskClient, kind: str) -> None:
    address = f"/embed/{kind}?indicator=drugsverdachten&thema=donker&kleur=8A1F5C"
    style = style_of(client, address)
    own = table(Theme("donker", "8a1f5c"), "donker")
    assert f"--ink: {DARK[svg.INK]}" in style and own[svg.LINE] in style
    picture = client.get(address.replace("?", ".svg?", 1)).text
    ET.fromstring(picture)
    assert f'fill="{DARK[svg.SURFACE]}"' in picture and svg.INK not in picture and svg.LINE not in picture


def test_who_asks_nothing_gets_the_colours_of_paper(client: FlaskClient) -> None:
    plain = client.get("/embed/trend.svg?indicator=misdrijven").text
    assert svg.LINE in plain and svg.INK in plain
    assert b"prefers-color-scheme" not in sheet(Theme()) and b"prefers-color-scheme" in sheet(Theme("auto"))


@pytest.mark.parametrize("colour", HOSTILE)
@pytest.mark.parametrize("kind", ["kaart", "cijfer.svg", "trend.png"])
def test_what_is_no_readable_colour_is_refused_and_not_repeated(
    client: FlaskClient, kind: str, colour: str
) -> None:
    answer = client.get(f"/embed/{kind}", query_string={"indicator": "misdrijven", "kleur": colour})
    media = {"svg": "image/svg+xml", "png": "image/png"}.get(kind.partition(".")[2], "text/html")
    assert (answer.status_code, answer.mimetype) == (400, media)
    if media == "image/png":
        return
    for _, attributes in Tags(answer.text).found:
        assert not any(name.startswith("on") or name == "style" for name in attributes)
    if not re.fullmatch("[a-z0-9]+", colour):
        assert colour not in answer.text


@pytest.mark.parametrize("text", ["<script>", "';}*{color:red}", "x" * 5000, "donker\u2028", "../../etc"])
@pytest.mark.parametrize("name", ["thema", "taal", "indicator", "gebied", "release", "niveau", "jaar", "zz"])
def test_no_parameter_is_reflected(client: FlaskClient, name: str, text: str) -> None:
    answer = client.get("/embed/kaart", query_string={"indicator": "misdrijven"} | {name: text})
    assert 400 <= answer.status_code < 500 and text not in answer.text


@given(st.text(max_size=40), st.text(max_size=40))
def test_the_style_sheet_holds_only_our_own_rules(name: str, colour: str) -> None:
    try:
        chosen = theme(name, colour)
    except ValueError:
        return
    assert re.fullmatch(r"([0-9a-f]{6})?", chosen.colour) and chosen.name in ("licht", "donker", "auto")


def test_a_style_sheet_with_a_hostile_address_is_the_plain_one(client: FlaskClient) -> None:
    plain = client.get("/embed/stijl.css").data
    for colour in HOSTILE:
        assert client.get("/embed/stijl.css", query_string={"kleur": colour}).data == plain


def test_only_colours_are_painted_over_never_words() -> None:
    drawn = svg.tag("text", svg.words(f'fill="{svg.INK}"'), fill=svg.INK)
    assert painted(drawn, Theme("donker")).count(DARK[svg.INK]) == 1
