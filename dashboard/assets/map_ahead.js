/* What a change of figures would have to wait for, made in idle time. In: a map, and whether to go on. Out:
 * window.regiobeeld.ahead. Why: docs/adr/0017.
 */
(() => {
  "use strict";
  const SOME = 2500;
  const FAINT = 0.001;
  /** Milliseconds in which the graphics card finishes what it was told: whoever asks it something before that, waits. */
  const BREATH = 300;
  const later = window.requestIdleCallback ?? ((act) => setTimeout(act, 1500));

  /** Tell the map of a level what it shows already, some areas at a time: what it must look up for that, it then has. */
  async function rehearse(map, level, { codes, first }, goesOn) {
    for (let row = 0; row < codes.length && goesOn(); row += SOME) {
      for (let one = row; one < Math.min(row + SOME, codes.length); one += 1) {
        const k = window.regiobeeld.look.shown(codes[one]);
        map.setFeatureState({ source: level, sourceLayer: level, id: first + one }, { k });
      }
      await new Promise((done) => later(done));
    }
  }

  /** Draw a level once, too faint to be seen: the graphics card then has its shapes and programs. One layer at a time: to
   * make a program holds everything up.
   */
  async function faintly(map, level, goesOn) {
    const settled = () => new Promise((done) => map.once("idle", () => setTimeout(done, BREATH)));
    for (const [layer, opacity] of [[`fill-${level}`, "fill-opacity"], [`edge-${level}`, "line-opacity"]]) {
      await settled();
      if (!goesOn()) return;
      map.setPaintProperty(layer, opacity, FAINT);
    }
    await settled();
  }

  window.regiobeeld.ahead = { later, rehearse, faintly };
})();
