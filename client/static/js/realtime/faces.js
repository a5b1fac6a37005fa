/**
 * What lies over the live picture: a box for each face, with who it is and how they stand. The box of a face that a
 * click can mark is a button, as large as a thumb at least.
 *
 * @typedef {import("./words.js").Face} Face
 * @typedef {import("./words.js").How} How
 * @typedef {import("./words.js").Seen} Seen
 * @typedef {import("./words.js").Words} Words
 * @typedef {{box: HTMLElement, hit: HTMLButtonElement, label: HTMLElement, student: string | null, shown: string}} Drawn
 * @typedef {{id: number, student: string | null, pointer: number, x: number, y: number}} Press
 */
import { Labels } from "./labels.js";
import { canBeMarked, element, icon, lookOf } from "./words.js";

const SLIP = 24; // px that a finger may slip between down and up

export class Faces {
  /**
   * @param {HTMLElement} layer lies over the picture
   * @param {Words} words
   * @param {(face: number) => void} mark is called for a click
   */
  constructor(layer, words, mark) {
    this.layer = layer;
    this.labels = new Labels(layer);
    this.words = words;
    this.mark = mark;
    /** @type {Map<number, Drawn>} a box stays the same element while its face stays, so that it keeps the focus */
    this.drawn = new Map();
    /** @type {Press | null} */
    this.pressed = null;
    layer.addEventListener("pointerdown", (event) => this.press(event));
    addEventListener("pointerup", (event) => this.release(event));
    addEventListener("pointercancel", () => (this.pressed = null)); // the finger scrolls
  }

  /** Show the faces of a frame. @param {Seen} seen @param {How} how */
  show(seen, how) {
    const there = new Set(seen.faces.map((face) => face.id));
    for (const [id, drawn] of this.drawn) if (!there.has(id)) this.remove(id, drawn);
    for (const face of seen.faces) {
      const drawn = this.drawn.get(face.id) || this.add(face.id);
      drawn.student = face.student;
      place(drawn, face, seen, how.mirrored);
      this.write(drawn, face, canBeMarked(face, seen.open, how));
    }
    this.labels.place([...this.drawn.values()]);
  }

  /** Take all boxes away. */
  clear() {
    for (const [id, drawn] of this.drawn) this.remove(id, drawn);
  }

  /** @param {number} id @param {Drawn} drawn */
  remove(id, drawn) {
    const focused = drawn.box.contains(document.activeElement);
    drawn.box.remove();
    this.drawn.delete(id);
    if (focused) this.focusNext();
  }

  /** The next face that can be marked, for who works with the keyboard. */
  focusNext() {
    const next = /** @type {HTMLElement | null} */ (this.layer.querySelector(".live-hit"));
    (next || this.layer).focus({ preventScroll: true });
  }

  /** @param {number} id @returns {Drawn} */
  add(id) {
    const box = element("div", "live-face");
    const label = element("span", "live-label");
    const hit = /** @type {HTMLButtonElement} */ (element("button", "live-hit"));
    hit.type = "button";
    hit.dataset.face = String(id);
    hit.addEventListener("click", () => {
      this.pressed = null;
      this.mark(id);
    });
    box.append(label);
    this.layer.append(box);
    const drawn = { box, hit, label, student: null, shown: "" };
    this.drawn.set(id, drawn);
    return drawn;
  }

  /** @param {Drawn} drawn @param {Face} face @param {boolean} clickable */
  write(drawn, face, clickable) {
    const [tone, name, word] = lookOf(face, this.words);
    const shown = [tone, name, word, face.name, clickable].join("|");
    if (shown === drawn.shown) return;
    drawn.shown = shown;
    drawn.box.dataset.tone = tone;
    drawn.box.dataset.status = face.status;
    const parts = face.name ? [element("b", "", face.name)] : [];
    if (!clickable || face.status !== "recognised") {
      const state = element("span", "live-state", word);
      state.prepend(icon(name));
      parts.push(state);
    }
    if (clickable) parts.push(element("span", "button main live-mark", this.words.mark));
    drawn.label.replaceChildren(...parts);
    this.makeButton(drawn, face, clickable);
  }

  /** Make the box a button, or a mere frame again. @param {Drawn} drawn @param {Face} face @param {boolean} clickable */
  makeButton(drawn, face, clickable) {
    const { box, hit, label } = drawn;
    if (clickable) {
      hit.setAttribute("aria-label", this.words.markOne.replace("{name}", face.name || ""));
      if (label.parentElement === hit) return;
      hit.append(label);
      box.append(hit);
    } else if (label.parentElement === hit) {
      const focused = document.activeElement === hit;
      box.append(label);
      hit.remove();
      if (focused) this.focusNext();
    }
  }

  /** @param {PointerEvent} event */
  press(event) {
    const id = faceAt(event.target);
    const drawn = this.drawn.get(id);
    this.pressed = drawn ? { id, student: drawn.student, pointer: event.pointerId, x: event.clientX, y: event.clientY } : null;
  }

  /** A box that moves on between down and up gets no click from the browser: the face that was meant is marked. @param {PointerEvent} event */
  release(event) {
    const { pressed } = this;
    this.pressed = null;
    if (!pressed || pressed.pointer !== event.pointerId || faceAt(event.target) === pressed.id) return;
    if (Math.hypot(event.clientX - pressed.x, event.clientY - pressed.y) > SLIP) return;
    const again = [...this.drawn].find(([id, one]) => id === pressed.id || (pressed.student !== null && one.student === pressed.student));
    this.mark(again ? again[0] : pressed.id);
  }
}

/** The number of the face whose button this is in; NaN for none. @param {EventTarget | null} target */
function faceAt(target) {
  const hit = target instanceof Element ? /** @type {HTMLElement | null} */ (target.closest(".live-hit")) : null;
  return Number(hit?.dataset.face ?? NaN);
}

/** @param {Drawn} drawn @param {Face} face @param {Seen} seen @param {boolean} mirrored */
function place(drawn, face, seen, mirrored) {
  const [left, top, right, bottom] = face.box;
  const x = mirrored ? seen.width - right : left;
  const { style } = drawn.box;
  style.left = `${(100 * x) / seen.width}%`;
  style.top = `${(100 * top) / seen.height}%`;
  style.width = `${(100 * (right - left)) / seen.width}%`;
  style.height = `${(100 * (bottom - top)) / seen.height}%`;
}
