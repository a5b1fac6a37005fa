/**
 * Says things to whoever hears the page: all of them, one after the other, and those of one moment together.
 *
 * @typedef {{text: string, name: string, kind: string}} Said
 */
import { element } from "./words.js";

const GATHER_MS = 300; // who is marked in one frame, or the next one, is named in one sentence
const LEAST_MS = 1500; // between two sentences: a later one would cut off the one before
const PER_LETTER_MS = 55; // at the usual pace of a screen reader
const MOST_KEPT = 12; // sentences in the page, for who reads back

export class Announcer {
  /** @param {HTMLElement} region an aria-live region of which additions are read */
  constructor(region) {
    this.region = region;
    /** @type {Said[]} */
    this.waiting = [];
    /** @type {Map<string, string>} the last sentence of each kind */
    this.last = new Map();
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
  }

  /** Say what became of somebody. @param {string} name @param {string} text */
  person(name, text) {
    this.add({ text, name, kind: "" });
  }

  /**
   * Say how things are, unless that was the last thing said of this kind. An older one that still waits is outdated.
   * @param {string} kind @param {string} text
   */
  state(kind, text) {
    if (this.last.get(kind) === text) return;
    this.last.set(kind, text);
    this.waiting = this.waiting.filter((one) => one.kind !== kind);
    this.add({ text, name: "", kind });
  }

  /** @param {Said} said */
  add(said) {
    this.waiting.push(said);
    this.timer ??= setTimeout(() => this.speak(), GATHER_MS);
  }

  speak() {
    const sentence = sentences(this.waiting.splice(0)).join(" ");
    this.timer = undefined;
    if (!sentence) return;
    this.region.append(element("p", "", sentence));
    while (this.region.children.length > MOST_KEPT) this.region.firstElementChild?.remove();
    this.timer = setTimeout(() => this.speak(), Math.max(LEAST_MS, sentence.length * PER_LETTER_MS));
  }
}

/** People of whom the same is to be said share a sentence. @param {Said[]} all @returns {string[]} */
function sentences(all) {
  /** @type {Map<string, string[]>} */
  const names = new Map();
  for (const { text, name } of all) names.set(text, [...(names.get(text) || []), ...(name ? [name] : [])]);
  return [...names].map(([text, who]) => (who.length ? `${who.join(", ")}: ${text}.` : text));
}
