/**
 * Sorting and filtering of tables that the server has written: table.data[data-sort], input[data-filter="#table"].
 * The last row of the head has the headings. A filter that is a checkbox keeps rows with its data-only as data-has.
 * Long tables have pages on phones (row_pages.js).
 */

import { searchForm, searchWords } from "./folded.js";
import { pagesOf } from "./row_pages.js";

/**
 * What a cell is sorted by: its data-value, else its text.
 * @param {HTMLTableRowElement} row
 * @param {number} column
 */
function valueOf(row, column) {
  const cell = row.cells[column];
  return cell ? cell.dataset.value ?? cell.textContent?.trim() ?? "" : "";
}

const order = new Intl.Collator(document.documentElement.lang, { numeric: true, sensitivity: "base" });

/** @param {HTMLTableElement} table @returns {HTMLTableCellElement[]} */
const headings = (table) => [...([...(table.tHead?.rows ?? [])].at(-1)?.cells ?? [])];

/**
 * @param {HTMLTableElement} table
 * @param {HTMLTableCellElement} head
 */
function sortBy(table, head) {
  const down = head.getAttribute("aria-sort") === "ascending";
  for (const other of headings(table)) other.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", down ? "descending" : "ascending");
  const body = table.tBodies[0];
  const rows = [...body.rows].sort((a, b) => order.compare(valueOf(a, head.cellIndex), valueOf(b, head.cellIndex)));
  body.append(...(down ? rows.reverse() : rows));
  pagesOf(`#${table.id}`)?.lay(1);
}

/** Turns the headings of sortable tables into buttons; a heading with data-fixed stays as it is. */
export function sortableTables() {
  for (const table of document.querySelectorAll("table[data-sort]")) {
    for (const head of headings(/** @type {HTMLTableElement} */ (table))) {
      if (head.dataset.fixed !== undefined || !head.textContent?.trim()) continue;
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      button.addEventListener("click", () => sortBy(/** @type {HTMLTableElement} */ (table), /** @type {HTMLTableCellElement} */ (head)));
      head.append(button);
    }
  }
}

/** @param {HTMLElement} list @returns {HTMLElement[]} */
function rowsOf(list) {
  const rows = list instanceof HTMLTableElement ? list.tBodies[0].rows : list.children;
  return [...rows].map((row) => /** @type {HTMLElement} */ (row));
}

/** @param {HTMLElement} list */
function sift(list) {
  const filters = [...document.querySelectorAll(`input[data-filter="#${list.id}"]`)].map((one) => /** @type {HTMLInputElement} */ (one));
  const words = filters.flatMap((one) => (one.type === "checkbox" ? [] : searchWords(one.value)));
  const only = filters.filter((one) => one.type === "checkbox" && one.checked).map((one) => one.dataset.only);
  for (const row of rowsOf(list)) {
    const text = words.length ? searchForm(row.textContent ?? "") : "";
    row.hidden = !(words.every((word) => text.includes(word)) && only.every((one) => row.dataset.has === one));
  }
}

/**
 * Shows only the rows in which every typed word is found. A checkbox is hidden until this works; a search is a form
 * that the server answers, and needs no button any more.
 */
export function tableFilters() {
  for (const input of document.querySelectorAll("input[data-filter]")) {
    const field = /** @type {HTMLInputElement} */ (input);
    const list = /** @type {HTMLElement | null} */ (document.querySelector(field.dataset.filter ?? ""));
    if (!list) continue;
    field.closest(".field")?.removeAttribute("hidden");
    searchAtOnce(field);
    field.addEventListener("input", () => {
      sift(list);
      pagesOf(`#${list.id}`)?.lay(1);
    });
    if (field.checked || field.value) sift(list); // what the browser filled in when the page was opened again
  }
}

/** Makes the form of a search wait for nobody. @param {HTMLInputElement} field */
export function searchAtOnce(field) {
  const form = field.form;
  if (form?.dataset.find === undefined) return;
  form.addEventListener("submit", (event) => event.preventDefault());
  /** @type {HTMLElement} */ (form.querySelector("button")).hidden = true;
}

/** Long tables and lists turn their pages without asking the server. */
export function tablePages() {
  for (const nav of document.querySelectorAll("[data-pages]")) pagesOf(/** @type {HTMLElement} */ (nav).dataset.pages ?? "")?.lay();
}
