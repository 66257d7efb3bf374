"""Is the picture right? A page of ours and a release go in; every fault in its map comes out.

`WATCH` reads what WebGL has drawn at the very moment the map says it is coloured, before anything is mended.
Then, for the whole view: every area with a shape must be there and have the colour of its own figure, and
every pixel that lies well inside one area must have been in that colour in the frame that was read.
"""

from typing import Any

import numpy as np
from playwright.sync_api import Page

from dashboard.api.mapvalues import pack, unpack
from etl.release.read import Release

WATCH = """window.frames_read = {};
window.addEventListener("regiobeeld:coloured", ({ detail }) => {
  const canvas = window.regiobeeld.map.getCanvas(), { width, height } = canvas;
  const gl = canvas.getContext("webgl2") ?? canvas.getContext("webgl");
  const pixels = new Uint8Array(width * height * 4);
  gl.readPixels(0, 0, width, height, gl.RGBA, gl.UNSIGNED_BYTE, pixels);
  window.frames_read[detail] ??= { width, height, pixels };
});"""
ROOM = 2
"""Pixels round a pixel that must lie in the same area, with no border drawn in them."""
_TOKENS = {5: "unsure", 6: "surface", 7: "missing", 8: "not-applicable"} | {n: f"class-{n}" for n in range(5)}
_LOOK = """([address, level, tokens, step, room]) => {
  const { map } = window.regiobeeld, { width, height, pixels } = window.frames_read[address];
  const layers = [`fill-${level}`], density = width / map.getCanvas().clientWidth;
  const sheet = getComputedStyle(document.documentElement), byte = (part) => Math.round(part * 255);
  const hex = (text) => [1, 3, 5].map((at) => parseInt(text.slice(at, at + 2), 16));
  const colours = Object.fromEntries(
    Object.entries(tokens).map(([code, name]) => [code, hex(sheet.getPropertyValue(`--${name}`).trim())]));
  const areas = map.queryRenderedFeatures({ layers }).map(({ id, layer }) => {
    const { r, g, b } = layer.paint["fill-color"];
    return [id, byte(r), byte(g), byte(b)];
  });
  const ids = (where) => new Set(map.queryRenderedFeatures(where, { layers }).map(({ id }) => id));
  const lined = (where) => map.queryRenderedFeatures(where).some(({ layer }) => layer.type === "line");
  const points = [];
  for (let y = step; y < height / density - step; y += step) {
    for (let x = step; x < width / density - step; x += step) {
      const [west, north, east, south] = [x - room, y - room, x + 1 + room, y + 1 + room];
      const box = [[west, north], [east, south]], [id, ...others] = ids(box);
      const corners = [[west, north], [east, north], [west, south], [east, south], [x, y]];
      if (others.length || !corners.every((corner) => ids(corner).has(id)) || lined(box)) continue;
      const at = ((height - 1 - Math.floor(y * density)) * width + Math.floor(x * density)) * 4;
      points.push([id, ...pixels.slice(at, at + 3)]);
    }
  }
  return { colours, areas, points };
}"""


def faults(
    page: Page, release: Release, view: tuple[str, int, str], step: int = 3
) -> tuple[list[str], int, int]:
    """What is wrong on a map of the whole land without wide margins; numbers of areas and pixels looked at.

    view: indicator, year and level on screen; step: every how many pixels of the screen one is looked at.
    """
    name, year, level = view
    address = f"/v1/kaartwaarden/{release.info.id}/{name}/{year}/{level}"
    seen: dict[str, Any] = page.evaluate(_LOOK, [address, level, _TOKENS, step, ROOM])
    indicator = release.indicators[name]
    packed = pack(release.values(name, year, level), indicator)
    codes = unpack(packed.body, packed.count, packed.width)[0] & 15
    span = release.regions.slice(level)
    expected = {span.start + row: seen["colours"][str(code)] for row, code in enumerate(codes.tolist())}
    drawn = {int(area): colour for area, *colour in seen["areas"]}
    with_shape = set((np.flatnonzero(release.regions.has_shape[span]) + span.start).tolist())
    found = [f"area {area} is not on the map" for area in sorted(with_shape - drawn.keys())]
    found += _wrong("area", drawn.items(), expected)
    found += _wrong("pixel of area", ((area, colour) for area, *colour in seen["points"]), expected)
    return found, len(drawn), len(seen["points"])


def _wrong(what: str, seen: Any, expected: dict[int, list[int]]) -> list[str]:
    """Colours that differ more than rounding does."""
    return [
        f"{what} {area}: colour {colour}, expected {expected[area]}"
        for area, colour in seen
        if max(abs(a - b) for a, b in zip(colour, expected[area], strict=True)) > 2
    ]
