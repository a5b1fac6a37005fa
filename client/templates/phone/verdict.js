/**
 * The verdict in the place of the page, and how it stays there: this entry of the tab's history remembers it
 * until the session ends. So it survives a reload, "back" and a locked screen without any storage, and no
 * other tab, phone or visit has it. What is shown goes in as text, never as markup.
 *
 * @typedef {{kind: string, title: string, slots: Record<string, string>, until: number}} Kept
 */

/** @param {string} selector @returns {HTMLElement} */
const find = (selector) => /** @type {HTMLElement} */ (document.querySelector(selector));
const place = find("#place");
/** @type {Kept | null} */
let kept = null;
let isForSomeoneElse = false;

/**
 * Fill one of the page's templates and put it in the place of the page. The heading gets the focus.
 * @param {string} kind @param {string} title @param {Record<string, string>} slots text, and where links lead
 * @returns {DocumentFragment | HTMLElement} what was put there
 */
function putVerdict(kind, title, slots) {
  const template = /** @type {HTMLTemplateElement} */ (find(`#verdict-${kind}`));
  const page = /** @type {DocumentFragment} */ (template.content.cloneNode(true));
  for (const [name, text] of Object.entries({ title, ...slots })) {
    const slot = page.querySelector(`[data-slot="${name}"]`);
    if (slot instanceof HTMLInputElement) slot.value = text;
    else if (slot instanceof HTMLAnchorElement) showLink(slot, text);
    else if (slot instanceof SVGPathElement) drawModules(slot, text);
    else if (slot) slot.textContent = text;
  }
  const receipt = page.querySelector("[data-receipt]");
  if (receipt instanceof HTMLElement) receipt.hidden = !slots.line;
  const dispute = page.querySelector("[data-not-me]");
  if (dispute instanceof HTMLFormElement) dispute.action = `/not-me?claim=${encodeURIComponent(slots.claim || "")}`;
  const elsewhere = page.querySelector("[data-elsewhere]");
  if (elsewhere) elsewhere.addEventListener("click", checkInSomeoneElse);
  place.replaceChildren(page);
  document.title = title;
  window.scrollTo(0, 0);
  const heading = place.querySelector("h1");
  if (heading) heading.focus();
  return place;
}

/** @param {HTMLAnchorElement} link @param {string} address empty where it leads nowhere */
function showLink(link, address) {
  link.hidden = !address;
  if (address) link.href = address;
}

/**
 * Draw a QR code into its SVG.
 * @param {SVGPathElement} path @param {string} packed its modules row by row, 8 in a byte, in base 64; may be empty
 */
function drawModules(path, packed) {
  const bytes = Array.from(atob(packed), (letter) => letter.charCodeAt(0));
  const side = Math.floor(Math.sqrt(bytes.length * 8));
  let drawn = "";
  for (let at = 0; at < side * side; at += 1) {
    if (bytes[at >> 3] & (128 >> (at & 7))) drawn += `M${at % side} ${Math.floor(at / side)}.5h1`;
  }
  path.setAttribute("d", drawn);
  if (path.ownerSVGElement) path.ownerSVGElement.setAttribute("viewBox", `-4 -4 ${side + 8} ${side + 8}`);
}

/** Remember the verdict in this entry of the history. @param {Kept} record */
function keepVerdict(record) {
  kept = record;
  setState({ verdict: record });
}

/** @param {{verdict: Kept} | null} state of this entry of the history */
function setState(state) {
  try {
    history.replaceState(state, "");
  } catch {
    // what is shown stays for as long as the page does
  }
}

/** @returns {boolean} whether a verdict was remembered here, and is shown */
function showKeptVerdict() {
  const record = /** @type {Kept | undefined} */ (history.state && history.state.verdict);
  if (!record) return false;
  if (Date.now() >= record.until) {
    setState(null);
    return false;
  }
  kept = record;
  putVerdict(record.kind, record.title, record.slots);
  return true;
}

/** A shared phone: nothing of the first person stays, neither on the page nor behind "back". @param {Event} event */
function checkInSomeoneElse(event) {
  event.preventDefault();
  const link = /** @type {HTMLAnchorElement} */ (event.currentTarget);
  if (link.getAttribute("aria-disabled") === "true") return;
  isForSomeoneElse = true;
  kept = null;
  setState(null);
  place.replaceChildren();
  location.replace(link.href);
}

window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  if (isForSomeoneElse || (kept && Date.now() >= kept.until)) {
    setState(null);
    location.reload();
  }
});
