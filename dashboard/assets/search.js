/* Search for an area: a combobox after the ARIA pattern (list autocomplete, manual selection).
 *
 * In: the texts on #zoek-plek. Out: an address with gebied=. What was typed is posted
 * to /zoek, so that it stands in no address.
 */
(() => {
  "use strict";
  const WAIT = 140;
  let place = null, input = null, list = null, status = null;
  let found = [], active = -1, timer = 0, asked = 0;

  function build(where) {
    const text = where.dataset;
    place = where;
    input = Object.assign(document.createElement("input"), {
      id: "zoek", type: "text", autocomplete: "off", spellcheck: false, placeholder: text.label,
    });
    list = Object.assign(document.createElement("ul"), { id: "zoek-lijst", hidden: true });
    status = Object.assign(document.createElement("p"), { className: "unseen" });
    status.setAttribute("role", "status");
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", text.label);
    const says = { role: "combobox", "aria-expanded": "false", "aria-controls": "zoek-lijst", "aria-autocomplete": "list" };
    Object.entries(says).forEach(([name, value]) => input.setAttribute(name, value));
    where.replaceChildren(input, list, status);
    input.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(look, WAIT);
    });
    input.addEventListener("keydown", key);
    input.addEventListener("blur", () => setTimeout(close, 150));
  }

  async function look() {
    const words = input.value.trim(), number = (asked += 1);
    if (words.length < 2) {
      close();
      status.textContent = "";
      return;
    }
    const form = new URLSearchParams({ q: words, taal: place.closest("[lang]").lang });
    const answer = await fetch("/zoek", { method: "POST", body: form });
    if (!answer.ok || number !== asked) return;
    const { gebieden, melding } = await answer.json();
    found = gebieden;
    active = -1;
    list.replaceChildren(...found.map(option));
    const nothing = melding || place.dataset.none;
    status.textContent = found.length ? place.dataset.found.replace("{n}", found.length) : nothing;
    if (!found.length) {
      const none = document.createElement("li");
      none.className = "none";
      none.textContent = nothing;
      list.append(none);
    }
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    mark();
  }

  function option(area, row) {
    const item = document.createElement("li"), name = document.createElement("span"), kind = document.createElement("small");
    item.id = `zoek-${row}`;
    item.setAttribute("role", "option");
    name.textContent = area.plek ?? (area.voorheen
      ? place.dataset.former.replace("{old}", area.voorheen).replace("{area}", area.naam) : area.naam);
    const level = place.getAttribute(`data-level-${area.niveau}`) ?? area.niveau;
    const inside = ["wijk", "buurt"].includes(area.niveau) ? ` · ${area.gemeentenaam}` : "";
    kind.textContent = area.plek ? `${level} ${area.naam}${inside}` : `${level}${inside} · ${area.code}`;
    item.append(name, kind);
    item.addEventListener("mousedown", (event) => {
      event.preventDefault();
      choose(row);
    });
    return item;
  }

  function mark() {
    [...list.children].forEach((item, row) => item.setAttribute("aria-selected", String(row === active)));
    if (active < 0) input.removeAttribute("aria-activedescendant");
    else {
      input.setAttribute("aria-activedescendant", `zoek-${active}`);
      list.children[active].scrollIntoView({ block: "nearest" });
    }
  }

  function key(event) {
    const open = !list.hidden && found.length > 0;
    if (event.key === "Escape") {
      if (!list.hidden) event.stopPropagation();
      close();
    } else if (event.key === "Enter" && open) {
      event.preventDefault();
      choose(Math.max(active, 0));
    } else if (["ArrowDown", "ArrowUp"].includes(event.key) && open) {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      active = (active + step + found.length) % found.length;
      mark();
    }
  }

  /** Choose an area; the map shows its level when it would otherwise be too coarse to see it. */
  function choose(row) {
    const area = found[row], address = new URL(location.href), finer = ["regio", "gemeente", "wijk", "buurt"];
    const shown = address.searchParams.get("niveau") ?? "gemeente";
    address.hash = "";
    if (area.niveau === "land") address.searchParams.delete("gebied");
    else address.searchParams.set("gebied", area.code);
    if (finer.indexOf(area.niveau) > finer.indexOf(shown)) address.searchParams.set("niveau", area.niveau);
    input.value = "";
    close();
    document.documentElement.classList.remove("sheet-open");
    window.regiobeeld.go(address.href);
  }

  function close() {
    found = [];
    active = -1;
    if (!list) return;
    list.hidden = true;
    list.replaceChildren();
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  /** Dash draws the place anew on every change; what was typed and shown moves along. */
  window.addEventListener("regiobeeld:page", () => {
    const where = window.regiobeeld.part("zoek-plek");
    if (!where || where.contains(input)) return;
    if (input?.placeholder === where.dataset.label) {
      place = where;
      where.replaceChildren(input, list, status);
    } else build(where);
  });
})();
