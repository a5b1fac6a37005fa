/**
 * The lists beside the picture: who is in view, with what can be done, and who was marked by this camera.
 *
 * @typedef {import("./words.js").Face} Face
 * @typedef {import("./words.js").How} How
 * @typedef {import("./words.js").Seen} Seen
 * @typedef {import("./words.js").Words} Words
 */
import { canBeMarked, element, icon, lookOf } from "./words.js";

const MOST_MARKED = 200; // rows; the board has them all

export class InView {
  /**
   * @param {HTMLElement} list
   * @param {Words} words
   * @param {(face: number, student?: string) => void} mark is called for a click
   */
  constructor(list, words, mark) {
    this.list = list;
    this.words = words;
    this.mark = mark;
    /** @type {Map<number, {row: HTMLElement, shown: string}>} */
    this.rows = new Map();
  }

  /** @param {Seen} seen @param {How} how */
  show(seen, how) {
    const there = new Set(seen.faces.map((face) => face.id));
    for (const [id, kept] of this.rows) {
      if (there.has(id)) continue;
      const focused = kept.row.contains(document.activeElement);
      kept.row.remove();
      this.rows.delete(id);
      if (focused) this.list.focus({ preventScroll: true });
    }
    for (const face of seen.faces) this.write(face, canBeMarked(face, seen.open, how), seen.open);
  }

  clear() {
    for (const kept of this.rows.values()) kept.row.remove();
    this.rows.clear();
  }

  /** @param {Face} face @param {boolean} clickable @param {boolean} open */
  write(face, clickable, open) {
    const [tone, name, word] = lookOf(face, this.words);
    const offered = face.status === "doubtful" && open ? face.candidates : [];
    const shown = [tone, word, face.name, clickable, ...offered.map((one) => one.student)].join("|");
    let kept = this.rows.get(face.id);
    if (!kept) {
      kept = { row: element("li", "live-row"), shown: "" };
      this.rows.set(face.id, kept);
      this.list.append(kept.row);
    }
    if (kept.shown === shown) return;
    kept.shown = shown;
    const who = element("span", "live-who", face.name || "");
    if (face.roll_number) who.append(" ", element("span", "muted", face.roll_number));
    const badge = element("span", `badge ${tone}`, word);
    badge.prepend(icon(name));
    const buttons = offered.map((one) => this.button(`${one.name} (${one.roll_number})`, this.words.choose, face.id, one.student));
    if (clickable) buttons.push(this.button(this.words.mark, this.words.markOne, face.id, undefined, face.name || ""));
    const focused = kept.row.contains(document.activeElement);
    kept.row.replaceChildren(...(face.name ? [who] : []), badge, ...buttons);
    if (focused) (buttons[0] || this.list).focus({ preventScroll: true });
  }

  /**
   * @param {string} text @param {string} spoken with {name}, for who hears the page
   * @param {number} face @param {string} [student] @param {string} [name]
   * @returns {HTMLElement}
   */
  button(text, spoken, face, student, name = text) {
    const made = /** @type {HTMLButtonElement} */ (element("button", "button", text));
    made.type = "button";
    made.setAttribute("aria-label", spoken.replace("{name}", name));
    made.addEventListener("click", () => this.mark(face, student));
    return made;
  }
}

export class Marked {
  /** @param {HTMLElement} list @param {Words} words */
  constructor(list, words) {
    this.list = list;
    this.words = words;
    /** @type {Map<string, HTMLElement>} by student */
    this.rows = new Map();
  }

  /** Put somebody on top, once. @param {Face} face @returns {boolean} whether they are new here */
  add(face) {
    if (!face.student || this.rows.has(face.student)) return false;
    const [tone, name, word] = lookOf(face, this.words);
    const row = element("li", "live-row");
    const who = element("span", "live-who", face.name || "");
    const badge = element("span", `badge ${tone}`, word);
    badge.prepend(icon(name));
    row.append(who, badge, element("span", "muted live-time", clock(new Date())));
    this.rows.set(face.student, row);
    this.list.prepend(row);
    while (this.list.children.length > MOST_MARKED) this.list.lastElementChild?.remove();
    return true;
  }

  /** Take somebody away whose mark a person took back: who is marked again is new again. @param {string} student */
  remove(student) {
    this.rows.get(student)?.remove();
    this.rows.delete(student);
  }
}

/** The time in the page's language. @param {Date} now @returns {string} */
function clock(now) {
  const language = document.documentElement.lang;
  const time = now.toLocaleTimeString(language, { hour: "numeric", minute: "2-digit", hourCycle: "h23" });
  return language.startsWith("en") ? time.replace(/^0/, "") : time;
}
