/* The map in a frame of another site. In: #kaart with its data-map, the server's drawing inside. Out: the part of
 * window.regiobeeld that map.js leans on. A click asks for the same frame with that area; nothing is kept.
 */
(() => {
  "use strict";
  document.documentElement.classList.add("js");
  window.regiobeeld = {
    part: (id) => document.getElementById(id),
    go: (href) => location.replace(href),
    settle: () => window.dispatchEvent(new CustomEvent("regiobeeld:page")),
  };
})();
