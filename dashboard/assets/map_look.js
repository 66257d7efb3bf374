/* How the map looks. In: the tokens of app.css and a level. Out: window.regiobeeld.look: patterns, sources, layers.
 *
 * Every level is a source of its own, so that a view fetches the shapes it shows and nothing else.
 */
(() => {
  "use strict";
  const UNSURE = 5, WITHHELD = 6, MISSING = 7, NOT_APPLICABLE = 8, WIDE = 16;
  /** Borders and patterns need areas of about this many pixels wide. */
  const ROOM = 10;
  /** Order on screen, from below: of each level its fill, marks, own borders and those it lays over smaller areas; then the
   * area the map is about, and the choice. order: levels, smallest areas first. Only one fill is seen at a time, so levels may
   * lie over each other; and what is of one source lies together, for between sources all tiles are cut out again.
   */
  const slots = (order) => [
    ...order.flatMap((level) => ["mark", "edge", "over", "end"].map((part) => slot(level, part))), "slot-within", "slot-pick",
  ];
  const slot = (level, part) => `slot-${level}-${part}`;

  /** Colours as the style sheet has them now: of the theme, and of the municipality that set its own. */
  function palette() {
    const sheet = getComputedStyle(document.documentElement);
    const token = (name) => sheet.getPropertyValue(`--${name}`).trim();
    return {
      classes: [0, 1, 2, 3, 4].map((number) => token(`class-${number}`)),
      ground: {
        [UNSURE]: token("unsure"), [WITHHELD]: token("surface"),
        [MISSING]: token("missing"), [NOT_APPLICABLE]: token("not-applicable"),
      },
      paper: token("paper"), ink: token("ink"), soft: token("soft"), line: token("map-line"), waiting: token("map-waiting"),
      hatch: token("hatch"), hatchLight: token("hatch-light"), unsure: token("unsure-line"),
    };
  }

  const state = (name) => ["feature-state", name];
  const is = (name, value) => ["==", ["coalesce", state(name), -1], value];
  const when = (test, value) => ["case", test, value, 0];

  /** What the map shows of an area: the code of api/mapvalues.py without its flag for provisional. From the figures that the
   * layer was made with, which the worker reads as it makes the shapes; other figures come as feature state.
   */
  const shown = (code) => code & 31;
  function codeOf(made) {
    const first = made ? ["at", ["-", ["id"], made.first], ["literal", Array.from(made.codes, shown)]] : -1;
    return ["coalesce", state("k"), first];
  }

  /** "#rrggbb" laid over the ground for three fifths. */
  function paler(colour, ground) {
    const part = (hex, at) => parseInt(hex.slice(at, at + 2), 16);
    const mixed = [1, 3, 5].map((at) => Math.round(0.6 * part(colour, at) + 0.4 * part(ground, at)));
    return `rgb(${mixed.join(",")})`;
  }

  /** From afar small areas have no room for a hatch: a wide margin is then a paler colour. A colour that hangs on the zoom
   * is worked out twice, so that is said only when there are wide margins.
   */
  function fillColour({ classes, ground, waiting, paper }, near, made, wide) {
    const of = (shades) => ["match", codeOf(made),
      ...classes.flatMap((colour, code) => [code, colour, code + WIDE, shades[code]]),
      ...Object.entries(ground).flatMap(([code, colour]) => [Number(code), colour]), waiting];
    if (!wide) return of(classes);
    return ["step", ["zoom"], of(classes.map((colour) => paler(colour, paper))), near, of(classes)];
  }

  /** A seamless hatch, 16 px for a screen of twice the density. back: what lies under it, empty for nothing; other:
   * a thinner line between the lines, so that it shows on dark classes as well as on light ones.
   */
  function hatch(back, line, width, other) {
    const size = 16, canvas = document.createElement("canvas");
    canvas.width = canvas.height = size;
    const pen = canvas.getContext("2d", { willReadFrequently: true });
    if (back) {
      pen.fillStyle = back;
      pen.fillRect(0, 0, size, size);
    }
    const lines = (colour, thick, aside) => {
      pen.strokeStyle = colour;
      pen.lineWidth = thick;
      for (const shift of [-size, 0, size]) {
        pen.beginPath();
        pen.moveTo(shift + aside - 2, size + 2);
        pen.lineTo(shift + aside + size + 2, -2);
        pen.stroke();
      }
    };
    if (other) lines(other, 1.6, 3.4);
    lines(line, width, 0);
    return pen.getImageData(0, 0, size, size);
  }

  function patterns(colours) {
    return {
      wide: hatch("", colours.hatch, 2.4, colours.hatchLight),
      unsure: hatch(colours.ground[UNSURE], colours.unsure, 2.6),
    };
  }

  function source(spec, level) {
    return {
      type: "vector", tiles: [location.origin + spec.tiles.replace("{level}", level)],
      minzoom: spec.zoom[0], maxzoom: spec.zoom[1],
    };
  }

  /** The whole zoom from which the areas of a level are wide enough on average: from their number and the land's box. */
  function nearness({ land: [west, south, east, north], areas }, level) {
    const low = maplibregl.MercatorCoordinate.fromLngLat([west, south]), high = maplibregl.MercatorCoordinate.fromLngLat([east, north]);
    const side = Math.sqrt(((high.x - low.x) * (low.y - high.y) * 0.5) / areas[level].count);
    return Math.max(0, Math.round(Math.log2(ROOM / (512 * side))));
  }

  /** Fill and own borders of a level: [layer, the slot it goes under]. made: the figures to begin with, null for none.
   * Invisible through a constant opacity: that costs no drawing, and to show them takes no new look at the tiles.
   */
  function levelLayers(level, near, colours, made) {
    const fine = ["wijk", "buurt"].includes(level);
    const rest = { regio: 1, provincie: 1, veiligheidsregio: 1, gemeente: 0.55, wijk: 0.2, buurt: 0.1 }[level] ?? 0.5;
    const close = ["case", is("h", 1), 1.8, fine ? 0.7 : 1.2], far = ["case", is("h", 1), 1.6, rest];
    return [
      [{
        id: `fill-${level}`, type: "fill", paint: {
          "fill-color": fillColour(colours, near, made, marks(made).wide), "fill-antialias": false, "fill-opacity": 0,
        },
      }, slot(level, "mark")],
      [{
        id: `edge-${level}`, type: "line", minzoom: fine ? near : 0, layout: { "line-join": "bevel" }, paint: {
          "line-color": ["case", is("h", 1), colours.ink, colours.line],
          "line-width": ["interpolate", ["linear"], ["zoom"], 6, far, 10, close], "line-opacity": 0,
        },
      }, slot(level, "over")],
    ];
  }

  /** Which marks these figures need. */
  function marks(values) {
    const some = (test) => Boolean(values?.codes.some(test));
    return {
      wide: some((code) => code & WIDE), unsure: some((code) => (code & 15) === UNSURE),
      secret: some((code) => (code & 15) === WITHHELD),
    };
  }

  /** Layers that cost drawing time come only when a figure needs them. */
  function markLayers(level, near, colours, made, needed) {
    const code = codeOf(made);
    const pattern = (image, test) => [{
      id: `${image}-${level}`, type: "fill", minzoom: near,
      paint: { "fill-pattern": image, "fill-opacity": when(test, 1), "fill-antialias": false },
    }, slot(level, "edge")];
    const found = [];
    if (needed.wide) found.push(pattern("wide", [">=", code, WIDE]));
    if (needed.unsure) found.push(pattern("unsure", ["==", code, UNSURE]));
    if (needed.secret) {
      found.push([{
        id: `secret-${level}`, type: "line", minzoom: near, layout: { "line-cap": "round", "line-join": "round" },
        paint: {
          "line-color": colours.soft, "line-width": 1.3, "line-dasharray": [0.1, 2.2],
          "line-opacity": when(["==", code, WITHHELD], 1),
        },
      }, slot(level, "over")]);
    }
    return found;
  }

  /** join: of thin lines nobody sees it, and a round one is several times the corners to draw. */
  function lines(kind, level, under, paints, join = "round") {
    return Object.entries(paints).map(([name, paint]) => [
      { id: `${kind}-${name}-${level}`, type: "line", layout: { "line-join": join }, paint }, under,
    ]);
  }

  /** Seen from where their own areas are some 40 pixels wide: before that they would hide what lies between them. */
  function aboveLayers(level, near, colours) {
    const found = lines("above", level, slot(level, "end"), { line: {
      "line-color": colours.line, "line-opacity": 0,
      "line-width": ["interpolate", ["linear"], ["zoom"], 6, level === "regio" ? 1.3 : 0.7, 10, 2],
    } }, "bevel");
    return found.map(([layer, under]) => [{ ...layer, minzoom: near + 2 }, under]);
  }

  function withinLayers(level, colours) {
    return lines("within", level, "slot-pick", {
      line: { "line-color": colours.ink, "line-width": when(is("b", 1), 1.4) },
    });
  }

  function pickLayers(level, colours) {
    return lines("pick", level, undefined, {
      halo: { "line-color": colours.line, "line-width": when(is("s", 1), 5) },
      line: { "line-color": colours.ink, "line-width": when(is("s", 1), 2.4) },
    });
  }

  window.regiobeeld.look = {
    slots, shown, palette, patterns, source, nearness, fillColour, marks, levelLayers, markLayers, aboveLayers, withinLayers,
    pickLayers,
  };
})();
