/**
 * The greeting that is read and heard from a distance.
 *
 * @typedef {import("./announcer.js").Announcer} Announcer
 * @typedef {import("./words.js").Face} Face
 * @typedef {import("./words.js").Words} Words
 */
import { element, icon, lookOf } from "./words.js";

const SHOWN_MS = 4000;
const MOST = 3; // at once
const SHORT = 14; // letters; a longer word is a sentence, in smaller ones
const MUTED = "attendance-muted"; // in this browser
/** @type {Record<string, [hertz: number, at: number][]>} */
const TUNES = { present: [[660, 0], [880, 0.12]], late: [[660, 0], [550, 0.16]] };
const TONE_SECONDS = 0.16;
const LOUDNESS = 0.2;

export class Greeting {
  /** @param {HTMLElement} place under the picture, where it covers no face @param {Announcer} announcer @param {Words} words */
  constructor(place, announcer, words) {
    this.place = place;
    this.announcer = announcer;
    this.words = words;
  }

  /** Greet somebody who was marked just now, or tell them why they are not. @param {Face} face */
  greet(face) {
    const [tone, name, word] = lookOf(face, this.words);
    const card = element("div", "live-hello");
    card.dataset.tone = tone;
    card.toggleAttribute("data-long", word.length > SHORT);
    const state = element("span", "live-hello-state", word);
    state.prepend(icon(name));
    card.append(element("span", "live-hello-name", face.name || ""), state);
    this.place.prepend(card);
    while (this.place.children.length > MOST) this.place.lastElementChild?.remove();
    this.count();
    this.announcer.person(face.name || "", word);
    setTimeout(() => {
      card.remove();
      this.count();
    }, SHOWN_MS);
  }

  /** The more there are, the smaller their letters. */
  count() {
    const { length } = this.place.children;
    this.place.hidden = length === 0;
    this.place.dataset.count = String(length);
  }
}

export class Sound {
  /**
   * @param {HTMLButtonElement} button switches it
   * @param {HTMLElement} sign
   * @param {HTMLElement} text
   * @param {Words} words
   */
  constructor(button, sign, text, words) {
    this.sign = sign;
    this.text = text;
    this.button = button;
    this.words = words;
    /** @type {AudioContext | null} */
    this.context = null;
    this.muted = remembered();
    if (!window.AudioContext) return;
    button.hidden = false;
    button.addEventListener("click", () => this.toggle());
    // A browser lets a page be heard only after somebody has touched it.
    for (const gesture of ["pointerdown", "keydown"]) addEventListener(gesture, () => this.wake(), { passive: true });
    this.wake();
    this.show();
  }

  toggle() {
    this.muted = this.waits ? false : !this.muted;
    remember(this.muted);
    this.wake();
    this.show();
    if (!this.muted) this.play("present");
  }

  /** Whether the browser waits for a touch. */
  get waits() {
    return !this.muted && this.context?.state !== "running"; // an iPhone's is "interrupted" by a call
  }

  wake() {
    if (this.muted) return;
    if (!this.context) {
      this.context = new AudioContext();
      this.context.addEventListener("statechange", () => this.show());
    }
    if (this.context.state !== "running" && navigator.userActivation?.hasBeenActive !== false) this.context.resume().catch(() => undefined);
  }

  show() {
    const on = !this.muted;
    this.button.setAttribute("aria-pressed", String(on));
    this.sign.replaceChildren(icon(on ? "sound" : "mute"));
    this.text.textContent = this.waits ? this.words.soundWaits : on ? this.words.soundOn : this.words.soundOff;
  }

  /** Two tones: upwards for present, downwards for late. @param {string} mark */
  play(mark) {
    const { context } = this;
    if (this.muted || !context || context.state !== "running") return;
    for (const [hertz, at] of TUNES[mark] || TUNES.present) {
      const tone = context.createOscillator();
      const volume = context.createGain();
      const from = context.currentTime + at;
      tone.frequency.value = hertz;
      volume.gain.setValueAtTime(0, from);
      volume.gain.linearRampToValueAtTime(LOUDNESS, from + 0.02);
      volume.gain.linearRampToValueAtTime(0, from + TONE_SECONDS);
      tone.connect(volume).connect(context.destination);
      tone.start(from);
      tone.stop(from + TONE_SECONDS);
    }
  }
}

/** @returns {boolean} */
function remembered() {
  try {
    return localStorage.getItem(MUTED) === "yes";
  } catch {
    return false;
  }
}

/** @param {boolean} muted */
function remember(muted) {
  try {
    localStorage.setItem(MUTED, muted ? "yes" : "no");
  } catch {
    // a browser that keeps nothing asks again
  }
}
