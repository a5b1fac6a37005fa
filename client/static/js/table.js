/**
 * Sorting and filtering of tables that the server has written: table.data[data-sort], input[data-filter="#table"].
 * The last row of the head has the headings. A filter that is a checkbox keeps rows with its data-only as data-has.
 */

import { searchForm, searchWords } from "./folded.js";

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

/** @param {HTMLTableElement} table */
function sift(table) {
  const filters = [...document.querySelectorAll(`input[data-filter="#${table.id}"]`)].map((one) => /** @type {HTMLInputElement} */ (one));
  const words = filters.flatMap((one) => (one.type === "checkbox" ? [] : searchWords(one.value)));
  const only = filters.filter((one) => one.type === "checkbox" && one.checked).map((one) => one.dataset.only);
  for (const row of table.tBodies[0].rows) {
    const text = words.length ? searchForm(row.textContent ?? "") : "";
    row.hidden = !(words.every((word) => text.includes(word)) && only.every((one) => row.dataset.has === one));
  }
}

/** Shows only the rows in which every typed word is found; a filter's field is hidden until this works. */
export function tableFilters() {
  for (const input of document.querySelectorAll("input[data-filter]")) {
    const field = /** @type {HTMLInputElement} */ (input);
    const table = /** @type {HTMLTableElement | null} */ (document.querySelector(field.dataset.filter ?? ""));
    if (!table) continue;
    field.closest(".field")?.removeAttribute("hidden");
    field.addEventListener("input", () => sift(table));
    if (field.checked || field.value) sift(table); // what the browser filled in when the page was opened again
  }
}
