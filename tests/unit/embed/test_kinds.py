"""Comparison, table and pictures: what they show, and what they refuse."""

import re
import struct
import xml.etree.ElementTree as ET

import pytest
from flask.testing import FlaskClient

from dashboard.embed import KINDS, pictures
from dashboard.figures import svg, svg_compare

SPACE = "{http://www.w3.org/2000/svg}"
AREAS = "gebieden=GM9003,GM9002,BU90010000"


def size(png: bytes) -> tuple[int, int]:
    """Width and height in the header of a PNG."""
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def drawing(text: str) -> ET.Element:
    return ET.fromstring(text[text.index("<figure><svg") + 8 : text.index("</svg>") + 6])


def test_a_comparison_puts_dots_whiskers_and_the_land_on_one_scale(client: FlaskClient) -> None:
    text = client.get(f"/embed/vergelijking?indicator=drugsverdachten&jaar=2022&{AREAS}").text
    root = drawing(text)
    dots = [element for element in root if element.get("class") == "punt"]
    whiskers = [element for element in root if element.get("class") == "marge"]
    assert len(dots) == 3 and len(whiskers) == 3
    for dot, whisker in zip(dots, whiskers, strict=True):
        low, high = re.match(r"M([\d.]+) \d+H([\d.]+)", whisker.get("d", "")).groups()  # type: ignore[union-attr]
        assert float(low) < float(dot.get("cx", "0")) < float(high)
    told = [element.text for element in root if element.tag == f"{SPACE}text"]
    assert {"Gemeente 9003", "Gemeente 9002", "Kleinland", "te onzeker om te tonen", "0"} & set(told) >= {
        "Kleinland",
        "te onzeker om te tonen",
        "0",
    }
    rows = re.findall(r'<th scope="row"[^>]*>([^<]+)</th><td[^>]*>([^<]+)', text)
    assert len(rows) == 4 and rows[-1][0] == "Kleinland"
    assert "gebieden=GM9003,GM9002,BU90010000" in text


def test_a_comparison_holds_at_most_twelve_areas(client: FlaskClient) -> None:
    codes = ["GM9001", "GM9002", "GM9003", "RE91", "RE92", "PV91", "PV92"]
    codes += ["WK900100", "WK900101", "WK900200", "WK900201", "WK900300", "WK900301"]
    few = client.get(f"/embed/vergelijking?indicator=misdrijven&gebieden={','.join(codes[:12])}")
    many = client.get(f"/embed/vergelijking?indicator=misdrijven&gebieden={','.join(codes)}")
    assert (few.status_code, many.status_code) == (200, 400)
    assert "twaalf" in many.text


def test_an_exact_count_has_a_dot_and_no_whisker() -> None:
    row = svg_compare.Row("Borne", "29", 29, 29, 29)
    drawn = svg_compare.draw([row], "t", "d", "nl")
    assert drawn.count("<circle") == 1 and 'class="marge"' not in drawn


def test_a_table_lists_a_level_by_name_or_the_areas_asked_for(client: FlaskClient) -> None:
    names = re.compile(r'<th scope="row"[^>]*>([^<]+)</th>')
    whole = names.findall(client.get("/embed/tabel?indicator=misdrijven&niveau=wijk&binnen=GM9001").text)
    assert len(whole) == 2 and whole == sorted(whole)
    some = names.findall(client.get(f"/embed/tabel?indicator=misdrijven&{AREAS}").text)
    assert len(some) == 3
    refused = client.get("/embed/tabel?indicator=misdrijven&niveau=buurt")
    assert refused.status_code == 400 and "binnen=" in refused.text


def test_unknown_areas_are_not_found(client: FlaskClient) -> None:
    for kind in ("vergelijking", "tabel"):
        assert client.get(f"/embed/{kind}?indicator=misdrijven&gebieden=GM9001,GM0000").status_code == 404


@pytest.mark.parametrize("kind", KINDS)
def test_every_embed_comes_as_a_png_of_the_width_asked_for(client: FlaskClient, kind: str) -> None:
    address = f"/embed/{kind}.png?indicator=drugsverdachten"
    first, again = client.get(address), client.get(address)
    assert (first.status_code, first.mimetype) == (200, "image/png")
    assert first.data == again.data and size(first.data)[0] == pictures.WIDTH
    assert size(client.get(f"{address}&breedte=640").data)[0] == 640
    assert size(client.get(f"{address}&vorm=liggend").data) == (1200, 630)


def test_a_picture_has_letters_on_a_machine_without_fonts() -> None:
    """The fonts beside the code and no others: with a word on it the picture differs from one without."""
    empty = svg.picture(width=60, height=20, title="", description="")
    word = svg.picture(
        svg.tag("text", "Súdwest-Fryslân", y=15), width=60, height=20, title="", description=""
    )
    assert pictures.png(word) != pictures.png(empty)
    assert len(pictures.FONTS) == 2


def test_a_picture_knows_no_parameters_of_another_form(client: FlaskClient) -> None:
    assert client.get("/embed/trend?indicator=misdrijven&breedte=640").status_code == 400
    assert client.get("/embed/trend.svg?indicator=misdrijven&breedte=640").status_code == 400
    assert client.get("/embed/trend.png?indicator=misdrijven&breedte=99999").status_code == 400
