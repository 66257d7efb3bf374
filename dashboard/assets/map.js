/* The map. In: the attribute data-map on #kaart (see components/map.py). Out: a MapLibre map that shows just that.
 *
 * Shapes come as vector tiles and stay; figures come as one small array per indicator, year and level, and
 * colour the shapes through feature state. A click writes the address; the page that follows changes data-map.
 * Without WebGL the server's drawing stays in its place.
 */
(() => {
  "use strict";
  const { load, loadNames, reading } = window.regiobeeld.figures;
  const { look } = window.regiobeeld;
  const { calm, forPaper, namePlaces, buttons, place: placeTip } = window.regiobeeld.onMap;
  const SEEN = { fill: ["fill-opacity", 1], edge: ["line-opacity", 1], above: ["line-opacity", 0.95] };
  const MARKS = ["wide", "unsure", "secret"];

  const holder = document.createElement("div");
  holder.className = "map-holder";
  const tip = document.createElement("div");
  tip.className = "map-tip";
  tip.hidden = true;

  let map = null;
  let ready = false;
  let spec = null;
  let told = "";
  let values = null;
  let colours = null;
  let hovered = null;
  let picked = null;
  let about = null;
  let clicked = false;
  let framed = "";
  let missing = false;
  const painted = new Map();

  // ---------------------------------------------------------------- layers and colours

  function style() {
    const { level, above } = spec, near = look.nearness(spec);
    const first = look.levelLayers(level, near, colours);
    return {
      version: 8,
      transition: { duration: 0, delay: 0 },
      sources: Object.fromEntries([level, above].filter(Boolean).map((name) => [name, look.source(spec, name)])),
      layers: [
        // The tiles of the first view are asked for at once, before its figures are there.
        ...look.SLOTS.flatMap((slot) => [
          ...first.filter(([, under]) => under === slot).map(([layer]) => ({ ...layer, source: level, "source-layer": level })),
          { id: slot, type: "background", layout: { visibility: "none" } },
        ]),
      ],
    };
  }

  function add(level, layers) {
    if (!map.getSource(level)) map.addSource(level, look.source(spec, level));
    for (const [layer, slot] of layers) {
      if (!map.getLayer(layer.id)) map.addLayer({ ...layer, source: level, "source-layer": level }, slot);
    }
  }

  function show(level, above) {
    for (const id of map.getLayersOrder()) {
      const [kind, ...rest] = id.split("-"), of = rest.at(-1);
      const yes = of === (kind === "above" ? above : level);
      if (SEEN[kind]) set("Paint", id, SEEN[kind][0], yes ? SEEN[kind][1] : 0);
      if (MARKS.includes(kind)) set("Layout", id, "visibility", yes ? "visible" : "none");
    }
  }

  function set(kind, id, property, now) {
    if (map[`get${kind}Property`](id, property) !== now) map[`set${kind}Property`](id, property, now);
  }

  function paint(level, { codes, first }) {
    const before = painted.get(level);
    for (let row = 0; row < codes.length; row += 1) {
      const code = codes[row];
      if (before && before[row] === code) continue;
      map.setFeatureState({ source: level, sourceLayer: level, id: first + row },
        { c: code & 15, w: code & look.WIDE ? 1 : 0 });
    }
    painted.set(level, codes);
  }

  /** Mark one area (h: under the pointer, b: what the map is about, s: chosen) and unmark the one before. */
  function mark(kind, area, before) {
    const tell = ([level, id], value) => map.getSource(level) &&
      map.setFeatureState({ source: level, sourceLayer: level, id }, { [kind]: value });
    if (before) tell(before, 0);
    if (area) tell(area, 1);
    return area;
  }

  async function apply(wanted) {
    const array = await load(wanted.values);
    if (wanted !== spec || !ready) return;
    values = array;
    const known = map.getSource(wanted.level) && map.isSourceLoaded(wanted.level);
    hover(null);
    const near = look.nearness(wanted);
    add(wanted.level, look.levelLayers(wanted.level, near, colours));
    add(wanted.level, look.markLayers(wanted.level, near, colours, array.codes));
    if (wanted.above) add(wanted.above, look.aboveLayers(wanted.above, colours));
    if (wanted.within) add(wanted.within[0], look.withinLayers(wanted.within[0], colours));
    if (wanted.area) add(wanted.area[0], look.pickLayers(wanted.area[0], colours));
    paint(wanted.level, array);
    show(wanted.level, wanted.above);
    about = mark("b", wanted.within, about);
    picked = mark("s", wanted.area, picked);
    camera(wanted);
    map.once(known ? "render" : "idle", () => coloured(wanted));
    map.triggerRepaint();
  }

  function coloured(wanted) {
    holder.dataset.drawn = wanted.values;
    window.dispatchEvent(new CustomEvent("regiobeeld:coloured", { detail: wanted.values }));
    later(() => shapesAhead(wanted));
  }

  /** When nothing else is to be done: shapes of the other levels, so that a change of level needs figures only.
   * Not for who saves data.
   */
  const later = window.requestIdleCallback ?? ((act) => setTimeout(act, 1500));
  function shapesAhead(wanted) {
    if (navigator.connection?.saveData || wanted !== spec || !ready) return;
    for (const [level, count] of Object.entries(wanted.ahead)) {
      add(level, look.levelLayers(level, look.nearness({ ...wanted, count }), colours));
    }
  }

  // ---------------------------------------------------------------- camera

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
    const padding = Math.min(width, height) / 3.2;
    if (outside || tiny) map.fitBounds(wanted.areaBounds, { padding, maxZoom: 12, animate: !calm.matches, duration: 500 });
  }

  const air = () => (holder.clientWidth < 700 ? 14 : 28);
  function fit(bounds, at_once) {
    map.fitBounds(bounds, { padding: air(), animate: !at_once && !calm.matches, duration: 600 });
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
    hovered = mark("h", id === null ? null : [spec.level, id], hovered);
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
    placeTip(tip, point, holder.clientWidth);
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

  function listen() {
    let frame = 0;
    map.on("moveend", () => namePlaces(map, spec.places));
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
  }

  // ---------------------------------------------------------------- start

  /** No WebGL: the server's drawing of each view is shown instead. */
  function failed() {
    missing = true;
    holder.remove();
    document.documentElement.classList.add("no-map");
    window.regiobeeld.settle();
  }

  function start() {
    colours = look.palette();
    try {
      map = new maplibregl.Map({
        container: holder, style: style(), bounds: spec.bounds, fitBoundsOptions: { padding: air() },
        attributionControl: false, dragRotate: false, pitchWithRotate: false, touchPitch: false, maxPitch: 0,
        renderWorldCopies: false, maxZoom: spec.zoom[1] + 3, minZoom: 3, fadeDuration: 0, refreshExpiredTiles: false,
        locale: { "Map.Title": spec.words.keys },
      });
    } catch {
      failed();
      return;
    }
    map.touchZoomRotate.disableRotation();
    map.keyboard.disableRotation();
    map.getCanvas().setAttribute("aria-describedby", "kaart-samenvatting");
    holder.append(tip, buttons(map, spec.words, () => fit(spec.bounds, false)));
    window.regiobeeld.map = map;
    map.once("style.load", () => {
      for (const [name, image] of Object.entries(look.patterns(colours))) map.addImage(name, image, { pixelRatio: 2 });
      ready = true;
      run();
    });
    listen();
  }

  /** Another theme, or another division of the land: a new map with the same view. */
  function again() {
    ready = false;
    map?.remove();
    [map, values, hovered, picked, about, framed] = [null, null, null, null, null, ""];
    painted.clear();
    delete holder.dataset.drawn;
    holder.replaceChildren();
    if (spec && !missing) start();
  }

  /** MapLibre: in the document already when the first page is a map, else fetched now. */
  function engine() {
    if (typeof maplibregl !== "undefined") return Promise.resolve();
    const [script, sheet] = spec.engine;
    document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href: sheet }));
    return new Promise((done, wrong) => {
      document.head.append(Object.assign(document.createElement("script"), { src: script, onload: done, onerror: wrong }));
    });
  }

  function run() {
    if (ready) apply(spec).then(() => namePlaces(map, spec.places), (fault) => console.error(fault));
  }

  function sync() {
    const place = window.regiobeeld.part("kaart");
    if (missing || !place || place.closest("[hidden]")) return;
    if (holder.parentNode !== place) place.append(holder);
    const now = place.dataset.map;
    if (now === told) return;
    const before = spec;
    told = now;
    spec = JSON.parse(now);
    load(spec.values).catch(() => {});
    if (map && before.tiles !== spec.tiles) again();
    else if (map) run();
    else engine().then(() => map || start(), failed);
  }

  /** Figures of the view a link leads to are fetched as soon as someone points at it. */
  function ahead(event) {
    const link = event.target.closest?.("a[data-soft]");
    if (!link || !spec || missing) return;
    const asked = new URL(link.getAttribute("href"), location.href).searchParams;
    if (!["indicator", "jaar", "niveau"].every((name) => asked.has(name))) return;
    const [, , , release] = spec.values.split("/");
    const wanted = ["indicator", "jaar", "niveau"].map((name) => asked.get(name)).join("/");
    load(`/v1/kaartwaarden/${release}/${wanted}`).catch(() => {});
  }

  window.addEventListener("beforeprint", () => ready && forPaper(map, holder));
  new ResizeObserver(() => holder.clientWidth && map?.resize()).observe(holder);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again);
  window.addEventListener("regiobeeld:page", sync);
  ["pointerover", "focusin", "click"].forEach((kind) => document.addEventListener(kind, ahead, { passive: true }));
})();
