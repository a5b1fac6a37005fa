/**
 * The live board: an event says that something changed, and then the rows that did are fetched and put in place.
 *
 * @typedef {{state: string, whole: boolean, rows: [string, boolean, string][], gone: string[], phase: string,
 *   counts: Record<string, number>, held_state: string, held?: string,
 *   held_more?: boolean, room_state: string, room?: string,
 *   alarms_state: string, alarms?: string, alarms_count?: number}} Changes
 */

import { searchForm, searchWords } from "./folded.js";
import { newest } from "./newest.js";
import { pagesOf } from "./row_pages.js";
import { searchAtOnce } from "./table.js";

const REST_MS = 700; // between two fetches: a full class at the door is one picture a moment, not thirty
const RETRY_MS = 4000;
const PATIENCE_MS = 10000;
const MOST_FRESH = 20; // rows at once that are worth a highlight

/** @param {string} id @returns {HTMLElement} */
const find = (id) => /** @type {HTMLElement} */ (document.getElementById(id));
const board = find("board");
const lists = { true: find("in"), false: find("out") };
const filter = /** @type {HTMLInputElement} */ (find("find"));
const pages = [pagesOf("#in"), pagesOf("#out")];
const isCut = board.dataset.cut !== undefined; // one page of many, which the server searches and turns
const token = /** @type {HTMLMetaElement} */ (document.querySelector('meta[name="csrf-token"]')).content;
/** @type {Map<string, HTMLElement>} */
const rows = new Map();
for (const row of document.querySelectorAll(".pupil")) rows.set(/** @type {HTMLElement} */ (row).dataset.student ?? "", /** @type {HTMLElement} */ (row));

let state = board.dataset.state ?? "";
let heldState = board.dataset.heldState ?? "";
let roomState = board.dataset.roomState ?? "";
let alarmsState = board.dataset.alarmsState ?? "";
let shown = Number(board.dataset.change);
let wanted = shown;
let busy = false;
let again = false;

/** @param {Element} element @param {string} text */
function put(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** @param {"ok" | "warn"} tone @param {string} text */
function tellLive(tone, text) {
  const live = find("live");
  live.hidden = false;
  live.dataset.tone = tone;
  put(live, text);
}

/** @param {string} html @returns {HTMLElement} */
function element(html) {
  const holder = document.createElement("template");
  holder.innerHTML = html; // written by the server, which escapes every name
  return /** @type {HTMLElement} */ (holder.content.firstElementChild);
}

/** @param {HTMLElement} list @param {HTMLElement} row */
function insert(list, row) {
  const key = row.dataset.key ?? "";
  const all = /** @type {HTMLCollectionOf<HTMLElement>} */ (list.children);
  let low = 0;
  let high = all.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((all[middle].dataset.key ?? "") <= key) low = middle + 1;
    else high = middle;
  }
  list.insertBefore(row, all[low] ?? null);
}

/** @param {HTMLElement} row */
function sift(row) {
  const words = isCut ? [] : searchWords(filter.value);
  const text = words.length ? searchForm(row.querySelector(".pupil-who")?.textContent ?? "") : "";
  row.hidden = !words.every((word) => text.includes(word));
}

/**
 * Puts a row in place of an older one, and lays the pages later.
 * @param {string} id @param {boolean} isIn @param {string} html @param {boolean} highlight
 */
function place(id, isIn, html, highlight) {
  const old = rows.get(id);
  const row = element(html);
  const list = lists[/** @type {"true" | "false"} */ (String(isIn))];
  const focused = old?.contains(document.activeElement) ? /** @type {HTMLElement} */ (document.activeElement) : null;
  // Who works through a list by keyboard goes on with the next one there, and does not follow to the other list.
  const next = old && focused && old.parentElement !== list ? besides(old) ?? row : row;
  old?.remove();
  rows.set(id, row);
  insert(list, row);
  row.classList.toggle("fresh", highlight);
  sift(row);
  if (focused) focusLike(focused, next);
}

/** The row after another one, or before it, of those that were searched for. @param {HTMLElement} row */
function besides(row) {
  for (const way of /** @type {const} */ (["nextElementSibling", "previousElementSibling"])) {
    let other = /** @type {HTMLElement | null} */ (row[way]);
    while (other?.hidden) other = /** @type {HTMLElement | null} */ (other[way]);
    if (other) return other;
  }
  return null;
}

/** The same link or button in another row. @param {HTMLElement} before @param {HTMLElement} row */
function focusLike(before, row) {
  const form = before.getAttribute("form");
  row.removeAttribute("data-off"); // or it can't have the focus on a phone
  /** @type {HTMLElement | null} */ (row.querySelector(form ? `[form="${form}"]` : "a"))?.focus({ preventScroll: true });
}

/** Lay the pages of both lists; where the focus is stays on the page. */
function layPages() {
  const at = document.activeElement?.closest(".pupil");
  for (const list of pages) {
    list?.lay();
    if (at?.hasAttribute("data-off") && list?.list === at.parentElement) list?.layAt(at);
  }
}

/** @param {string} html */
function showHeld(html) {
  const list = find("held");
  const at = /** @type {HTMLElement | null} */ (document.activeElement?.closest("[data-held]"));
  const holder = document.createElement("div");
  holder.innerHTML = html;
  const fresh = [...holder.querySelectorAll("[data-held]")].map((card) => /** @type {HTMLElement} */ (card));
  const old = new Map([...list.children].map((card) => [card.id, card]));
  const position = at ? [...list.children].indexOf(at) : -1;
  list.replaceChildren(...fresh.map((card) => old.get(card.id) ?? card));
  for (const card of list.children) /** @type {HTMLElement} */ (card).tabIndex = 0;
  find("waiting").hidden = fresh.length === 0;
  if (at) /** @type {HTMLElement | undefined} */ (at.isConnected ? at : list.children[Math.min(position, fresh.length - 1)])?.focus({ preventScroll: true });
}

/** Who is in the room; who answered there by keyboard goes on with the next name. @param {string} html */
function showRoom(html) {
  const room = find("room");
  const at = document.activeElement;
  const buttons = () => [...room.querySelectorAll("button")];
  const position = at instanceof HTMLButtonElement ? buttons().indexOf(at) : -1;
  const id = at?.closest(".seek")?.id;
  room.innerHTML = html; // written by the server, which escapes every name
  room.hidden = !html;
  if (position < 0) return;
  const same = id ? document.getElementById(id)?.querySelector("button") : null;
  (same ?? buttons()[Math.min(position, buttons().length - 1)])?.focus({ preventScroll: true });
}

/** @param {string} html @param {number} count */
function showAlarms(html, count) {
  const list = find("odd-list");
  const holder = document.createElement("template");
  holder.innerHTML = html; // written by the server, which escapes every name
  const at = [...list.children].findIndex((one) => one.contains(document.activeElement));
  const old = new Map([...list.children].map((one) => [one.id, one]));
  list.replaceChildren(...[...holder.content.children].map((one) => (one.id && old.get(one.id)) || one));
  find("odd").hidden = count === 0;
  put(find("odd-count"), String(count));
  if (at >= 0 && !list.contains(document.activeElement)) {
    /** @type {HTMLElement | undefined} */ (list.children[Math.min(at, list.children.length - 1)])?.focus({ preventScroll: true });
  }
}

/** @param {Changes} changes */
function show(changes) {
  if (changes.phase !== board.dataset.phase) {
    location.reload(); // opened or closed: other buttons
    return;
  }
  const known = new Set(changes.rows.map(([id]) => id));
  const gone = changes.whole ? [...rows.keys()].filter((id) => !known.has(id)) : changes.gone;
  for (const id of gone) {
    rows.get(id)?.remove();
    rows.delete(id);
  }
  const highlight = changes.rows.length <= MOST_FRESH;
  for (const [id, isIn, html] of changes.rows) place(id, isIn, html, highlight);
  layPages();
  for (const count of document.querySelectorAll("[data-count]")) {
    const name = /** @type {HTMLElement} */ (count).dataset.count ?? "";
    if (name in changes.counts) put(count, String(changes.counts[name]));
  }
  if (changes.held !== undefined) {
    showHeld(changes.held);
    find("held-more").hidden = !changes.held_more;
  }
  if (changes.room !== undefined) showRoom(changes.room);
  if (changes.alarms !== undefined) showAlarms(changes.alarms, changes.alarms_count ?? 0);
  state = changes.state;
  roomState = changes.room_state;
  heldState = changes.held_state;
  alarmsState = changes.alarms_state;
}

/** Fetch what changed; one fetch at a time, and never two in quick succession. */
async function refresh() {
  if (busy) {
    again = true;
    return;
  }
  busy = true;
  again = false;
  let wait = REST_MS;
  try {
    const query = new URLSearchParams({ since: state, held: heldState, room: roomState, alarms: alarmsState });
    if (isCut) new URLSearchParams(location.search).forEach((value, name) => query.set(name, value));
    const changes = await newest(`${board.dataset.changes}?${query}`);
    show(changes);
    shown = changes.change;
    tellLive("ok", board.dataset.live ?? "");
  } catch {
    again = true;
    wait = RETRY_MS;
    tellLive("warn", board.dataset.lost ?? "");
  }
  setTimeout(() => {
    busy = false;
    if (again || shown < wanted) refresh();
  }, wait);
}

function listen() {
  const events = new EventSource(board.dataset.events ?? "");
  events.addEventListener("message", (event) => {
    tellLive("ok", board.dataset.live ?? "");
    wanted = Number(event.data);
    if (wanted !== shown) refresh();
  });
  events.addEventListener("error", () => {
    if (events.readyState !== EventSource.CLOSED) return; // the browser reconnects automatically
    tellLive("warn", board.dataset.lost ?? "");
    setTimeout(() => {
      refresh(); // which finds out whether the login has ended
      listen();
    }, RETRY_MS);
  });
}

/** Show what was done; who pressed **Undo** there by keyboard goes on from there. @param {Node | string} what */
function tellDone(what) {
  const done = find("done");
  const focused = done.contains(document.activeElement);
  done.replaceChildren(what);
  if (!focused) return;
  done.tabIndex = -1;
  done.focus({ preventScroll: true });
}

/** Forms that are sent without leaving the page. */
function sendQuietly() {
  document.addEventListener(
    "submit",
    async (event) => {
      const form = /** @type {HTMLFormElement} */ (event.target);
      if (form.dataset.quiet === undefined) return;
      event.preventDefault();
      const submitter = /** @type {HTMLButtonElement | null} */ (event.submitter);
      if (submitter?.ariaDisabled === "true") return;
      if (submitter) submitter.ariaDisabled = "true";
      const body = new FormData(form);
      if (submitter?.name) body.append(submitter.name, submitter.value); // FormData takes no button before Safari 16.4
      try {
        const answer = await fetch(form.action, {
          method: "POST",
          headers: { Accept: "application/json", "X-CSRFToken": token },
          body,
          signal: AbortSignal.timeout(PATIENCE_MS),
        });
        const told = await answer.json();
        if (answer.status === 401) location.reload();
        tellDone(told.html ? element(told.html) : told.message);
        if (answer.ok) form.reset();
      } catch {
        tellDone(board.dataset.failed ?? "");
      }
      if (submitter) submitter.ariaDisabled = null;
      refresh();
    },
    true,
  );
}

searchAtOnce(filter);
filter.addEventListener("input", () => {
  rows.forEach(sift);
  for (const list of pages) list?.lay(1);
});
if (filter.value) {
  rows.forEach(sift); // what the browser filled in when the page was opened again
  layPages();
}
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && refresh());
addEventListener("pageshow", (event) => event.persisted && refresh());
if (Number(board.dataset.wait) > 0) setTimeout(refresh, 1000 * Number(board.dataset.wait)); // for the spot check
sendQuietly();
listen();
