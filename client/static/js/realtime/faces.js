/**
 * What lies over the live picture: a box for each face, with who it is and how they stand.
 *
 * @typedef {import("./words.js").Face} Face
 * @typedef {import("./words.js").Seen} Seen
 * @typedef {import("./words.js").Words} Words
 * @typedef {{box: HTMLElement, label: HTMLElement, shown: string}} Drawn
 */
import { canBeMarked, element, icon, lookOf } from "./words.js";

const GAP = 6; // px between a box and its label

export class Faces {
  /**
   * @param {HTMLElement} layer lies over the picture
   * @param {Words} words
   * @param {(face: number) => void} mark is called for a click
   */
  constructor(layer, words, mark) {
    this.layer = layer;
    this.words = words;
    this.mark = mark;
    /** @type {Map<number, Drawn>} a box stays the same element while its face stays, so that it keeps the focus */
    this.drawn = new Map();
  }

  /** Show the faces of a frame. @param {Seen} seen @param {{mirrored: boolean, byClick: boolean}} how */
  show(seen, how) {
    const there = new Set(seen.faces.map((face) => face.id));
    for (const [id, drawn] of this.drawn) {
      if (there.has(id)) continue;
      drawn.box.remove();
      this.drawn.delete(id);
    }
    for (const face of seen.faces) {
      const drawn = this.drawn.get(face.id) || this.add(face.id);
      place(drawn, face, seen, how.mirrored);
      this.write(drawn, face, how.byClick && canBeMarked(face, seen.open));
    }
    placeLabels(this.layer, [...this.drawn.values()]);
  }

  /** Take all boxes away. */
  clear() {
    for (const drawn of this.drawn.values()) drawn.box.remove();
    this.drawn.clear();
  }

  /** @param {number} id @returns {Drawn} */
  add(id) {
    const box = element("div", "live-face");
    const label = element("div", "live-label");
    box.append(label);
    box.addEventListener("click", (event) => {
      if (event.target instanceof Element && event.target.closest("button")) this.mark(id);
    });
    this.layer.append(box);
    const drawn = { box, label, shown: "" };
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
    const state = element("span", "live-state", word);
    state.prepend(icon(name));
    drawn.label.replaceChildren(...parts, clickable ? this.button(face) : state);
  }

  /** @param {Face} face @returns {HTMLElement} */
  button(face) {
    const made = /** @type {HTMLButtonElement} */ (element("button", "button main live-mark", this.words.mark));
    made.type = "button";
    made.setAttribute("aria-label", this.words.markOne.replace("{name}", face.name || ""));
    return made;
  }
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

/**
 * Put each label under its box, or over it where there is no room; inside the picture, and not over another label.
 * @param {HTMLElement} layer @param {Drawn[]} all
 */
function placeLabels(layer, all) {
  const { clientWidth: width, clientHeight: height } = layer;
  /** @type {{left: number, top: number, right: number, bottom: number}[]} */
  const taken = [];
  const spots = all.map(({ box, label }) => ({
    label, x: box.offsetLeft + box.clientLeft, y: box.offsetTop + box.clientTop, w: box.clientWidth, h: box.clientHeight, own: label.offsetWidth, high: label.offsetHeight,
  }));
  for (const { label, x, y, w, h, own, high } of spots.sort((one, other) => one.x - other.x)) {
    const left = Math.max(0, Math.min(width - own, x + (w - own) / 2));
    const below = y + h + GAP;
    const up = below + high > height;
    let top = Math.max(0, up ? y - GAP - high : below);
    const over = () => taken.find((one) => left < one.right && left + own > one.left && top < one.bottom && top + high > one.top);
    for (let other = over(); other; other = over()) {
      const next = up ? other.top - high - GAP : other.bottom + GAP;
      if (next < 0 || next + high > height) break; // so full that some have to overlap
      top = next;
    }
    taken.push({ left, top, right: left + own, bottom: top + high });
    label.style.left = `${left - x}px`;
    label.style.top = `${top - y}px`;
  }
}
