/* Plays the years: one after the other to the last, then it stops. In: the button .player beside the years. Out: addresses.
 *
 * Who asked for less motion gets a button that goes one year further at each press.
 */
(() => {
  "use strict";
  const PAUSE = 1300;
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  let timer = 0;

  const button = () => window.regiobeeld.part("keuzes")?.querySelector(".player") ?? null;

  function years() {
    const links = [...button().closest("section").querySelectorAll("a.chip")];
    return { links, at: links.findIndex((link) => link.hasAttribute("aria-current")) };
  }

  function name() {
    const here = button();
    if (!here) {
      stop();
      return;
    }
    const { play, stop: halt, next } = here.dataset;
    const text = timer ? halt : calm.matches ? next : play;
    if (here.textContent !== text) here.textContent = text;
  }

  function stop() {
    clearTimeout(timer);
    timer = 0;
    if (button()) name();
  }

  /** One year further; from the last to the first only when someone pressed the button. */
  function step(round) {
    if (!button()) return;
    const { links, at } = years();
    const next = links[at + 1] ?? (round ? links[0] : null);
    if (next) window.regiobeeld.go(next.href);
    if (!next || calm.matches || next === links.at(-1)) stop();
    else timer = setTimeout(() => step(false), PAUSE);
    name();
  }

  document.addEventListener("click", (event) => {
    if (!event.target.closest(".player")) {
      if (timer && event.target.closest("a, button")) stop();
    } else if (timer) stop();
    else step(true);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && timer) stop();
  });
  calm.addEventListener("change", stop);
  window.addEventListener("regiobeeld:page", () => button() && name());
})();
