/**
 * Who is in the picture: choosing for a face in a sheet, and the counts and boxes that follow. Without it the same
 * choices open inside the rows.
 *
 * @typedef {{id: string, name: string}} Said id is a student's, "nobody", or "" where nothing is chosen
 */

import { searchForm, searchWords } from "../folded.js";

const NOBODY = "nobody";
const REACH_PX = 36; // around a box that a thumb may miss
const MOST_FOUND = 100;

/** @param {string} id @returns {HTMLElement} */
const find = (id) => /** @type {HTMLElement} */ (document.getElementById(id));
/** @param {ParentNode} root @param {string} selector @returns {HTMLElement} */
const part = (root, selector) => /** @type {HTMLElement} */ (root.querySelector(selector));
const form = find("result");
const words = /** @type {Record<string, string>} */ (JSON.parse(form.dataset.words || "{}"));
const chooser = /** @type {HTMLDialogElement} */ (find("chooser"));
const rows = /** @type {HTMLElement[]} */ ([...form.querySelectorAll("[data-face]")]);
const roster = [...form.querySelectorAll("#roster option")].map((option) => {
  const { id = "", name = "" } = /** @type {HTMLElement} */ (option).dataset;
  const label = /** @type {HTMLOptionElement} */ (option).value;
  return { id, name, label, words: searchForm(label) };
});
const looks = new Map(rows.map((row) => [row, part(row, "[data-look]").firstElementChild?.cloneNode(true)]));
/** @type {HTMLElement | null} */
let open = null;
/** @type {HTMLElement | null} */
let early = null; // which was tapped before this script was there

/** @param {HTMLElement} row @returns {HTMLInputElement} */
const other = (row) => /** @type {HTMLInputElement} */ (document.getElementById(`other-${row.dataset.face}`));
/** @param {HTMLElement} row @returns {HTMLInputElement[]} */
const radios = (row) => /** @type {HTMLInputElement[]} */ ([...document.getElementsByName(`face-${row.dataset.face}`)]);
/** @param {HTMLElement} row */
const spot = (row) => /** @type {SVGAElement | null} */ (form.querySelector(`[data-spot="${row.dataset.face}"]`));

/** @param {HTMLElement} row @returns {Said} */
function said(row) {
  const typed = other(row).value.trim();
  const named = roster.find((one) => one.label === typed);
  if (named) return { id: named.id, name: named.name };
  const checked = radios(row).find((one) => one.checked);
  if (!checked) return { id: "", name: words.open };
  return checked.value === NOBODY ? { id: NOBODY, name: words.nobody } : { id: checked.value, name: checked.dataset.name ?? "" };
}

/** @param {Element} element @param {string} text */
function put(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Everything that follows from what is chosen. */
function refresh() {
  const all = rows.map((row) => ({ row, ...said(row) }));
  const students = new Set(all.filter((one) => one.id && one.id !== NOBODY).map((one) => one.id));
  for (const one of all) {
    const twin = one.id && one.id !== NOBODY && all.find((two) => two !== one && two.id === one.id && two.row.dataset.picture === one.row.dataset.picture);
    draw(one.row, one, twin ? words.twice.replace("{n}", twin.row.dataset.number ?? "") : "");
  }
  const waiting = all.filter((one) => one.row.dataset.kind === "doubtful" && !one.id).length;
  const counts = {
    recognised: students.size,
    confirm: waiting,
    unknown: all.filter((one) => one.row.dataset.kind === "unknown" && (!one.id || one.id === NOBODY)).length,
    missing: roster.filter((one) => !students.has(one.id)).length,
  };
  for (const [name, count] of Object.entries(counts)) for (const element of form.querySelectorAll(`[data-count="${name}"]`)) put(element, String(count));
  for (const entry of form.querySelectorAll("[data-missing] li")) /** @type {HTMLElement} */ (entry).hidden = students.has(/** @type {HTMLElement} */ (entry).dataset.student ?? "");
  const mark = /** @type {HTMLButtonElement} */ (part(form, "[data-mark]"));
  put(mark, students.size === 1 ? words.markOne : students.size ? words.mark.replace("{n}", String(students.size)) : words.markNone);
  mark.disabled = students.size === 0;
  const undecided = part(form, "[data-undecided]");
  undecided.hidden = waiting === 0;
  put(undecided, waiting === 1 ? words.undecidedOne : words.undecided.replace("{n}", String(waiting)));
}

/** One row and its box. @param {HTMLElement} row @param {Said} choice @param {string} problem */
function draw(row, choice, problem) {
  const isOpen = !choice.id;
  const before = row.dataset.said;
  if (before === undefined) row.dataset.said = row.dataset.first = choice.id; // as the server wrote it
  else if (before !== choice.id) {
    row.dataset.said = choice.id;
    put(part(row, "[data-name]"), choice.name);
    part(row, "[data-name]").classList.toggle("muted", isOpen || choice.id === NOBODY);
    put(part(row, "[data-open]"), isOpen || choice.id === NOBODY ? words.choose : words.change);
    const look = choice.id === row.dataset.first ? looks.get(row) : /** @type {HTMLTemplateElement} */ (find(choice.id === NOBODY ? "look-nobody" : "look-chosen")).content.firstElementChild;
    if (look) part(row, "[data-look]").replaceChildren(look.cloneNode(true));
    const box = spot(row);
    box?.classList.toggle("chosen", !isOpen && choice.id !== NOBODY);
    box?.classList.toggle("nobody", choice.id === NOBODY);
    if (box) put(part(box, "[data-guess]"), choice.id === NOBODY ? "" : choice.name);
    box?.setAttribute("aria-label", `${row.dataset.number}: ${choice.name}`);
    row.classList.toggle("doubtful", row.dataset.kind === "doubtful" && isOpen);
    for (const element of row.querySelectorAll("[data-pick], [data-proposed]")) /** @type {HTMLElement} */ (element).hidden = true;
  }
  const error = part(row, "[data-error]");
  if (problem || before !== undefined) {
    error.hidden = !problem;
    put(error, problem);
  }
}

/** @param {HTMLElement} row */
function choose(row) {
  if (chooser.open) return;
  open = row;
  put(find("chooser-title"), words.who.replace("{n}", row.dataset.number ?? ""));
  const crop = part(row, ".seen-crop").cloneNode(true);
  part(chooser, "[data-crop]").replaceChildren(crop);
  part(chooser, "[data-slot]").replaceChildren(part(row, "[data-choices]"));
  offer(row);
  chooser.showModal();
  chooser.scrollTop = 0;
}

/** The roster, as far as it fits what is typed. @param {HTMLElement} row */
function offer(row) {
  const typed = other(row).value.toLowerCase();
  const wanted = roster.some((one) => one.label.toLowerCase() === typed) ? [] : searchWords(typed);
  const taken = new Set(rows.filter((one) => one !== row && one.dataset.picture === row.dataset.picture).map((one) => said(one).id));
  const offered = new Set(wanted.length ? [] : radios(row).map((radio) => radio.value)); // stand above already
  const found = roster.filter((one) => !offered.has(one.id) && wanted.every((word) => one.words.includes(word))).slice(0, MOST_FOUND);
  const entries = found.map((one) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button";
    button.textContent = taken.has(one.id) ? `${one.label} · ${words.seen}` : one.label;
    button.addEventListener("click", () => {
      for (const radio of radios(row)) radio.checked = radio.value === one.id;
      other(row).value = radios(row).some((radio) => radio.checked) ? "" : one.label;
      chooser.close();
    });
    const entry = document.createElement("li");
    entry.append(button);
    return entry;
  });
  const none = document.createElement("li");
  none.className = "muted";
  none.textContent = words.none;
  part(chooser, "[data-found]").replaceChildren(...(entries.length ? entries : [none]));
}

/** Put the choices back into their row. */
function closed() {
  const row = open;
  if (!row) return;
  open = null;
  const input = other(row);
  if (!roster.some((one) => one.label === input.value.trim())) input.value = ""; // half a name is nobody's
  part(row, ".seen-choice").append(part(chooser, "[data-choices]"));
  refresh();
  part(row, "[data-open]").focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

/** The row whose box is nearest to a point on the screen, if one is near. @param {Element} svg @param {MouseEvent} event */
function nearest(svg, event) {
  let best = null;
  let least = REACH_PX;
  for (const row of rows) {
    const box = spot(row);
    if (!box || !svg.contains(box)) continue;
    const { left, right, top, bottom } = part(/** @type {any} */ (box), "rect").getBoundingClientRect();
    const distance = Math.hypot(Math.max(left - event.clientX, 0, event.clientX - right), Math.max(top - event.clientY, 0, event.clientY - bottom));
    if (distance < least) [best, least] = [row, distance];
  }
  return best;
}

for (const row of rows) {
  const details = /** @type {HTMLDetailsElement} */ (part(row, ".seen-choice"));
  if (details.open && part(row, "[data-error]").hidden) early = row;
  details.open = false;
  part(row, "[data-open]").setAttribute("aria-haspopup", "dialog");
  other(row).removeAttribute("list"); // the sheet has a list of its own
  for (const button of row.querySelectorAll("[data-pick]")) {
    /** @type {HTMLElement} */ (button).hidden = false;
    button.addEventListener("click", () => {
      for (const radio of radios(row)) radio.checked = radio.value === /** @type {HTMLElement} */ (button).dataset.pick;
      refresh();
      part(row, "[data-open]").focus();
    });
  }
  row.addEventListener("click", (event) => {
    if (/** @type {Element} */ (event.target).closest("[data-pick], fieldset")) return;
    event.preventDefault();
    choose(row);
  });
  for (const [name, at] of /** @type {const} */ ([["pointerenter", true], ["pointerleave", false], ["focusin", true], ["focusout", false]])) {
    row.addEventListener(name, () => spot(row)?.classList.toggle("at", at));
    spot(row)?.addEventListener(name, () => row.classList.toggle("at", at));
  }
}
for (const svg of form.querySelectorAll(".room-picture svg")) {
  svg.addEventListener("click", (event) => {
    const hit = /** @type {Element} */ (event.target).closest("[data-spot]");
    const row = hit ? rows.find((one) => one.dataset.face === /** @type {SVGElement} */ (hit).dataset.spot) : nearest(svg, /** @type {MouseEvent} */ (event));
    if (hit) event.preventDefault();
    if (row) choose(row);
  });
}
chooser.addEventListener("close", closed);
chooser.addEventListener("click", (event) => event.target === chooser && chooser.close()); // beside the sheet
part(chooser, "[data-done]").addEventListener("click", () => chooser.close());
chooser.addEventListener("input", (event) => {
  const field = /** @type {HTMLInputElement} */ (event.target);
  if (!open) return;
  if (field.type === "radio") other(open).value = "";
  else if (field.value) for (const radio of radios(open)) radio.checked = false;
  offer(open);
});
chooser.addEventListener("click", (event) => {
  // A tap decides; the arrow keys only move, and make a click without a place.
  const tapped = /** @type {HTMLElement} */ (event.target).matches('input[type="radio"]') && event.detail > 0;
  if (tapped) chooser.close();
});
chooser.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !open || !/** @type {HTMLElement} */ (event.target).matches("input")) return;
  event.preventDefault(); // and never send the form
  const first = /** @type {HTMLButtonElement | null} */ (chooser.querySelector("[data-found] button"));
  if (/** @type {HTMLElement} */ (event.target).matches("[data-other]") && other(open).value && first) first.click();
  else chooser.close();
});
refresh();
if (early) choose(early);
