/**
 * The guided set: shows the camera, sends a frame at a time to be judged, keeps good and varied ones, saves them.
 *
 * @typedef {"ahead" | "left" | "right" | "up" | "down"} Pose  left and right as seen in the picture
 * @typedef {{code: string, sentence: string, pose: Pose | null, turn: number, nod: number}} Judged
 * @typedef {{image: Blob, pose: Pose, turn: number, nod: number, item: HTMLLIElement, url: string}} Kept
 * @typedef {{status: string, sentence: string, looks_like: string | null, next: string,
 *   photos: {name: string, status: string, reason: string}[]}} Saved
 */

const LONGEST_SIDE = 960; // px; the server looks at 640, and at more only where the face is small
const JPEG_QUALITY = 0.9;
const PAUSE_MS = 350; // between two frames: a head has moved by then
const BUSY_MS = 2500;
const SAME = 0.03; // two shots of one pose differ by at least so much in turn or nod
const STALE_MS = 12000; // so long one pose is asked for before the next one is
/** @type {Pose[]} */
const POSES = ["ahead", "left", "right", "up", "down"];

const root = /** @type {HTMLElement} */ (document.querySelector("#guided"));
/** @template {Element} T @param {string} selector @returns {T} */
const find = (selector) => /** @type {T} */ (root.querySelector(selector));
const video = /** @type {HTMLVideoElement} */ (find("video"));
const line = /** @type {HTMLElement} */ (find("[data-line]"));
const bar = /** @type {HTMLProgressElement} */ (find("progress"));
const count = /** @type {HTMLElement} */ (find("[data-count]"));
const shots = /** @type {HTMLUListElement} */ (find(".guided-shots"));
const start = /** @type {HTMLButtonElement} */ (find("[data-start]"));
const save = /** @type {HTMLButtonElement} */ (find("[data-save]"));
const other = /** @type {HTMLButtonElement} */ (find("[data-other]"));
const two = /** @type {HTMLLabelElement} */ (find("[data-two]"));
const outcomes = /** @type {HTMLUListElement} */ (find("[data-outcomes]"));
const token = /** @type {HTMLMetaElement} */ (document.querySelector('meta[name="csrf-token"]')).content;
/** @type {Record<string, string>} */
const words = JSON.parse(root.dataset.words || "{}");
const most = Number(root.dataset.most);
const each = Math.ceil(most / POSES.length);

/** @type {MediaStream | null} */
let stream = null;
/** @type {Kept[]} */
let kept = [];
let facing = "user";
let run = 0; // counts starts; a loop of an earlier one ends when it sees another number
/** @type {Set<Pose>} poses that were asked for long enough */
const passed = new Set();
let askedSince = 0;
/** @type {Pose | null} */
let asked = null;

/** @param {string} text */
function say(text) {
  if (line.textContent !== text) line.textContent = text;
}

/** @param {number} ms */
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** The pose to ask for next: the first that is not full. @returns {Pose | null} */
function nextPose() {
  const open = POSES.filter((pose) => kept.filter((shot) => shot.pose === pose).length < each);
  return open.find((pose) => !passed.has(pose)) || null;
}

/** What to do now, as the person in front of a mirrored picture reads it. @returns {string} */
function guide() {
  const pose = nextPose();
  if (pose !== asked) [asked, askedSince] = [pose, Date.now()];
  if (pose && Date.now() - askedSince > STALE_MS) {
    passed.add(pose);
    return guide();
  }
  // A head that turns to its own left points to the right of the picture that is sent.
  const own = { left: "right", right: "left" };
  return pose ? words[own[/** @type {"left" | "right"} */ (pose)] || pose] : words.full;
}

/** Show how far the set is. */
function tally() {
  bar.value = kept.length;
  bar.hidden = count.hidden = false;
  count.textContent = (count.dataset.text || "").replace("{n}", String(kept.length)).replace("{most}", String(most));
  save.hidden = kept.length === 0;
}

/** Take the frame that the video shows. @returns {Promise<Blob>} */
function frame() {
  const scale = Math.min(1, LONGEST_SIDE / Math.max(video.videoWidth, video.videoHeight));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(video.videoWidth * scale);
  canvas.height = Math.round(video.videoHeight * scale);
  /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d")).drawImage(video, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no frame"))), "image/jpeg", JPEG_QUALITY);
  });
}

/**
 * @param {string} url
 * @param {FormData} form
 * @returns {Promise<{http: number, answer: any}>}
 */
async function post(url, form) {
  const reply = await fetch(url, {
    method: "POST",
    body: form,
    headers: { Accept: "application/json", "X-CSRFToken": token },
  });
  const isJson = (reply.headers.get("Content-Type") || "").includes("json");
  return { http: reply.status, answer: isJson ? await reply.json() : null };
}

/** Whether a good shot adds something to the set. @param {Judged} judged */
function varied(judged) {
  const alike = kept.filter((shot) => shot.pose === judged.pose);
  if (alike.length >= each) return false;
  return alike.every((shot) => Math.max(Math.abs(shot.turn - judged.turn), Math.abs(shot.nod - judged.nod)) >= SAME);
}

/** @param {Blob} image @param {Judged} judged */
function keep(image, judged) {
  const item = document.createElement("li");
  const button = document.createElement("button");
  const picture = document.createElement("img");
  const url = URL.createObjectURL(image);
  picture.src = url;
  picture.alt = "";
  button.type = "button";
  button.title = shots.dataset.remove || "";
  button.setAttribute("aria-label", `${shots.dataset.remove} (${kept.length + 1})`);
  button.append(picture);
  item.append(button);
  shots.append(item);
  const shot = { image, pose: /** @type {Pose} */ (judged.pose), turn: judged.turn, nod: judged.nod, item, url };
  button.addEventListener("click", () => {
    kept = kept.filter((one) => one !== shot);
    item.remove();
    URL.revokeObjectURL(url);
    tally();
  });
  kept.push(shot);
  tally();
}

/** Judge one frame after the other until the set is full or the camera is off. @param {number} turn */
async function look(turn) {
  while (turn === run && stream) {
    if (!nextPose() && kept.length === 0) passed.clear(); // from the beginning
    if (!nextPose()) {
      stopCamera();
      say(words.full);
      return;
    }
    try {
      const image = await frame();
      const form = new FormData();
      form.append("image", image, "shot.jpg");
      const { http, answer } = await post(root.dataset.shot || "", form);
      if (turn !== run) return;
      if (http === 200) react(image, answer);
      else if (http === 429 || http === 503) {
        say(words.busy);
        await pause(BUSY_MS);
      } else {
        stopCamera();
        say(http === 401 ? words.signedOut : (answer && answer.sentence) || words.other);
        return;
      }
    } catch {
      say(words.lost);
      await pause(BUSY_MS);
    }
    await pause(PAUSE_MS);
  }
}

/** @param {Blob} image @param {Judged} judged */
function react(image, judged) {
  if (judged.code !== "good") {
    say(judged.sentence);
    askedSince = Date.now(); // after better light there is the full time for the pose
  }
  if (judged.code === "good" && varied(judged)) keep(image, judged);
  if (judged.code === "good") say(guide());
}

/** Give the camera back: its light goes out. */
function stopCamera() {
  run += 1;
  if (stream) for (const track of stream.getTracks()) track.stop();
  stream = null;
  video.srcObject = null;
  video.hidden = true;
  other.hidden = true;
  start.hidden = false;
  start.textContent = words.again;
}

/** Show the preview and begin, or show why not. */
async function startCamera() {
  if (!window.isSecureContext) return say(words.insecure);
  if (!navigator.mediaDevices || !navigator.mediaDevices.getUserMedia) return say(words.noApi);
  stopCamera();
  const turn = run;
  say(words.starting);
  start.hidden = true;
  const hint = setTimeout(() => turn === run && say(words.allow), 1500);
  try {
    const wanted = { facingMode: facing, width: { ideal: 1280 }, height: { ideal: 960 } };
    const opened = await navigator.mediaDevices.getUserMedia({ video: wanted, audio: false });
    if (turn !== run) {
      for (const track of opened.getTracks()) track.stop();
      return undefined;
    }
    stream = opened;
    const [track] = opened.getVideoTracks();
    video.classList.toggle("mirrored", track.getSettings().facingMode !== "environment");
    track.addEventListener("ended", () => {
      if (stream !== opened) return;
      stopCamera();
      say(words.ended);
    });
    video.srcObject = opened;
    video.hidden = false;
    await video.play();
    other.hidden = (await navigator.mediaDevices.enumerateDevices()).filter((d) => d.kind === "videoinput").length < 2;
    passed.clear();
    asked = null;
    outcomes.replaceChildren();
    say(guide());
    tally();
    look(turn);
  } catch (error) {
    if (turn !== run) return undefined;
    stopCamera();
    say(words[error instanceof Error || error instanceof DOMException ? error.name : ""] || words.other);
  } finally {
    clearTimeout(hint);
  }
  return undefined;
}

/** Enrol the set, and go to the student; if something is rejected, show what. */
async function saveSet() {
  stopCamera();
  save.disabled = true;
  say(words.saving);
  const form = new FormData();
  kept.forEach((shot, index) => form.append("photos", shot.image, `${index + 1}.jpg`));
  const box = /** @type {HTMLInputElement} */ (two.querySelector("input"));
  if (!two.hidden && box.checked) form.append("two_people", "yes");
  try {
    const { http, answer } = await post(root.dataset.photos || "", form);
    if (http === 200 && answer) {
      window.location.assign(answer.next);
      return;
    }
    say(http === 401 ? words.signedOut : (answer && answer.sentence) || words.busy);
    if (answer) showOutcomes(answer);
  } catch {
    say(words.lost);
  }
  save.disabled = false;
}

/** @param {Saved} saved */
function showOutcomes(saved) {
  two.hidden = !saved.looks_like;
  const refused = (saved.photos || []).filter((photo) => photo.reason);
  outcomes.replaceChildren(...refused.map((photo) => {
    const item = document.createElement("li");
    item.textContent = `${photo.name}: ${photo.reason}`;
    return item;
  }));
}

start.hidden = false;
start.addEventListener("click", startCamera);
save.addEventListener("click", saveSet);
other.addEventListener("click", () => {
  facing = facing === "user" ? "environment" : "user";
  startCamera();
});
window.addEventListener("pagehide", stopCamera);
document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && stream && stopCamera());
