/* Figures and names for the map. In: addresses of arrays. Out: window.regiobeeld.figures.
 *
 * The layout of the bytes is documented in dashboard/api/mapvalues.py; what is fetched is kept while the page lives.
 */
(() => {
  "use strict";
  const SLUG = { 5: "te-onzeker", 6: "geheim", 7: "ontbreekt", 8: "nvt" };
  const KEPT = 24;
  const arrays = new Map();
  const names = new Map();

  function once(store, address, read) {
    if (!store.has(address)) {
      const asked = fetch(address).then((answer) => {
        if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
        return read(answer);
      });
      asked.catch(() => store.delete(address));
      store.set(address, asked);
      if (store.size > KEPT) store.delete(store.keys().next().value);
    }
    return store.get(address);
  }

  /** One level of one year: codes and figures in the order of the areas. */
  async function unpack(answer) {
    const head = (name) => Number(answer.headers.get(name));
    const count = head("X-Aantal"), start = (count + 3) & ~3;
    const body = await answer.arrayBuffer();
    const Kind = head("X-Breedte") === 4 ? Uint32Array : Uint16Array;
    return {
      first: head("X-Eerste"), decimals: head("X-Decimalen"),
      codes: new Uint8Array(body, 0, count), figures: new Kind(body, start, count),
    };
  }

  /** The figure as table and panel write it: one decimal below 10, none from 10 on. */
  function written(figure, decimals, language) {
    const digits = figure >= 10 ? 0 : decimals;
    const locale = language === "en" ? "en-GB" : "nl-NL";
    return figure.toLocaleString(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits });
  }

  /** What the tooltip says of a row: its figure with unit, or the words of its status. */
  function reading(values, row, spec) {
    const code = values.codes[row] & 15;
    if (code > 4) return spec.status[SLUG[code]];
    return `${written(values.figures[row] / 10 ** values.decimals, values.decimals, spec.language)} ${spec.unit}`;
  }

  window.regiobeeld.figures = {
    load: (address) => once(arrays, address, unpack),
    loadNames: (address) => once(names, address, (answer) => answer.json()),
    reading,
  };
})();
