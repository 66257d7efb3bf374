/* Explanations of words: a pop-up beside a marked word.
 *
 * In: links with data-told. Out: one popover with the word and its explanation. A click or Enter opens it and
 * moves the focus into it; a mouse that rests on the word opens it too, and it stays while the mouse is on either.
 * Escape, a click beside it or leaving the page closes it. Without this file the link leads to the list of words.
 */
(() => {
  "use strict";
  const REST = 350, LEAVE = 300, GAP = 8;
  let box = null, word = null, told = null, more = null, link = null, timer = 0, held = false;

  function build() {
    box = Object.assign(document.createElement("div"), { id: "woord-uitleg", className: "term-box", tabIndex: -1 });
    box.setAttribute("popover", "auto");
    box.setAttribute("role", "dialog");
    box.setAttribute("aria-labelledby", "woord-uitleg-kop");
    word = Object.assign(document.createElement("p"), { id: "woord-uitleg-kop", className: "term-word" });
    told = document.createElement("p");
    more = document.createElement("a");
    box.append(word, told, more);
    document.body.append(box);
    box.addEventListener("pointerenter", () => clearTimeout(timer));
    box.addEventListener("pointerleave", leave);
    box.addEventListener("toggle", ({ newState }) => {
      if (newState === "closed") held = false;
    });
  }

  function open(from, { focus }) {
    clearTimeout(timer);
    if (!box) build();
    link = from;
    held = focus;
    word.textContent = from.textContent;
    told.textContent = from.dataset.told;
    more.textContent = from.dataset.more;
    more.href = from.href;
    box.lang = from.closest("[lang]").lang;
    if (!box.matches(":popover-open")) box.showPopover({ source: from });
    stand();
    if (focus) box.focus({ preventScroll: true });
  }

  /** Below the word, above it where there is no room; never outside the window. */
  function stand() {
    const at = link.getBoundingClientRect(), size = box.getBoundingClientRect();
    const left = Math.max(GAP, Math.min(at.left, innerWidth - size.width - GAP));
    const below = at.bottom + GAP, above = at.top - GAP - size.height;
    box.style.left = `${left}px`;
    box.style.top = `${below + size.height > innerHeight && above > 0 ? above : below}px`;
  }

  function close() {
    clearTimeout(timer);
    if (box?.matches(":popover-open")) box.hidePopover();
  }

  function leave() {
    clearTimeout(timer);
    if (!held) timer = setTimeout(close, LEAVE);
  }

  const term = (target) => target.closest?.("a.term") ?? null;
  if (!HTMLElement.prototype.showPopover) return;

  document.addEventListener("click", (event) => {
    const from = term(event.target);
    if (!from || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    open(from, { focus: true });
  });
  document.addEventListener("pointerover", (event) => {
    const from = event.pointerType === "mouse" ? term(event.target) : null;
    if (!from || held) return;
    clearTimeout(timer);
    timer = setTimeout(() => open(from, { focus: false }), REST);
  });
  document.addEventListener("pointerout", (event) => {
    if (event.pointerType === "mouse" && term(event.target)) leave();
  });
  addEventListener("scroll", () => {
    if (box?.matches(":popover-open")) stand();
  }, { capture: true, passive: true });
  addEventListener("popstate", close);
  addEventListener("regiobeeld:page", () => {
    if (link && !link.isConnected) close();
  });
})();
