"""Small parts: markup, order of names, scales, settings, the chart as data."""

import math

import numpy as np
import plotly.graph_objects as go
import pytest
from dash import dcc
from hypothesis import given
from hypothesis import strategies as st

from dashboard.components import html
from dashboard.components.compared import Dot, _ticks
from dashboard.components.markup import fragment, markup
from dashboard.figures.trend import GRAPH_CONFIG, trend
from dashboard.settings import Settings, SettingsError
from etl.release.read import Release


def test_markup_escapes_and_writes_html_names() -> None:
    tree = html.Div(
        [html.Label("<b>", htmlFor="x"), html.Img(src='a"b', alt=""), None, 3],
        className="c",
        hidden=True,
        style={"--at": "3%", "marginLeft": 2},
        **{"data-map": '{"a":1}'},
    )
    assert markup(tree) == (
        '<div class="c" hidden style="--at:3%;margin-left:2" data-map="{&quot;a&quot;:1}">'
        '<label for="x">&lt;b&gt;</label><img src="a&quot;b" alt="">3</div>'
    )


def test_a_chart_is_left_out_and_a_fragment_filled_in() -> None:
    tree = html.Div([dcc.Graph(figure={}), fragment("/tabel?a=1", id="tabel")])
    assert markup(tree) == '<div><div id="tabel" data-fragment="/tabel?a=1"></div></div>'
    whole = markup(tree, {"/tabel?a=1": lambda: html.P("er")})
    assert whole == '<div><div id="tabel" data-fragment="/tabel?a=1"><p>er</p></div></div>'


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=5))
def test_every_dot_fits_on_a_scale_of_few_round_steps(values: list[float]) -> None:
    ticks = _ticks([Dot("a", "", value, value * 0.9, value * 1.1) for value in values])
    assert ticks[0] == 0 and ticks[-1] >= max(values) * (1 - 1e-9)
    assert 2 <= len(ticks) <= 7
    assert len(set(np.diff(ticks).round(9))) <= 2


def test_a_scale_without_figures_still_stands() -> None:
    assert _ticks([Dot("a", "–", math.nan, math.nan, math.nan)])[0] == 0


def test_settings_come_from_the_environment_once() -> None:
    env = {
        "PORT": "9000",
        "HOST": "0.0.0.0",
        "REGIOBEELD_DATABASE": "postgresql://h/d",
        "REGIOBEELD_ORIGIN": "https://x.nl/",
    }
    settings = Settings.from_env(env)
    assert (settings.port, settings.host, settings.origin) == (9000, "0.0.0.0", "https://x.nl")
    assert settings.database_file is None
    assert Settings.from_env({}) == Settings()


@pytest.mark.parametrize("port", ["acht", "-1", "70000"])
def test_a_wrong_port_is_named(port: str) -> None:
    with pytest.raises(SettingsError, match=f"PORT: found '{port}'"):
        Settings.from_env({"PORT": port})


def test_the_trend_draws_what_may_be_shown_and_nothing_else(release: Release) -> None:
    years, values = release.over_time("drugsverdachten", "GM9001")
    figure = trend(years, values, release.indicators["drugsverdachten"], "nl")
    go.Figure(figure)
    line = figure["data"][-1]
    assert line["y"] == pytest.approx(values.figure.tolist())
    assert line["customdata"] == ["200", "220", "240"]
    lower, upper = figure["data"][0]["y"], figure["data"][1]["y"]
    assert all(low < y < high for low, y, high in zip(lower, line["y"], upper, strict=True))
    assert figure["layout"]["yaxis"]["range"][1] > max(upper)


def test_too_uncertain_years_leave_a_gap(release: Release) -> None:
    years, values = release.over_time("drugsverdachten", "BU90010000")
    figure = trend(years, values, release.indicators["drugsverdachten"], "nl")
    assert figure["data"][-1]["y"] == [None, None, None]
    assert len(figure["data"]) == 1


def test_an_exact_count_has_no_band_and_the_land_is_dashed(release: Release) -> None:
    years, values = release.over_time("misdrijven", "GM9001")
    land = release.over_time("misdrijven", "KL00")[1]
    figure = trend(
        years, values, release.indicators["misdrijven"], "en", reference=land, reference_name="Kleinland"
    )
    assert [trace["line"].get("dash") for trace in figure["data"]] == ["dash", None]
    assert figure["layout"]["separators"] == ".,"


def test_charts_offer_no_upload() -> None:
    assert GRAPH_CONFIG["showSendToCloud"] is False and GRAPH_CONFIG["displaylogo"] is False
