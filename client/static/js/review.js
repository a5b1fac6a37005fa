/** Review by keyboard: keys count only while a card has the focus, so that nothing is decided by accident. */

/** @returns {HTMLElement[]} */
const cards = () => [...document.querySelectorAll("[data-held]")].map((card) => /** @type {HTMLElement} */ (card)).filter((card) => card.offsetParent);

/** @param {number} by @param {HTMLElement} from */
function move(by, from) {
  const all = cards();
  const next = all[all.indexOf(from) + by];
  if (!next) return;
  next.focus();
  next.scrollIntoView({ block: "nearest" });
}

document.addEventListener("keydown", (event) => {
  const at = /** @type {HTMLElement} */ (event.target);
  const card = /** @type {HTMLElement | null} */ (at.closest("[data-held]"));
  if (!card || at.closest("input, select, textarea") || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    move(event.key === "ArrowDown" ? 1 : -1, card);
    return;
  }
  const wanted = event.key.toLowerCase();
  const button = [...card.querySelectorAll("[data-press]")].find((one) => /** @type {HTMLElement} */ (one).dataset.press === wanted);
  if (!button) return;
  event.preventDefault();
  /** @type {HTMLButtonElement} */ (button).click();
});

for (const card of document.querySelectorAll("[data-held]")) /** @type {HTMLElement} */ (card).tabIndex = 0;
if (document.querySelector("[data-queue]")) cards()[0]?.focus({ preventScroll: true });
