/**
 * Pages of long lists on phones: nav[data-pages="#list"] below a list. The stylesheet hides rows with data-off on small
 * screens only, so nothing here asks how wide the screen is.
 */

/** @param {Element} row */
const isFound = (row) => !(/** @type {HTMLElement} */ (row).hidden);

/** The pages of one list; `lay` after each change of its rows. */
export class RowPages {
  /** @param {HTMLElement} nav */
  constructor(nav) {
    const list = /** @type {HTMLElement} */ (document.querySelector(nav.dataset.pages ?? ""));
    this.nav = nav;
    this.list = list instanceof HTMLTableElement ? list.tBodies[0] : list;
    this.length = Number(nav.dataset.length);
    this.page = Number(nav.dataset.page);
    for (const [link, by] of /** @type {[HTMLElement, number][]} */ ([[this.link("prev"), -1], [this.link("next"), 1]])) {
      link.addEventListener("click", (event) => {
        event.preventDefault();
        this.turn(by);
      });
    }
  }

  /** @param {string} rel @returns {HTMLElement} */
  link(rel) {
    return /** @type {HTMLElement} */ (this.nav.querySelector(`[rel=${rel}]`));
  }

  /** Put each row that was found on its page, and say where one is. @param {number} [page] */
  lay(page = this.page) {
    const found = [...this.list.children].filter(isFound);
    const pages = Math.max(1, Math.ceil(found.length / this.length));
    this.page = Math.min(Math.max(1, page), pages);
    const first = (this.page - 1) * this.length;
    found.forEach((row, at) => row.toggleAttribute("data-off", at < first || at >= first + this.length));
    this.nav.hidden = pages === 1;
    this.link("prev").hidden = this.page === 1;
    this.link("next").hidden = this.page === pages;
    const numbers = [first + 1, Math.min(found.length, first + this.length), found.length];
    const words = (this.nav.dataset.words ?? "").replace(/#+/g, (marks) => String(numbers[marks.length - 1]));
    const status = /** @type {HTMLElement} */ (this.nav.querySelector("[role=status]"));
    if (status.textContent !== words) status.textContent = words;
  }

  /** The page that a row is on. @param {Element} row */
  layAt(row) {
    this.lay(1 + Math.floor([...this.list.children].filter(isFound).indexOf(row) / this.length));
  }

  /** Another page, from its first row on. @param {number} by */
  turn(by) {
    this.lay(this.page + by);
    const row = [...this.list.children].find((one) => isFound(one) && !one.hasAttribute("data-off"));
    row?.scrollIntoView({ block: "start" });
    /** @type {HTMLElement | null | undefined} */ (row?.querySelector("a, button, input"))?.focus({ preventScroll: true });
  }
}

/** @type {Map<string, RowPages>} */
const known = new Map();

/** The pages of a list, if it has any; the same for all who ask. @param {string} list @returns {RowPages | undefined} */
export function pagesOf(list) {
  const nav = /** @type {HTMLElement | null} */ (document.querySelector(`[data-pages="${list}"]`));
  if (nav && !known.has(list)) known.set(list, new RowPages(nav));
  return known.get(list);
}
