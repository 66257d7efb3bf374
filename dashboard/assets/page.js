/* The page around the map: links without a new document, the change from the server's page to Dash's, sheets.
 *
 * In: links marked data-soft, and buttons marked data-sheet. Out: the address bar changes and Dash draws the view.
 * The address is the only state; nothing is kept here.
 */
(() => {
  "use strict";
  const FIRST = "voorblad";
  const ROOT = "react-entry-point";
  /** Milliseconds after everything else that a page waits for its map at most. */
  const PATIENCE = 4000;
  /** Milliseconds that the words beside the map wait for it at most. */
  const BESIDE = 250;
  document.documentElement.classList.add("js");

  /** The page on screen: Dash's when it is there, else the one the server drew. */
  const page = () => document.querySelector(`#${ROOT} .page`) || document.querySelector(`#${FIRST} .page`);
  const part = (id) => page()?.querySelector(`#${id}`) ?? null;
  const alive = () => Boolean(document.querySelector(`#${ROOT} .page`));
  let starting = false;

  /** Go to a view of our own; a whole new document only while Dash is not on its way yet. instead: of the one on
   * screen, which "back" then does not lead to.
   */
  function go(href, instead = false) {
    if (!alive() && !starting) {
      location[instead ? "replace" : "assign"](href);
      return;
    }
    if (new URL(href, location.href).href !== location.href) {
      const other = new URL(href, location.href).searchParams.get("gebied") !== new URL(location.href).searchParams.get("gebied");
      if (other) scrolled.delete("#gebied");
      const alone = window.dispatchEvent(new CustomEvent("regiobeeld:go", { detail: href, cancelable: true }));
      history[instead ? "replaceState" : "pushState"]({}, "", href);
      if (alone) tellDash();
      else afterMap(tellDash);
    }
  }

  const tellDash = () => window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));

  /** When the map, which was quicker, shows the view; at once when that takes long. */
  function afterMap(act) {
    let done = false;
    const once = () => done || ((done = true), act());
    window.addEventListener("regiobeeld:coloured", () => setTimeout(once, 0), { once: true });
    setTimeout(once, BESIDE);
  }

  /** The choices over the whole screen of a phone. Not the search box gets the focus: that would open a keyboard. */
  function sheet(open) {
    document.documentElement.classList.toggle("sheet-open", open);
    if (open) part("keuzes")?.querySelector("a, button")?.focus({ preventScroll: true });
    else part("inhoud")?.querySelector(".quick button")?.focus({ preventScroll: true });
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-sheet]");
    if (button) {
      sheet(button.dataset.sheet === "open");
      return;
    }
    const link = event.target.closest("a[data-soft]");
    const plain = !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) && event.button === 0;
    if (!link || !plain || event.defaultPrevented || !(alive() || starting)) return;
    event.preventDefault();
    const held = link.closest("details.choice");
    if (held) held.open = false;
    if (document.documentElement.classList.contains("sheet-open")) sheet(false);
    go(link.getAttribute("href"));
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    if (document.documentElement.classList.contains("sheet-open")) sheet(false);
    document.querySelectorAll("details.choice[open]").forEach((open) => (open.open = false));
  });

  // Dash draws the whole page anew on every change. Where the reader was must not be lost by that: the focus,
  // how far a column was scrolled, which details were open.
  let focus = null;
  const scrolled = new Map();
  const opened = new Map();

  /** Where an element stands: its id, else the numbers of the children that lead to it. */
  function place(element) {
    if (element.id) return `#${element.id}`;
    const above = element.parentElement;
    return !above || element.matches(".page") ? "" : `${place(above)}>:nth-child(${[...above.children].indexOf(element) + 1})`;
  }

  function at(where) {
    return where.startsWith("#") ? page()?.querySelector(where) : page()?.querySelector(`:scope${where}`);
  }

  function restore() {
    for (const [where, top] of scrolled) {
      const column = at(where);
      if (column && column.scrollTop !== top) column.scrollTop = top;
    }
    for (const [where, open] of opened) {
      const details = at(where);
      if (details && details.open !== open) details.open = open;
    }
    if (focus && document.activeElement === document.body && !document.documentElement.classList.contains("sheet-open")) {
      const target = focus.element.isConnected ? focus.element : at(focus.where);
      target?.focus({ preventScroll: true });
    }
  }

  document.addEventListener("focusin", ({ target }) => (focus = { element: target, where: place(target) }));
  document.addEventListener("pointerdown", () => (focus = null));
  document.addEventListener("scroll", ({ target }) => {
    if (target.matches?.(".filters, .panel")) scrolled.set(place(target), target.scrollTop);
  }, { capture: true, passive: true });
  document.addEventListener("toggle", ({ target }) => {
    if (target.matches?.("details:not(.choice)")) opened.set(place(target), target.open);
  }, true);

  // A link pressed on the one page and let go on the other would never be clicked: the pages change places after that.
  let pressed = false;
  document.addEventListener("pointerdown", () => (pressed = true), true);
  ["pointerup", "pointercancel", "dragend"].forEach((kind) => document.addEventListener(kind, () => {
    pressed = false;
    if (document.getElementById(FIRST)) setTimeout(settle);
  }, true));

  /** After every change: title and language of the document, and the first page goes when Dash has drawn its own. */
  function settle() {
    const now = page();
    if (!now) return;
    if (document.title !== now.dataset.title) document.title = now.dataset.title;
    const language = now.getAttribute("lang");
    if (document.documentElement.lang !== language) document.documentElement.lang = language;
    window.dispatchEvent(new CustomEvent("regiobeeld:page"));
    if (!alive() || (pressed && document.getElementById(FIRST))) return;
    document.querySelectorAll(`#${ROOT} [data-html]`).forEach(write);
    document.querySelectorAll(`#${ROOT} [data-fragment]`).forEach(fill);
    document.documentElement.classList.add("alive");
    document.getElementById(FIRST)?.remove();
    restore();
  }

  /** Put the HTML that came with an element in it (components/lighter.py). What Dash sends anew is an attribute anew. */
  function write(element) {
    element.innerHTML = element.dataset.html;
    element.removeAttribute("data-html");
  }

  /** Put the HTML of an address in its place: from the server's page when it stands there, else fetched. What is
   * for a browser without a moving map (data-when) is fetched only there.
   */
  async function fill(place) {
    const address = place.dataset.fragment;
    if (place.filledWith === address) return;
    place.filledWith = address;
    const only = place.dataset.when;
    if (only && !document.documentElement.classList.contains(only)) {
      place.replaceChildren();
      place.filledWith = "";
      return;
    }
    const there = [...document.querySelectorAll(`#${FIRST} [data-fragment]`)].find((one) => one.dataset.fragment === address);
    if (there && !only) {
      place.replaceChildren(...there.childNodes);
      return;
    }
    place.setAttribute("aria-busy", "true");
    const answer = await fetch(address);
    const text = answer.ok ? await answer.text() : "";
    if (place.filledWith !== address) return;
    place.innerHTML = text;
    place.removeAttribute("aria-busy");
  }

  /** Dash's scripts wait in the document until the map has its colours, or until it is clear that they will not come
   * soon. In order; its own line last.
   */
  async function dash() {
    const kept = document.getElementById("dash");
    if (!kept) return;
    kept.remove();
    starting = true;
    const loads = [];
    for (const { attributes, text } of kept.content.querySelectorAll("script")) {
      const script = Object.assign(document.createElement("script"), { async: false, text });
      for (const { name, value } of attributes) script.setAttribute(name, value);
      if (!script.src) await Promise.all(loads);
      loads.push(new Promise((done, wrong) => Object.assign(script, { onload: done, onerror: wrong })));
      document.body.append(script);
    }
  }

  /** Without Dash every link leads to a document of its own; the address may be of a view further already. */
  function withoutDash() {
    starting = false;
    if (!alive() && location.href !== came) location.reload();
  }

  let waiting = false;
  const watch = new MutationObserver(() => {
    if (waiting) return;
    waiting = true;
    queueMicrotask(() => {
      waiting = false;
      settle();
    });
  });

  const came = location.href;
  const start = () => dash().catch(withoutDash);
  window.regiobeeld = { go, part, settle, dash: start };
  window.addEventListener("regiobeeld:coloured", () => setTimeout(start), { once: true });
  window.addEventListener("load", () => setTimeout(start, PATIENCE));
  document.addEventListener("DOMContentLoaded", () => {
    watch.observe(document.getElementById(ROOT), {
      subtree: true,
      childList: true,
      attributes: true,
      attributeFilter: ["data-map", "data-fragment", "data-html", "data-title", "lang"],
    });
    settle();
  });
})();
