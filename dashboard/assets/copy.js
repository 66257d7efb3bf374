/* Copy a line. In: buttons with data-copy (id of a field) and data-done. Out: the clipboard, and a word that it is done. */
(() => {
  "use strict";
  const SHOWN = 2000;

  async function copy(button) {
    const field = document.getElementById(button.dataset.copy);
    if (!field) return;
    field.focus();
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      return; // Not allowed here: the text is selected, the keyboard can do the rest.
    }
    const word = button.firstChild, before = word.nodeValue;
    if (before === button.dataset.done) return;
    word.nodeValue = button.dataset.done;
    setTimeout(() => (word.nodeValue = before), SHOWN);
  }

  document.addEventListener("click", ({ target }) => {
    const button = target.closest?.("[data-copy]");
    if (button) copy(button);
  });
})();
