/* What lies on the map: names of places, buttons, the tooltip; and how MapLibre comes. In: a map and its spec. Out: window.regiobeeld.onMap. */
(() => {
  "use strict";
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  const markers = [];

  /** Names of the largest places, as many as fit without touching each other. */
  function namePlaces(map, places) {
    markers.splice(0).forEach((marker) => marker.remove());
    const { clientWidth: width, clientHeight: height } = map.getCanvas();
    const most = Math.max(6, Math.min(26, Math.round((width * height) / 36000)));
    const taken = [];
    for (const [name, longitude, latitude] of places) {
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
      // MapLibre calls every marker a "Map marker" to a screen reader; a name it reads elsewhere is enough.
      label.removeAttribute("aria-label");
      label.removeAttribute("role");
    }
  }

  function buttons(map, words, whole) {
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
    one(words.zoom_in, "+", () => map.zoomIn(still()));
    one(words.zoom_out, "−", () => map.zoomOut(still()));
    one(words.whole, "⤢", whole);
    return box;
  }

  /** Put the tooltip beside the pointer, on the side where it fits. */
  function place(tip, { x, y }, width) {
    const right = x > width - tip.offsetWidth - 24;
    const left = right ? x - tip.offsetWidth - 12 : x + 14;
    tip.style.transform = `translate(${Math.round(left)}px, ${Math.round(Math.max(4, y - tip.offsetHeight - 10))}px)`;
  }

  /** Paper gets a picture of the map: a browser forgets what WebGL drew as soon as it is on screen. */
  function forPaper(map, holder) {
    holder.querySelector(".map-print")?.remove();
    map.redraw();
    const picture = Object.assign(new Image(), { className: "map-print", alt: "", src: map.getCanvas().toDataURL() });
    holder.append(picture);
  }

  /** MapLibre: in the document already when the first page is a map, else fetched now. */
  function engine([script, sheet]) {
    if (typeof maplibregl !== "undefined") return Promise.resolve();
    document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href: sheet }));
    return new Promise((done, wrong) => {
      document.head.append(Object.assign(document.createElement("script"), { src: script, onload: done, onerror: wrong }));
    });
  }

  window.regiobeeld.onMap = { forPaper, calm, namePlaces, buttons, engine, place };
})();
