/**
 * The live page and the kiosk: camera, line to the server, and what is shown of its answers.
 *
 * @typedef {import("./words.js").Face} Face
 * @typedef {import("./words.js").Seen} Seen
 * @typedef {import("./words.js").Words} Words
 * @typedef {import("./line.js").Why} Why
 */
import { Announcer } from "./announcer.js";
import { Camera } from "./camera.js";
import { Faces } from "./faces.js";
import { Greeting, Sound } from "./greeting.js";
import { Line } from "./line.js";
import { InView, Marked } from "./lists.js";
import { lookOf } from "./words.js";

const ELSEWHERE_MS = 800;
const CLICK_MS = 4000;
const COUNT_MS = 15000; // between two looks how many are here; others may come by other ways

const room = /** @type {HTMLElement} */ (document.getElementById("live-room"));
/** @template {Element} T @param {string} name @returns {T} */
const find = (name) => /** @type {T} */ (room.querySelector(`[data-${name}]`));
const frame = /** @type {HTMLElement} */ (find("frame"));
const video = /** @type {HTMLVideoElement} */ (find("video"));
const line = /** @type {HTMLElement} */ (find("line"));
const start = /** @type {HTMLButtonElement} */ (find("start"));
const turn = /** @type {HTMLButtonElement} */ (find("turn"));
const choice = /** @type {HTMLElement} */ (find("choice"));
const cameras = /** @type {HTMLSelectElement} */ (find("cameras"));
/** @type {Words} */
const words = JSON.parse(room.dataset.words || "{}");
const kiosk = room.dataset.kiosk !== undefined;
let stoppedUnseen = false; // by a phone in a pocket
let byClick = room.dataset.marking === "by_click";
/** @type {{release: () => Promise<void>} | null} */
let wake = null;

const announcer = new Announcer(find("said"));
/** @type {Map<string, string | null>} by student: the mark of a person that was told */
const told = new Map();
/** @type {Map<string, string>} by student: what they were asked for */
const asked = new Map();

/** Show and say what is going on. @param {string} text @param {"" | "warn"} [tone] @param {string} [spoken] where that is another text */
function say(text, tone = "", spoken = text) {
  if (line.textContent !== text) line.textContent = text;
  line.dataset.tone = tone;
  announcer.state("line", spoken);
}

function sayReady() {
  say(byClick ? words.readyByClick : words.ready);
}

/** Say why a click marked nobody, for a while: the next click is another one. @param {string} text */
function sayOfClick(text) {
  say(text, "warn");
  setTimeout(() => line.textContent === text && sayReady(), CLICK_MS);
}

const faces = new Faces(find("faces"), words, (face) => click(face));
const view = kiosk ? null : new InView(find("view"), words, click);
const marked = new Marked(find("marked"), words);
const greeting = new Greeting(find("greeting"), announcer, words);
const sound = new Sound(find("sound"), find("sound-icon"), find("sound-word"), words);
const camera = new Camera(video, words, { say, started: cameraStarted, stopped: cameraStopped });
const server = new Line({
  counts: room.dataset.counts || "",
  query: () => new URLSearchParams({
    session: room.dataset.session || "",
    marking: byClick ? "by_click" : "automatic",
    device: room.dataset.device || "",
    ...(kiosk ? { scores: "false" } : {}),
  }),
  frame: () => camera.frame(),
  ready: sayReady,
  seen: show,
  clicked: ({ status }) => words.marks[status] || sayOfClick(words.kept[status] || words.nobody), // else the next frame shows it
  problem: (problem) => {
    if (problem.code === "nobody") sayOfClick(words.nobody);
    else if (problem.code === "try_later" || problem.code === "server_error") say(words.busy, "warn");
  },
  counted: (counts) => {
    find("here").textContent = String(counts.here);
    find("of").textContent = String(counts.of);
  },
  lost,
});

/** @param {number} face @param {string} [student] */
function click(face, student) {
  if (!server.click(face, student)) say(words.failed, "warn");
}

/** Show the server's answer to a frame. @param {Seen} seen */
function show(seen) {
  if (!seen.open) {
    clear();
    server.pause();
    return;
  }
  if (line.textContent === words.busy) sayReady();
  const how = { mirrored: camera.mirrored, byClick, kiosk };
  faces.show(seen, how);
  view?.show(seen, how);
  let fresh = false;
  for (const face of seen.faces) {
    if (tellKept(face)) fresh = true;
    tellAsked(face);
    if (face.student && (face.status === "kept" || face.status === "recognised")) marked.remove(face.student);
  }
  for (const face of seen.faces) {
    if (face.status !== "marked" || !marked.add(face)) continue;
    fresh = true;
    greeting.greet(face);
    sound.play(face.mark || "");
  }
  if (fresh) server.count();
}

/**
 * Tell once that a person decided otherwise: students at the kiosk see it, a teacher has it in the list.
 * @param {Face} face @returns {boolean} whether that was told now
 */
function tellKept(face) {
  if (!face.student) return false;
  if (face.status !== "kept") {
    told.delete(face.student);
    return false;
  }
  if (told.get(face.student) === face.mark) return false;
  told.set(face.student, face.mark);
  if (kiosk) greeting.greet(face);
  else announcer.person(face.name || "", lookOf(face, words)[2]);
  return true;
}

/**
 * Say once what somebody is asked for, also to who doesn't see the picture, and once that a teacher has to look.
 * @param {Face} face
 */
function tellAsked(face) {
  if (!face.student) return;
  const [, , word] = lookOf(face, words);
  if (face.status !== "asked" && face.status !== "unmoved") asked.delete(face.student);
  else if (asked.get(face.student) !== word) {
    asked.set(face.student, word);
    announcer.person(face.name || "", word);
  }
}

/** @param {Why} why @param {number} tries */
function lost(why, tries) {
  clear();
  const reasons = { login: words.ended, gone: words.ended, closed: words.closed, full: words.full, lost: words.lost };
  // Each try is shown, and the loss said once.
  say(reasons[why].replace("{n}", String(tries)), "warn", reasons[why].replace("{n}", "1"));
  if (why === "gone") location.reload(); // to the server's explanation
  if (why !== "login") return;
  camera.stop();
  /** @type {HTMLElement} */ (find("log-in")).hidden = false;
}

function clear() {
  faces.clear();
  view?.clear();
}

async function cameraStarted() {
  stoppedUnseen = false;
  start.hidden = true;
  fit();
  frame.classList.toggle("mirrored", camera.mirrored);
  say(words.connecting);
  server.open();
  keepAwake();
  const all = await camera.all();
  const phone = matchMedia("(pointer: coarse)").matches;
  turn.hidden = all.length < 2 || !phone;
  choice.hidden = all.length < 2 || phone;
  cameras.replaceChildren(...all.map((device, index) => {
    const label = device.label || words.camera.replace("{n}", String(index + 1));
    return new Option(label, device.deviceId, false, device.deviceId === camera.deviceId);
  }));
}

/** @param {string} why */
function cameraStopped(why) {
  stoppedUnseen = document.visibilityState === "hidden";
  server.close();
  clear();
  start.hidden = false;
  say(why, "warn");
}

/** Give the frame the picture's own shape. */
function fit() {
  if (video.videoWidth) frame.style.setProperty("--shape", String(video.videoWidth / video.videoHeight));
}

/** Keep the screen on, where the browser can. */
async function keepAwake() {
  const lock = /** @type {any} */ (navigator).wakeLock;
  if (!lock || document.visibilityState !== "visible") return;
  try {
    wake = await lock.request("screen");
  } catch {
    wake = null; // a battery that is nearly empty
  }
}

function leave() {
  server.close();
  camera.stop();
  clear();
  wake?.release().catch(() => undefined);
}

start.addEventListener("click", () => camera.start());
cameras.addEventListener("change", () => camera.start({ deviceId: cameras.value }));
turn.addEventListener("click", () => camera.start({ facing: camera.wanted.facing === "user" ? "environment" : "user" }));
video.addEventListener("resize", fit); // a phone that is turned
for (const radio of room.querySelectorAll('input[name="marking"]')) {
  radio.addEventListener("change", () => {
    byClick = /** @type {HTMLInputElement} */ (radio).value === "by_click";
    clear();
    say(words.connecting);
    server.reopen();
  });
}
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState !== "visible") return;
  keepAwake();
  if (stoppedUnseen) camera.start();
  else server.hurry();
});
addEventListener("pagehide", leave);
addEventListener("pageshow", (event) => event.persisted && location.reload());
setInterval(() => server.wanted && server.count(), COUNT_MS);
/** Tabs that were open became kiosks too: one of them has the camera, and is the one that is heard. */
function takeTurns() {
  const told = setTimeout(() => say(words.elsewhere, "warn"), ELSEWHERE_MS);
  navigator.locks.request("attendance-kiosk", () => {
    clearTimeout(told);
    camera.start();
    return new Promise(() => undefined); // for as long as this page lives
  });
}

if (!kiosk || !navigator.locks) camera.start();
else if (document.visibilityState === "visible") takeTurns();
else document.addEventListener("visibilitychange", takeTurns, { once: true });
