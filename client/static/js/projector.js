/**
 * The projector page: asks for the next code when it is due, and never knows it before.
 *
 * @typedef {{phase: string, code: string, typed: string, valid_for_ms: number, next_in_ms: number,
 *   left_ms: number, message: string, count: number, of: number | null}} Picture
 */

import { newest } from "./newest.js";

const RETRY_MS = 2000;
const PATIENCE_MS = 8000; // for one answer
const TICK_MS = 1000;
const MINUTE_MS = 60000;

/** @param {string} id @returns {HTMLElement} */
const find = (id) => /** @type {HTMLElement} */ (document.getElementById(id));
const wall = find("wall");
const words = /** @type {Record<string, string>} */ ({ ...wall.dataset });
const code = /** @type {HTMLImageElement} */ (find("code"));

/** @type {Picture} */
let picture = JSON.parse(words.picture);
let since = performance.now(); // when it came: the projector's own clock may be wrong
let timer = 0;

/** @param {HTMLElement} element @param {string} text */
function put(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Show the picture of this second. */
function draw() {
  const passed = performance.now() - since;
  const over = passed > picture.valid_for_ms;
  const minutes = Math.ceil((picture.left_ms - passed) / MINUTE_MS);
  const left = picture.phase === "planned" ? words.opens : minutes > 1 ? words.minutes : words.one;
  put(find("left"), picture.phase === "closed" ? "" : left.replace("#", String(Math.max(1, minutes))));
  const count = picture.of ? words.of.replace("##", String(picture.of)) : words.here;
  put(find("count"), count.replace("#", String(picture.count)));
  put(find("typed"), picture.typed);
  find("typing").hidden = !picture.typed;
  code.hidden = !picture.code;
  if (picture.code && code.src !== picture.code) code.src = picture.code;
  const message = picture.code && over ? words.lost : picture.message;
  put(find("message"), message);
  find("message").hidden = !message;
}

/** Ask for what is to be seen now; goes on asking while the server is away. */
async function ask() {
  clearTimeout(timer);
  let wait = RETRY_MS;
  try {
    picture = await newest(words.now, PATIENCE_MS);
    since = performance.now();
    wait = picture.next_in_ms;
    draw();
  } catch {
    // The network is away: the code shown is valid for a while, and draw() notices when it no longer is.
  }
  timer = setTimeout(ask, wait);
}

setInterval(draw, TICK_MS);
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && ask());
window.addEventListener("online", ask);
timer = setTimeout(ask, picture.next_in_ms);
draw();
