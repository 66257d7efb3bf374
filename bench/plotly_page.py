"""The page we measure ourselves against: a plain Dash page with one Plotly `Choroplethmap`.

    python -m bench.plotly_page DATABASE BOUNDARIES PORT

In: the address of a release store, the GeoPackage its map was made from, a port. Out: a page whose map has
the same areas, as generalised as our tiles at the zoom of the whole land, and the same figures; its GeoJSON
comes by URL, compressed, and may be kept. A click on a year sends new figures and nothing else.
"""

import gzip
import json
import sys
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely
from dash import Dash, Input, Output, Patch, ctx, dcc, html
from flask import Response
from flask_compress import Compress

from etl.release.engine import open_engine
from etl.release.read import Release, Store

LAYER, INDICATOR, LEVEL = "buurten", "misdrijven", "buurt"
METRES = 373.0
"""Half a screen pixel at zoom 6: as `geodata.tiles` draws the tiles our page loads for the whole land."""
SHADES = ("#e6edf1", "#bcd0dd", "#86abc4", "#4c7fa6", "#1d4e79")


def shapes(release: Release, boundaries: Path) -> bytes:
    """GeoJSON of every buurt on land, feature id = place in the level, gzipped."""
    frame = gpd.read_file(boundaries, layer=LAYER, columns=["buurtcode"])
    span = release.regions.slice(LEVEL)
    row = {code: at for at, code in enumerate(release.regions.codes[span])}
    frame = frame[frame["buurtcode"].isin(row)].to_crs(28992)
    simple = shapely.coverage_simplify(np.asarray(frame.geometry, dtype=object), METRES)
    degrees = gpd.GeoSeries(simple, crs=28992).to_crs(4326)
    features = [
        {"type": "Feature", "id": row[code], "properties": {}, "geometry": shapely.geometry.mapping(shape)}
        for code, shape in zip(frame["buurtcode"], degrees, strict=True)
    ]
    collection = {"type": "FeatureCollection", "features": features}
    plain = json.loads(json.dumps(collection), parse_float=lambda text: round(float(text), 4))
    return gzip.compress(json.dumps(plain, separators=(",", ":")).encode(), 6)


def figures(release: Release, year: int) -> list[float | None]:
    """One figure an area, rounded as our map rounds them."""
    values = release.values(INDICATOR, year, LEVEL)
    return [
        round(float(rate), 1) if shown else None
        for rate, shown in zip(values.figure, values.shown, strict=True)
    ]


def page(release: Release, geojson: bytes) -> Dash:
    """The whole application."""
    app = Dash("plotly_page", update_title="", enable_mcp=False)
    years = release.years(INDICATOR)[::-1]
    top = release.indicators[INDICATOR].breaks[-1]
    steps = [(at + side) / 5 for at in range(5) for side in (0, 1)]
    scale = [[step, SHADES[number // 2]] for number, step in enumerate(steps)]
    west, south, east, north = release.regions.bounds[0].tolist()
    first = figures(release, years[0])
    trace = {
        "type": "choroplethmap",
        "geojson": "/gebieden.json",
        "locations": list(range(len(first))),
        "z": first,
        "zmin": 0,
        "zmax": top,
        "colorscale": scale,
        "marker": {"line": {"width": 0}},
    }
    bounds = {"west": west, "south": south, "east": east, "north": north}
    layout = {
        "map": {
            "style": "white-bg",
            "zoom": 6.2,
            "center": {"lon": (west + east) / 2, "lat": (south + north) / 2},
        },
        "margin": dict.fromkeys("lrtb", 0),
        "uirevision": str(bounds),
    }
    app.layout = html.Div(
        [
            html.Div([html.Button(str(year), id=f"j{year}") for year in years]),
            dcc.Graph(
                id="kaart",
                figure={"data": [trace], "layout": layout},
                config={"showSendToCloud": False, "displaylogo": False},
                style={"height": "700px", "width": "604px"},
            ),
        ]
    )

    @app.callback(
        Output("kaart", "figure"),
        [Input(f"j{year}", "n_clicks") for year in years],
        prevent_initial_call=True,
    )
    def recolour(*_: int | None) -> Patch:
        change = Patch()
        change["data"][0]["z"] = figures(release, int(str(ctx.triggered_id)[1:]))
        return change

    @app.server.route("/gebieden.json")
    def send_shapes() -> Response:
        headers = {"Content-Encoding": "gzip", "Cache-Control": "public, max-age=31536000, immutable"}
        return Response(geojson, mimetype="application/geo+json", headers=headers)

    Compress(app.server)
    return app


def main(database: str, boundaries: str, port: str) -> None:
    """Serve until stopped."""
    release = Store(open_engine(database)).release()
    app = page(release, shapes(release, Path(boundaries)))
    app.server.run(host="127.0.0.1", port=int(port), threaded=True)


if __name__ == "__main__":
    main(*sys.argv[1:4])
