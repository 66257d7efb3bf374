/* The map. In: the attribute data-map on #kaart (see components/map.py). Out: a MapLibre map that shows just that.
 *
 * Shapes come as vector tiles and stay; figures come as one small array per indicator, year and level, and
 * colour the shapes through feature state. A click writes the address; the page that follows changes data-map.
 */
(() => {
  "use strict";
  const CLASSES = ["#e6edf1", "#bcd0dd", "#86abc4", "#4c7fa6", "#1d4e79"];
  const UNSURE = 5, WITHHELD = 6, MISSING = 7, NOT_APPLICABLE = 8;
  const GROUND = { [UNSURE]: "#ebe6d6", [WITHHELD]: "#ffffff", [MISSING]: "#d9d6cd", [NOT_APPLICABLE]: "#f1efe8" };
  const INK = "#17212b", WAITING = "#eceae3";
  const WIDE = 16;
  /** Borders and patterns need areas of about this many pixels wide. */
  const ROOM = 10;
  const { load, loadNames, reading } = window.regiobeeld.figures;
  const calm = matchMedia("(prefers-reduced-motion: reduce)");

  const holder = document.createElement("div");
  holder.className = "map-holder";
  const tip = document.createElement("div");
  tip.className = "map-tip";
  tip.hidden = true;

  let map = null;
  let spec = null;
  let told = "";
  let values = null;
  let hovered = null;
  let picked = null;
  let clicked = false;
  const painted = new Map();
  const markers = [];

  // ---------------------------------------------------------------- layers

  const state = (name) => ["feature-state", name];
  const fillColour = ["match", ["coalesce", state("c"), -1],
    ...CLASSES.flatMap((colour, code) => [code, colour]),
    ...Object.entries(GROUND).flatMap(([code, colour]) => [Number(code), colour]), WAITING];
  const when = (test, value) => ["case", test, value, 0];
  const is = (name, value) => ["==", ["coalesce", state(name), -1], value];

  function stripes(back, line, width) {
    const size = 16, canvas = document.createElement("canvas");
    canvas.width = canvas.height = size;
    const pen = canvas.getContext("2d", { willReadFrequently: true });
    if (back) {
      pen.fillStyle = back;
      pen.fillRect(0, 0, size, size);
    }
    pen.strokeStyle = line;
    pen.lineWidth = width;
    for (const shift of [-size, 0, size]) {
      pen.beginPath();
      pen.moveTo(shift - 2, size + 2);
      pen.lineTo(shift + size + 2, -2);
      pen.stroke();
    }
    return pen.getImageData(0, 0, size, size);
  }

  /** Order on screen, from below: fills, marks, own borders, borders above, the area the map is about, the choice. */
  const SLOTS = ["slot-mark", "slot-edge", "slot-above", "slot-within", "slot-pick"];

  function style() {
    return {
      version: 8,
      sources: { areas: {
        type: "vector", tiles: [location.origin + spec.tiles], minzoom: spec.zoom[0], maxzoom: spec.zoom[1],
      } },
      layers: [
        { id: "ground", type: "background", paint: { "background-color": "rgba(0,0,0,0)" } },
        ...SLOTS.map((id) => ({ id, type: "background", layout: { visibility: "none" } })),
      ],
    };
  }

  function add(id, before, level, layer) {
    if (!map.getLayer(id)) map.addLayer({ id, source: "areas", "source-layer": level, ...layer }, before);
  }

  /** The whole zoom from which the areas of a level are wide enough on average: from their number and the land's box. */
  function nearness(count) {
    const [west, south, east, north] = spec.land;
    const low = maplibregl.MercatorCoordinate.fromLngLat([west, south]), high = maplibregl.MercatorCoordinate.fromLngLat([east, north]);
    const side = Math.sqrt(((high.x - low.x) * (low.y - high.y) * 0.5) / count);
    return Math.max(0, Math.round(Math.log2(ROOM / (512 * side))));
  }

  function addLevel(level, near) {
    const fine = ["wijk", "buurt"].includes(level);
    // From afar small areas have no room for a hatch: a wide margin is then a paler colour.
    const faded = ["case", is("w", 1), 0.6, 1];
    add(`fill-${level}`, "slot-mark", level, {
      type: "fill",
      paint: {
        "fill-color": fillColour, "fill-antialias": !fine,
        "fill-opacity": ["step", ["zoom"], faded, near, 1],
      },
    });
    const rest = { regio: 1, provincie: 1, veiligheidsregio: 1, gemeente: 0.55, wijk: 0.2, buurt: 0.1 }[level] ?? 0.5;
    const close = ["case", is("h", 1), 1.8, fine ? 0.7 : 1.2], far = ["case", is("h", 1), 1.6, rest];
    add(`edge-${level}`, "slot-above", level, {
      type: "line", minzoom: fine ? near : 0, layout: { "line-join": "round" },
      paint: {
        "line-color": ["case", is("h", 1), INK, "#ffffff"],
        "line-width": ["interpolate", ["linear"], ["zoom"], 6, far, 10, close],
      },
    });
  }

  /** Layers that cost drawing time come only when a figure needs them. */
  function addMarks(level, codes, near) {
    const some = (test) => codes.some(test);
    if (some((code) => code & WIDE)) {
      add(`wide-${level}`, "slot-edge", level, {
        type: "fill", minzoom: near,
        paint: { "fill-pattern": "wide", "fill-opacity": when(is("w", 1), 1), "fill-antialias": false },
      });
    }
    if (some((code) => (code & 15) === UNSURE)) {
      add(`unsure-${level}`, "slot-edge", level, {
        type: "fill", minzoom: near,
        paint: { "fill-pattern": "unsure", "fill-opacity": when(is("c", UNSURE), 1), "fill-antialias": false },
      });
    }
    if (some((code) => (code & 15) === WITHHELD)) {
      add(`secret-${level}`, "slot-above", level, {
        type: "line", minzoom: near, layout: { "line-cap": "round", "line-join": "round" },
        paint: {
          "line-color": "#52606b", "line-width": 1.3, "line-dasharray": [0.1, 2.2],
          "line-opacity": when(is("c", WITHHELD), 1),
        },
      });
    }
  }

  function addOutline(kind, slot, level, paints) {
    for (const [name, paint] of Object.entries(paints)) {
      add(`${kind}-${name}-${level}`, slot, level, { type: "line", layout: { "line-join": "round" }, paint });
    }
  }

  function addAbove(level) {
    addOutline("above", "slot-within", level, { line: {
      "line-color": "#ffffff",
      "line-width": ["interpolate", ["linear"], ["zoom"], 6, level === "regio" ? 1.3 : 0.7, 10, 2],
      "line-opacity": 0.95,
    } });
  }

  function show(level, above) {
    for (const { id } of map.getStyle().layers) {
      const [kind, ...rest] = id.split("-"), of = rest.at(-1);
      if (["fill", "edge", "wide", "unsure", "secret"].includes(kind)) visible(id, of === level);
      if (kind === "above") visible(id, of === above);
    }
  }

  function visible(id, yes) {
    const now = yes ? "visible" : "none";
    if ((map.getLayoutProperty(id, "visibility") ?? "visible") !== now) map.setLayoutProperty(id, "visibility", now);
  }

  // ---------------------------------------------------------------- colouring

  function paint(level, array) {
    const before = painted.get(level);
    const { codes, first } = array;
    for (let row = 0; row < codes.length; row += 1) {
      const code = codes[row];
      if (before && before[row] === code) continue;
      map.setFeatureState({ source: "areas", sourceLayer: level, id: first + row },
        { c: code & 15, w: code & WIDE ? 1 : 0 });
    }
    painted.set(level, codes);
  }

  function pick(kind, area, before) {
    if (before) map.setFeatureState({ source: "areas", sourceLayer: before[0], id: before[1] }, { [kind]: 0 });
    if (area) map.setFeatureState({ source: "areas", sourceLayer: area[0], id: area[1] }, { [kind]: 1 });
    return area;
  }

  let about = null;
  async function apply(wanted) {
    const array = await load(wanted.values);
    if (wanted !== spec) return;
    values = array;
    const known = painted.has(wanted.level);
    hover(null);
    const near = nearness(array.codes.length);
    addLevel(wanted.level, near);
    addMarks(wanted.level, array.codes, near);
    if (wanted.above) addAbove(wanted.above);
    paint(wanted.level, array);
    show(wanted.level, wanted.above);
    if (wanted.within) {
      const on = (width) => when(is("b", 1), width);
      addOutline("within", "slot-pick", wanted.within[0], { line: { "line-color": INK, "line-width": on(1.4) } });
    }
    about = pick("b", wanted.within, about);
    if (wanted.area) {
      const on = (width) => when(is("s", 1), width);
      addOutline("pick", undefined, wanted.area[0], {
        halo: { "line-color": "#ffffff", "line-width": on(5) }, line: { "line-color": INK, "line-width": on(2.4) },
      });
    }
    picked = pick("s", wanted.area, picked);
    camera(wanted);
    map.once(known ? "render" : "idle", () => {
      holder.dataset.drawn = wanted.values;
      window.dispatchEvent(new CustomEvent("regiobeeld:coloured", { detail: wanted.values }));
    });
    map.triggerRepaint();
  }

  // ---------------------------------------------------------------- camera and places

  let framed = "";
  function camera(wanted) {
    const key = JSON.stringify(wanted.bounds);
    if (key !== framed && wanted.bounds) fit(wanted.bounds, framed === "");
    framed = key;
    const came = clicked;
    clicked = false;
    if (came || !wanted.areaBounds) return;
    const [west, south, east, north] = wanted.areaBounds;
    const low = map.project([west, south]), high = map.project([east, north]);
    const { clientWidth: width, clientHeight: height } = map.getCanvas();
    const outside = high.x < 0 || low.x > width || low.y < 0 || high.y > height;
    const tiny = Math.max(Math.abs(high.x - low.x), Math.abs(high.y - low.y)) < 12;
    if (outside || tiny) map.fitBounds(wanted.areaBounds, { padding: Math.min(width, height) / 3.2, maxZoom: 12, animate: !calm.matches, duration: 500 });
  }

  function fit(bounds, at_once) {
    const phone = holder.clientWidth < 700;
    map.fitBounds(bounds, {
      padding: phone ? 14 : 28,
      animate: !at_once && !calm.matches, duration: 600,
    });
  }

  /** Names of the largest places, as many as fit without touching each other. */
  function namePlaces() {
    markers.splice(0).forEach((marker) => marker.remove());
    const { clientWidth: width, clientHeight: height } = map.getCanvas();
    const most = Math.max(6, Math.min(26, Math.round((width * height) / 36000)));
    const taken = [];
    for (const [name, longitude, latitude] of spec.places) {
      if (taken.length >= most) break;
      const { x, y } = map.project([longitude, latitude]);
      const half = name.length * 3.4 + 8;
      if (x < half || x > width - half || y < 14 || y > height - 14) continue;
      if (taken.some((other) => Math.abs(other.x - x) < other.half + half && Math.abs(other.y - y) < 24)) continue;
      taken.push({ x, y, half });
      const label = document.createElement("span");
      label.className = "place";
      label.textContent = name;
      label.setAttribute("aria-hidden", "true");
      markers.push(new maplibregl.Marker({ element: label }).setLngLat([longitude, latitude]).addTo(map));
    }
  }

  // ---------------------------------------------------------------- pointer

  function under(point) {
    const layer = `fill-${spec.level}`;
    if (!values || !map.getLayer(layer)) return null;
    const found = map.queryRenderedFeatures(point, { layers: [layer] })[0];
    return found ? found.id : null;
  }

  function hover(id) {
    if (hovered && hovered[1] === id) return;
    hovered = pick("h", id === null ? null : [spec.level, id], hovered);
    map.getCanvas().style.cursor = id === null ? "" : "pointer";
    if (id === null) tip.hidden = true;
  }

  async function tell(id, point) {
    const list = await loadNames(spec.names);
    if (!hovered || hovered[1] !== id) return;
    const row = id - values.first;
    const name = document.createElement("strong");
    name.textContent = list.names[row];
    tip.replaceChildren(name, document.createTextNode(reading(values, row, spec)));
    tip.hidden = false;
    const right = point.x > holder.clientWidth - tip.offsetWidth - 24;
    const x = right ? point.x - tip.offsetWidth - 12 : point.x + 14;
    const y = Math.max(4, point.y - tip.offsetHeight - 10);
    tip.style.transform = `translate(${Math.round(x)}px, ${Math.round(y)}px)`;
  }

  async function choose(point) {
    const id = under(point);
    if (id === null) return;
    const { first } = values;
    const { codes } = await loadNames(spec.names);
    const address = new URL(location.href);
    address.searchParams.set("gebied", codes[id - first]);
    address.hash = "";
    clicked = true;
    window.regiobeeld.go(address.href);
  }

  // ---------------------------------------------------------------- start

  function buttons() {
    const box = document.createElement("div");
    box.className = "map-buttons";
    const one = (text, sign, act) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = sign;
      button.setAttribute("aria-label", text);
      button.title = text;
      button.addEventListener("click", act);
      box.append(button);
    };
    const still = () => ({ animate: !calm.matches });
    one(spec.words.zoom_in, "+", () => map.zoomIn(still()));
    one(spec.words.zoom_out, "−", () => map.zoomOut(still()));
    one(spec.words.whole, "⤢", () => fit(spec.bounds, false));
    return box;
  }

  function failed() {
    const text = document.createElement("p"), link = document.createElement("a");
    text.className = "map-failed";
    link.href = spec.table;
    link.dataset.soft = "1";
    link.textContent = spec.words.to_table;
    text.append(`${spec.words.no_map} `, link);
    holder.replaceChildren(text);
  }

  function start() {
    try {
      map = new maplibregl.Map({
        container: holder, style: style(), bounds: spec.bounds, attributionControl: false,
        dragRotate: false, pitchWithRotate: false, touchPitch: false, maxPitch: 0, renderWorldCopies: false,
        maxZoom: spec.zoom[1] + 3, minZoom: 3, fadeDuration: 0, refreshExpiredTiles: false,
        locale: { "Map.Title": "" },
      });
    } catch {
      failed();
      return;
    }
    map.touchZoomRotate.disableRotation();
    map.keyboard.disableRotation();
    holder.append(tip, buttons());
    window.regiobeeld.map = map;
    map.on("load", () => {
      map.addImage("wide", stripes("", "rgba(23,33,43,0.55)", 2.4), { pixelRatio: 2 });
      map.addImage("unsure", stripes("#ebe6d6", "#d3c8ab", 2.6), { pixelRatio: 2 });
      ready = true;
      run();
    });
    map.on("moveend", namePlaces);
    let frame = 0;
    map.on("mousemove", ({ point }) => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(() => {
        const id = under(point);
        hover(id);
        if (id !== null) tell(id, point);
      });
    });
    map.on("mouseout", () => hover(null));
    map.on("click", ({ point }) => choose(point));
    new ResizeObserver(() => holder.clientWidth && map.resize()).observe(holder);
  }

  /** MapLibre: in the document already when the first page is a map, else fetched now. */
  function engine() {
    if (typeof maplibregl !== "undefined") return Promise.resolve();
    const [script, style] = spec.engine;
    document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href: style }));
    return new Promise((done, wrong) => {
      document.head.append(Object.assign(document.createElement("script"), { src: script, onload: done, onerror: wrong }));
    });
  }

  let ready = false;
  function run() {
    if (!ready) return;
    framed ||= "";
    if (!framed) fit(spec.bounds, true);
    apply(spec).then(namePlaces, (fault) => console.error(fault));
  }

  function sync() {
    const place = window.regiobeeld.part("kaart");
    if (!place || place.closest("[hidden]")) return;
    if (holder.parentNode !== place) place.append(holder);
    const now = place.dataset.map;
    if (now === told) return;
    told = now;
    spec = JSON.parse(now);
    load(spec.values).catch(() => {});
    if (map) run();
    else engine().then(() => map || start(), failed);
  }

  /** Figures of the view a link leads to are fetched as soon as someone points at it. */
  function ahead(event) {
    const link = event.target.closest?.("a[data-soft]");
    if (!link || !spec) return;
    const asked = new URL(link.href).searchParams;
    if (!["indicator", "jaar", "niveau"].every((name) => asked.has(name))) return;
    const [, , , release] = spec.values.split("/");
    const wanted = ["indicator", "jaar", "niveau"].map((name) => asked.get(name)).join("/");
    load(`/v1/kaartwaarden/${release}/${wanted}`).catch(() => {});
  }

  window.addEventListener("regiobeeld:page", sync);
  ["pointerover", "focusin", "click"].forEach((kind) => document.addEventListener(kind, ahead, { passive: true }));
})();
