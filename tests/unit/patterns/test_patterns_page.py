"""`/patronen`: groups as the findings give them, the figures of the ADR, and what is missing said."""

import datetime as dt
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from flask.testing import FlaskClient

from dashboard import create_app
from dashboard.pages.area_place import find
from dashboard.pages.patterns_alarm import counts
from dashboard.pages.patterns_found import found
from dashboard.pages.patterns_groups import sentence
from dashboard.pages.patterns_state import parse
from dashboard.settings import Settings
from dashboard.text import words
from etl.catalogue.model import Text
from etl.findings import clusters
from etl.release import schema
from etl.release.engine import open_engine
from etl.release.read import Retraction, Store
from etl.release.write import write_release
from tests.samples.reading import without_terms
from tests.samples.tiny_release import publication
from tests.samples.tiny_site import outlines, tiny_store

ADR = Path(__file__).parents[3] / "docs" / "adr" / "0013-what-stands-out.md"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """The tiny country in which GM9003 has thirty times the crimes in 2023."""
    one = publication("tiny-1")
    entries = []
    for entry in one.indicators:
        if entry.indicator.id == "misdrijven":
            estimate = entry.estimates.estimate.copy()
            own = one.map.regions.within("GM9003", "buurt").tolist()
            own += [p for code in ("GM9003",) for p in one.map.regions.within(code, "wijk").tolist()]
            estimate[-1, own] *= 30
            entry = replace(entry, estimates=replace(entry.estimates, estimate=estimate))
        entries.append(entry)
    drawn, pairs = outlines()
    map_ = replace(one.map, outlines=drawn, neighbours=pairs)
    engine = open_engine(f"sqlite:///{tmp_path_factory.mktemp('patterns') / 'tiny.db'}")
    schema.metadata.create_all(engine)
    write_release(engine, replace(one, map=map_, indicators=entries))
    return Store(engine)


@pytest.fixture(scope="module")
def client(store: Store) -> FlaskClient:
    return create_app(Settings(), store).server.test_client()


def test_groups_are_those_of_the_findings_in_the_order_of_codes(client: FlaskClient, store: Store) -> None:
    release = store.release()
    state = parse("indicator=misdrijven&niveau=buurt&jaar=2023", release)
    shown = found(release, state)
    assert shown is not None
    expected = {one.codes for one in clusters(release, "misdrijven", 2023, "buurt")}
    codes = [tuple(release.regions.codes[at] for at in group.positions) for group in shown.groups]
    assert set(codes) == expected and codes == sorted(codes)
    page = without_terms(client.get("/patronen?indicator=misdrijven&niveau=buurt&jaar=2023").text)
    place = find(store, release, "KL00", words("nl"))
    assert expected, "the planted group"
    for group in shown.groups:
        assert sentence(place, state, group) in page
        for position in group.positions:
            assert f'href="/gebied/{release.regions.codes[position]}"' in page
    assert "Het is geen ranglijst." in page


def test_a_part_of_the_land_shows_its_own_groups_only(store: Store) -> None:
    release = store.release()
    for code in ("GM9001", "GM9003", "RE92", "PV92"):
        state = parse(f"indicator=misdrijven&niveau=buurt&gebied={code}", release)
        shown = found(release, state)
        assert shown is not None and state.area is not None
        assert set(shown.inside.tolist()) == set(release.regions.within(code, "buurt").tolist())
        here = set(shown.inside.tolist())
        assert all(here.intersection(group.positions) for group in shown.groups)


def test_a_buurt_means_its_gemeente(store: Store) -> None:
    state = parse("gebied=BU90010000", store.release())
    assert state.area is not None and state.area.code == "GM9001"


def test_the_alarm_counts_are_those_of_the_tests(client: FlaskClient, store: Store) -> None:
    release = store.release()
    shown = found(release, parse("indicator=misdrijven&niveau=buurt", release))
    assert shown is not None
    tested, below, marked = counts(shown)
    assert tested == np.isfinite(shown.map.p).sum() and marked == sum(len(g.positions) for g in shown.groups)
    page = client.get("/patronen?indicator=misdrijven&niveau=buurt").text
    numbers = [
        int(one) for one in re.findall(r'<th scope="row">[^<]*</th><td class="number">(\d+)</td>', page)
    ]
    assert numbers[-5:] == [tested, round(0.05 * tested), below, marked, round(0.05 * marked)]


def test_a_withdrawn_figure_stands_out_nowhere(store: Store) -> None:
    place = find(store, store.release(), "WK900300", words("nl"))
    assert [finding.indicator for finding in place.findings] == ["misdrijven"]
    text = Text(nl="Fout.", en="Wrong.")
    notice = Retraction("tiny-1", "misdrijven", text, text, dt.date(2026, 11, 22))
    assert replace(place, withdrawn=(notice,)).findings == ()


def test_measured_figures_are_those_of_the_decision() -> None:
    adr = " ".join(ADR.read_text(encoding="utf-8").split())
    for told in (
        "4.7-5.1 %",
        "4-6 % of marks false",
        "92 % of a block of 25",
        "gives a false sentence in 18 %",
    ):
        assert told in adr.replace("Leaving the noise out of the variance ", "")
    shares = re.findall(r"^\| (?:none|\d+ %) \| ([\d.]+) % \|", ADR.read_text(encoding="utf-8"), re.M)
    highest = max(float(share) for share in shares)
    assert f"{highest:.1f} per cent" in words("en")("patterns.measured_noise")
    assert f"{highest:.1f}".replace(".", ",") in words("nl")("patterns.measured_noise")
    for key, figures in {
        "tests": ("4.7", "5.1"), "marks": ("4", "6"), "block": ("25", "92"), "noise": ("18",),
    }.items():  # fmt: skip
        for figure in figures:
            assert figure in words("en")(f"patterns.measured_{key}")
            assert figure.replace(".", ",") in words("nl")(f"patterns.measured_{key}")


def test_without_neighbours_the_page_says_so(tmp_path: Path) -> None:
    one = publication("tiny-1")
    engine = open_engine(f"sqlite:///{tmp_path / 'old.db'}")
    schema.metadata.create_all(engine)
    write_release(engine, replace(one, map=replace(one.map, outlines=outlines()[0])))
    page = create_app(Settings(), Store(engine)).server.test_client().get("/patronen")
    assert page.status_code == 200
    assert "weet niet welke gebieden naast elkaar liggen" in page.text


@pytest.mark.parametrize("query", ["gebied=GM0000", "indicator=bestaatniet"])
def test_what_does_not_exist_is_not_found(client: FlaskClient, query: str) -> None:
    assert client.get(f"/patronen?{query}").status_code == 404
    assert client.get(f"/patronen/inhoud?{query}").status_code == 404


def test_choices_that_do_not_exist_fall_back(tmp_path: Path) -> None:
    release = tiny_store(tmp_path).release()
    state = parse("jaar=1900&niveau=straat", release)
    assert (state.year, state.level) == (2023, "wijk")
