/* The map. In: the attribute data-map on #kaart (see components/map.py). Out: a MapLibre map that shows just that.
 *
 * Shapes come as vector tiles and stay; figures come as one small array per indicator, year and level. The first
 * ones colour the shapes as these are made, all others through feature state. A click writes the address; the page
 * that follows changes data-map.
 * Without WebGL the server's drawing stays in its place.
 */
(() => {
  "use strict";
  const { load, loadNames, reading } = window.regiobeeld.figures;
  const { look } = window.regiobeeld;
  const { later, rehearse, faintly } = window.regiobeeld.ahead;
  const { calm, forPaper, namePlaces, buttons, engine, place: placeTip } = window.regiobeeld.onMap;
  const FIGURES = ["indicator", "jaar", "niveau"];
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
  let namedOf = "";
  let missing = false;
  let awaited = null;
  /** For each level: the figures its layers were made with, and the codes it shows now. */
  const made = new Map();
  const painted = new Map();
  /** Levels whose colours know of wide margins. */
  const fading = new Set();
  const rehearsed = new Set();

  // ---------------------------------------------------------------- layers and colours

  /** Everything that is known goes into the first style: to add a layer later is to make the shapes anew. */
  function style() {
    const layers = [...fills(spec.level, values), ...look.markLayers(spec.level, near(spec.level), colours, values, look.marks(values))];
    layers[0][0].paint["fill-opacity"] = 1;
    return {
      version: 8,
      transition: { duration: 0, delay: 0 },
      sources: { [spec.level]: look.source(spec, spec.level) },
      layers: look.slots(Object.keys(spec.areas)).flatMap((slot) => [
        ...layers.filter(([, under]) => under === slot).map(([layer]) => onSource(spec.level, layer)),
        { id: slot, type: "background", layout: { visibility: "none" } },
      ]),
    };
  }

  const near = (level) => look.nearness(spec, level);
  const onSource = (level, layer) => ({ ...layer, source: level, "source-layer": level });

  /** Fill and borders of a level. array: its figures, so that the shapes are made in their colours; null for none. */
  function fills(level, array) {
    made.set(level, array);
    if (array) painted.set(level, array.codes);
    if (look.marks(array).wide) fading.add(level);
    return look.levelLayers(level, near(level), colours, array);
  }

  function add(level, layers) {
    if (!map.getSource(level)) map.addSource(level, look.source(spec, level));
    for (const [layer, slot] of layers) {
      if (!map.getLayer(layer.id)) map.addLayer(onSource(level, layer), slot);
    }
  }

  const addLevel = (level, array) => map.getLayer(`fill-${level}`) || add(level, fills(level, array));

  /** Marks are seen from near only; from afar they would cost the making of all shapes again. */
  function addMarks() {
    const { level } = spec;
    if (!values || map.getZoom() < near(level)) return;
    add(level, look.markLayers(level, near(level), colours, made.get(level), look.marks(values)));
    show(level);
  }

  /** Levels whose borders lie over this one, from the smallest. */
  function above(level) {
    const over = spec.areas[level]?.above;
    return over ? [over, ...above(over)] : [];
  }

  function show(level) {
    const over = above(level);
    for (const id of map.getLayersOrder()) {
      const [kind, ...rest] = id.split("-"), of = rest.at(-1);
      const yes = kind === "above" ? over.includes(of) : of === level;
      if (SEEN[kind]) set("Paint", id, SEEN[kind][0], yes ? SEEN[kind][1] : 0);
      if (MARKS.includes(kind)) set("Layout", id, "visibility", yes ? "visible" : "none");
    }
  }

  function set(kind, id, property, now) {
    if (map[`get${kind}Property`](id, property) !== now) map[`set${kind}Property`](id, property, now);
  }

  function paint(level, array) {
    const { codes, first } = array, before = painted.get(level);
    if (look.marks(array).wide && !fading.has(level)) {
      fading.add(level);
      map.setPaintProperty(`fill-${level}`, "fill-color", look.fillColour(colours, near(level), made.get(level), true));
    }
    for (let row = 0; row < codes.length; row += 1) {
      const code = look.shown(codes[row]);
      if (before && look.shown(before[row]) === code) continue;
      map.setFeatureState({ source: level, sourceLayer: level, id: first + row }, { k: code });
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
    hover(null);
    addLevel(wanted.level, array);
    if (wanted.within) add(wanted.within[0], look.withinLayers(wanted.within[0], colours));
    if (wanted.area) add(wanted.area[0], look.pickLayers(wanted.area[0], colours));
    paint(wanted.level, array);
    addMarks();
    show(wanted.level);
    about = mark("b", wanted.within, about);
    picked = mark("s", wanted.area, picked);
    camera(wanted);
    awaited = wanted;
    map.off("render", lookAgain);
    map.on("render", lookAgain);
    map.triggerRepaint();
  }

  /** After a frame: were all its shapes there? Then it showed every area of the view in the colour of its own figure. */
  function lookAgain() {
    if (awaited === spec && !map.isSourceLoaded(spec.level)) return;
    map.off("render", lookAgain);
    if (awaited === spec) coloured(spec);
  }

  function coloured(wanted) {
    holder.dataset.drawn = wanted.values;
    window.dispatchEvent(new CustomEvent("regiobeeld:coloured", { detail: wanted.values }));
    const over = above(wanted.level).filter((level) => !map.getLayer(`above-line-${level}`));
    for (const level of over) add(level, look.aboveLayers(level, near(level), colours));
    if (over.length) show(wanted.level);
    later(() => shapesAhead(wanted));
  }

  /** When nothing else is to be done: shapes and figures of the other levels, so that a change of level finds them
   * there. Not for who saves data.
   */
  async function shapesAhead(wanted) {
    const here = map, same = () => ready && map === here;
    const goesOn = () => same() && wanted === spec;
    if (wanted.ahead.length && goesOn() && !rehearsed.has(wanted.level)) {
      rehearsed.add(wanted.level);
      await rehearse(here, wanted.level, values, goesOn);
    }
    if (navigator.connection?.saveData) return;
    for (const level of wanted.ahead.filter((name) => goesOn() && !here.getLayer(`fill-${name}`))) {
      const array = await load(valuesAt({ niveau: level })).catch(() => null);
      if (!goesOn()) return;
      addLevel(level, array);
      await faintly(here, level, () => same() && spec.level !== level);
      if (same()) show(spec.level);
    }
  }

  /** Where the figures of another view are. */
  function valuesAt(other) {
    const [, , , release, indicator, year, level] = spec.values.split("/");
    const asked = { indicator, jaar: year, niveau: level, ...other };
    return `/v1/kaartwaarden/${release}/${FIGURES.map((name) => asked[name]).join("/")}`;
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
    if (spec.foretold || !hovered || hovered[1] !== id) return;
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

  /** The level that goes with how far the map is zoomed in, where the visitor asked for that. */
  function follow() {
    if (!spec.follow || spec.foretold || !ready) return;
    const level = Object.entries(spec.follow).filter(([, from]) => map.getZoom() >= from).at(-1)?.[0] ?? spec.level;
    if (level === spec.level) return;
    const address = new URL(location.href);
    for (const [at, name] of FIGURES.entries()) address.searchParams.set(name, spec.values.split("/")[at + 4]);
    address.searchParams.set("niveau", level);
    window.regiobeeld.go(address.href, true);
  }

  function listen() {
    let frame = 0;
    map.on("zoomend", follow);
    map.on("moveend", () => namePlaces(map, spec.places));
    map.on("zoom", () => ready && addMarks());
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
    window.regiobeeld.dash?.();
  }

  async function start() {
    const wanted = spec;
    values = await load(wanted.values).catch(() => null);
    if (wanted !== spec || map) return;
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
    [map, values, hovered, picked, about, framed, namedOf] = [null, null, null, null, null, "", ""];
    [made, painted, fading, rehearsed].forEach((kept) => kept.clear());
    delete holder.dataset.drawn;
    holder.replaceChildren();
    if (spec && !missing) start();
  }

  /** Names that stand stay as long as neither the land nor the camera changes. */
  function named() {
    if (namedOf === spec.tiles) return;
    namedOf = spec.tiles;
    namePlaces(map, spec.places);
  }

  function run() {
    if (ready) apply(spec).then(named, (fault) => console.error(fault));
  }

  function sync() {
    const place = window.regiobeeld.part("kaart");
    if (missing || !place || place.closest("[hidden]")) return;
    if (holder.parentNode !== place) place.append(holder);
    const now = place.dataset.map;
    if (now === told && !spec.foretold) return;
    const before = spec, next = JSON.parse(now);
    // What was foretold stays until the page has followed.
    if (now === told && next.values !== spec.values) return;
    told = now;
    spec = next;
    load(spec.values).catch(() => {});
    if (map && before.tiles !== spec.tiles) again();
    else if (map) run();
    else engine(spec.engine).then(start, failed);
  }

  /** Values of the parameters that say which figures are shown; null when the address leaves one out. */
  function figuresOf(url) {
    const asked = FIGURES.map((name) => [name, url.searchParams.get(name)]);
    return asked.every(([, value]) => value) ? Object.fromEntries(asked) : null;
  }

  /** Figures of the view a link leads to are fetched as soon as someone points at it. */
  function ahead(event) {
    const link = event.target.closest?.("a[data-soft]");
    if (!link || !spec || missing) return;
    const figures = figuresOf(new URL(link.getAttribute("href"), location.href));
    if (figures) load(valuesAt(figures)).catch(() => {});
  }

  /** The same view with other figures is shown at once; the page beside it follows, and says the rest of its spec. */
  function foretell(event) {
    const href = event.detail;
    const url = new URL(href, location.href), figures = figuresOf(url);
    const rest = ({ pathname, searchParams }) => {
      const others = [...searchParams].filter(([name]) => !FIGURES.includes(name));
      return pathname + JSON.stringify(others.sort());
    };
    if (!ready || !figures || !spec.levels.includes(figures.niveau) || holder.closest("[hidden]")) return;
    if (rest(url) !== rest(new URL(location.href))) return;
    const level = figures.niveau, names = spec.names.replace(/[^/]+$/, level);
    spec = { ...spec, values: valuesAt(figures), level, names, foretold: true };
    event.preventDefault?.();
    run();
  }

  window.addEventListener("beforeprint", () => ready && forPaper(map, holder));
  new ResizeObserver(() => holder.clientWidth && map?.resize()).observe(holder);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again);
  window.addEventListener("regiobeeld:page", sync);
  window.addEventListener("regiobeeld:go", foretell);
  window.addEventListener("popstate", () => foretell({ detail: location.href }));
  ["pointerover", "focusin", "click"].forEach((kind) => document.addEventListener(kind, ahead, { passive: true }));
})();
