/**
 * The phone page: camera, one still, one request, verdict.
 *
 * Without this script the form around it works by itself. What it shows comes from the page's own
 * templates and goes in as text, never as markup.
 *
 * @typedef {{status: string, code: string, message: string, student: {name: string} | null,
 *   session: string | null, marked_at: string | null}} Answer
 * @typedef {{http: number, answer: Answer | null, claim: string, wait: number}} Reply
 */

// A third of the bytes of 1280 px and 0.9, and as accurate: docs/performance.md, "What the phone sends".
const LONGEST_SIDE = 800; // px
const JPEG_QUALITY = 0.8;
const LARGE_FILE = 150e3; // bytes; a chosen photo above this is made smaller first
const MOST_BYTES = 10e6; // the server takes no more
const SLOW_MS = 1500; // from here on the page says why it takes longer
const STALLED_MS = 15000; // without a byte going up
const UNANSWERED_MS = 45000; // after the last byte; the server lets a photo wait for half a minute
const COUNTED_S = 5; // a longer pause is counted down
const RETRY_MS = [1000, 2000, 4000, 8000, 15000];
const GIVE_UP_MS = 5 * 60 * 1000; // a grant lives no longer

/** @template {Element} T @param {string} selector @returns {T} */
const find = (selector) => /** @type {T} */ (document.querySelector(selector));
const place = /** @type {HTMLElement} */ (find("#place"));
const form = /** @type {HTMLFormElement} */ (find("#checkin"));
const view = /** @type {HTMLElement} */ (find("#view"));
const video = /** @type {HTMLVideoElement} */ (find("#video"));
const still = /** @type {HTMLImageElement} */ (find("#still"));
const line = /** @type {HTMLElement} */ (find("#line"));
const left = /** @type {HTMLElement} */ (find("#left"));
const statusBox = /** @type {HTMLElement} */ (find("#status"));
const shoot = /** @type {HTMLButtonElement} */ (find("#shoot"));
const photo = /** @type {HTMLInputElement} */ (find("#photo"));
const pick = /** @type {HTMLLabelElement} */ (find("#pick"));
/** @type {Record<string, string> & {byName: Record<string, string>}} The table of client/phone/phone_sentences.py. */
const SAY = JSON.parse(form.dataset.say || "{}");
/** @type {Record<string, string>} */
const titles = JSON.parse(form.dataset.titles || "{}");

/** @type {MediaStream | null} */
let stream = null;
/** @type {Blob | null} The photo that was decided on; goes along with "That's not me". */
let sent = null;
let starting = 0; // counts attempts to start the camera; an older one that comes late is dropped
let busy = false;

/**
 * Say what is going on, in the one live line.
 * @param {string} text
 * @param {"" | "warn" | "busy"} [tone]
 */
function say(text, tone = "") {
  if (line.textContent !== text) line.textContent = text;
  statusBox.dataset.tone = tone;
}

/** @param {"camera" | "photo"} mode */
function setMode(mode) {
  form.dataset.mode = mode;
  pick.textContent = mode === "camera" ? SAY.usePhoto : SAY.takePhoto;
  pick.className = mode === "camera" ? "plain" : "big";
}

/** @param {boolean} on */
function setBusy(on) {
  busy = on;
  form.toggleAttribute("data-busy", on);
  form.setAttribute("aria-busy", String(on));
  photo.disabled = on;
  shoot.disabled = on || !stream;
}

/* --- Camera ----------------------------------------------------------------------------------- */

/** Give the camera back: its light goes out. */
function stopCamera() {
  starting += 1;
  if (stream) for (const track of stream.getTracks()) track.stop();
  stream = null;
  video.srcObject = null;
  shoot.disabled = true;
}

/** @param {unknown} error @returns {string} */
function cameraSentence(error) {
  const name = error instanceof Error || error instanceof DOMException ? error.name : "";
  return SAY.byName[name] || SAY.otherCamera;
}

/** Fall back to the phone's own camera app. @param {string} why */
function usePhotos(why) {
  stopCamera();
  setMode("photo");
  say(why, "warn");
}

/**
 * Show the preview, or say why there is none.
 * @param {string} [greeting] what to say instead of all that, such as why a photo will not do
 */
async function startCamera(greeting) {
  if (!window.isSecureContext) return usePhotos(SAY.insecure);
  if (!navigator.mediaDevices || !navigator.mediaDevices.getUserMedia) return usePhotos(SAY.noApi);
  stopCamera();
  const turn = starting;
  setMode("camera");
  say(greeting || SAY.starting, greeting ? "warn" : "busy");
  const hint = setTimeout(() => turn === starting && !greeting && !busy && say(SAY.allow), SLOW_MS);
  try {
    const wanted = { facingMode: "user", width: { ideal: 1280 }, height: { ideal: 960 } };
    const opened = await navigator.mediaDevices.getUserMedia({ video: wanted, audio: false });
    if (turn !== starting) {
      for (const track of opened.getTracks()) track.stop();
      return undefined;
    }
    stream = opened;
    const [track] = opened.getVideoTracks();
    video.classList.toggle("mirrored", track.getSettings().facingMode !== "environment");
    track.addEventListener("ended", () => stream === opened && !busy && cameraEnded());
    video.srcObject = opened;
    await video.play();
    if (turn !== starting) return undefined;
    shoot.textContent = SAY.checkIn;
    shoot.disabled = busy;
    if (busy) return undefined; // a photo is on its way, and the line tells of it
    if (!greeting) say(SAY.ready);
  } catch (error) {
    if (turn === starting && !busy) usePhotos(greeting || cameraSentence(error));
  } finally {
    clearTimeout(hint);
  }
  return undefined;
}

/** Another app took the camera, or it was unplugged. */
function cameraEnded() {
  stopCamera();
  say(SAY.stopped, "warn");
  shoot.textContent = SAY.startCamera;
  shoot.disabled = false;
}

/**
 * Draw a picture at most LONGEST_SIDE long and make it a JPEG. It is not mirrored.
 * @param {CanvasImageSource} source @param {number} width @param {number} height
 * @returns {Promise<Blob>}
 */
function toJpeg(source, width, height) {
  const scale = Math.min(1, LONGEST_SIDE / Math.max(width, height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  const context = canvas.getContext("2d");
  return new Promise((resolve, reject) => {
    if (!context) return reject(new Error("no canvas"));
    context.imageSmoothingQuality = "high"; // or else a photo of 4000 px becomes jagged
    context.drawImage(source, 0, 0, canvas.width, canvas.height);
    return canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no JPEG"))), "image/jpeg", JPEG_QUALITY);
  });
}

/**
 * A chosen file, made smaller where this browser can read it; else (HEIC) as it is.
 * @param {File} file @returns {Promise<Blob>}
 */
async function smaller(file) {
  if (file.size <= LARGE_FILE || !window.createImageBitmap) return file;
  try {
    const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
    const blob = await toJpeg(bitmap, bitmap.width, bitmap.height);
    bitmap.close();
    return blob.size < file.size ? blob : file;
  } catch {
    return file;
  }
}

/* --- Network ---------------------------------------------------------------------------------- */

/**
 * One POST. XMLHttpRequest rather than fetch, because it tells when the upload is done.
 * @param {string} url @param {FormData} data @param {AbortSignal} signal
 * @param {{progress: () => void, uploaded: () => void}} heard
 * @returns {Promise<Reply>} rejected when no answer of this server's came
 */
function post(url, data, signal, heard) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", url);
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("ngrok-skip-browser-warning", "1");
    request.upload.onprogress = heard.progress;
    request.upload.onload = heard.uploaded;
    request.onerror = () => reject(new Error("lost"));
    request.onabort = request.onerror;
    request.onload = () => {
      const wait = Number(request.getResponseHeader("Retry-After")) || 0;
      const claim = request.getResponseHeader("Attendance-Claim") || "";
      const reply = { http: request.status, answer: readAnswer(request.responseText), claim, wait };
      // A page of somebody in between (a hotspot's login, a tunnel that is gone) is no answer.
      if (reply.answer || reply.http === 413) resolve(reply);
      else reject(new Error("lost"));
    };
    if (signal.aborted) reject(new Error("lost"));
    else request.send(data);
    signal.addEventListener("abort", () => request.abort());
  });
}

/** @param {string} text @returns {Answer | null} */
function readAnswer(text) {
  try {
    const answer = JSON.parse(text);
    return answer && typeof answer.code === "string" && typeof answer.message === "string" ? answer : null;
  } catch {
    return null;
  }
}

/**
 * One POST that says how it goes and gives up when nothing moves any more.
 * @param {string} url @param {FormData} data @param {typeof say} tell @param {number} tries
 * @returns {Promise<Reply>}
 */
async function attempt(url, data, tell, tries) {
  const abort = new AbortController();
  let uploaded = false;
  const stall = () => setTimeout(() => abort.abort(), uploaded ? UNANSWERED_MS : STALLED_MS);
  let stalled = stall();
  const moved = () => {
    clearTimeout(stalled);
    stalled = stall();
  };
  const slow = setTimeout(() => tell(uploaded ? SAY.busyServer : SAY.slowNetwork, "busy"), SLOW_MS);
  if (tries === 1) tell(SAY.sending, "busy");
  try {
    return await post(url, data, abort.signal, {
      progress: moved,
      uploaded: () => {
        uploaded = true;
        moved();
        tell(SAY.checking, "busy");
      },
    });
  } finally {
    clearTimeout(slow);
    clearTimeout(stalled);
  }
}

/** Wait, but not when the network comes back before. @param {number} ms @returns {Promise<void>} */
function pause(ms) {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      window.removeEventListener("online", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    window.addEventListener("online", done);
  });
}

/** Wait as long as the server asks for; the page counts down. @param {number} seconds */
async function countDown(seconds) {
  const end = performance.now() + seconds * 1000;
  for (let rest = seconds; rest > 0; rest = Math.ceil((end - performance.now()) / 1000)) {
    left.textContent = SAY.seconds.replace("%s", String(rest));
    await new Promise((resolve) => setTimeout(resolve, end - performance.now() - (rest - 1) * 1000));
  }
  left.textContent = "";
}

/**
 * Send the same bytes until this server answers, with growing pauses.
 * @param {string} url @param {() => FormData} build @param {typeof say} tell
 * @returns {Promise<Reply | null>} null: given up
 */
async function deliver(url, build, tell) {
  const began = performance.now();
  for (let tries = 1; performance.now() - began < GIVE_UP_MS; tries += 1) {
    const backOff = RETRY_MS[Math.min(tries, RETRY_MS.length) - 1] * (0.8 + Math.random() * 0.4);
    let why = SAY.lost;
    let asked = 0;
    try {
      const reply = await attempt(url, build(), tell, tries);
      const again = [408, 429, 503].includes(reply.http);
      if (!again || !reply.answer || reply.answer.code === "engine_unavailable") return reply;
      why = reply.answer.message;
      asked = reply.wait;
    } catch {
      // lost on the way: the photo is kept and goes again
    }
    tell(`${why} ${SAY.again} (${tries + 1})…`, "busy");
    if (asked >= COUNTED_S) await countDown(asked);
    else await pause(Math.max(asked * 1000, backOff));
  }
  return null;
}

/* --- Check-in --------------------------------------------------------------------------------- */

/** What this browser is known by, so that one phone can't try without end. @returns {string} */
function device() {
  try {
    const known = localStorage.getItem("attendance-device");
    if (known) return known;
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    const fresh = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
    localStorage.setItem("attendance-device", fresh);
    return fresh;
  } catch {
    return "";
  }
}

/** @param {Blob | null} image @returns {FormData} */
function parts(image) {
  const data = new FormData();
  const id = device();
  if (id) data.append("device", id);
  if (image) data.append("image", image, "photo");
  return data;
}

/** Send a photo and show what came of it. @param {Blob} image */
async function checkIn(image) {
  if (image.size > MOST_BYTES) return refusePhoto(SAY.tooLarge);
  const reply = await deliver(form.action, () => parts(image), say);
  setBusy(false);
  if (!reply) return showVerdict("refused", titles.grant_expired, { sentence: SAY.gaveUp });
  if (!reply.answer) return refusePhoto(SAY.tooLarge);
  sent = image;
  return showAnswer(reply.answer, reply.claim);
}

/** @param {Answer} answer @param {string} claim */
function showAnswer(answer, claim) {
  const onlyThePhoto = answer.status === "photo_problem" || ["bad_form", "image_missing", "too_large"].includes(answer.code);
  if (onlyThePhoto) return refusePhoto(answer.message);
  const kinds = { present: "present", already_present: "present", late: "late", needs_review: "review", not_found: "notfound" };
  const kind = kinds[/** @type {keyof typeof kinds} */ (answer.code)] || "refused";
  const again = kind === "notfound" || answer.status === "error";
  const time = answer.marked_at ? clockTime(answer.marked_at) : "";
  return showVerdict(kind, titles[answer.code] || "", {
    name: answer.student ? answer.student.name : "",
    place: time ? `${form.dataset.course}, ${time}` : form.dataset.course || "",
    sentence: answer.message,
    claim,
  }, again);
}

/** The time at the site in the page's language. @param {string} moment with the site's offset */
function clockTime(moment) {
  const language = document.documentElement.lang;
  const atSite = new Date(`${moment.slice(0, 19)}Z`);
  const time = atSite.toLocaleTimeString(language, { hour: "numeric", minute: "2-digit", hourCycle: "h23", timeZone: "UTC" });
  return language.startsWith("en") ? time.replace(/^0/, "") : time;
}

/** Another photo will do: back to the camera with the one thing to change. @param {string} why */
function refusePhoto(why) {
  buzz([40, 60, 40]);
  setBusy(false);
  forgetStill();
  if (form.dataset.mode === "camera") {
    if (stream) {
      video.play().catch(() => cameraEnded());
      say(why, "warn");
    } else {
      startCamera(why);
    }
    shoot.focus();
  } else {
    say(why, "warn");
    photo.focus();
  }
}

/** Fill one of the page's templates and put it in the place of the form. The heading gets the focus.
 * @param {string} kind @param {string} title @param {Record<string, string>} slots
 * @param {boolean} [mayTryAgain] */
function showVerdict(kind, title, slots, mayTryAgain = false) {
  stopCamera();
  forgetStill();
  const template = /** @type {HTMLTemplateElement} */ (find(`#verdict-${kind}`));
  const page = /** @type {DocumentFragment} */ (template.content.cloneNode(true));
  for (const [name, text] of Object.entries({ title, ...slots })) {
    const slot = page.querySelector(`[data-slot="${name}"]`);
    if (slot instanceof HTMLInputElement) slot.value = text;
    else if (slot) slot.textContent = text;
  }
  const again = page.querySelector("[data-again]");
  if (again instanceof HTMLAnchorElement) offerAgain(again, mayTryAgain);
  const dispute = page.querySelector("[data-not-me]");
  if (dispute instanceof HTMLFormElement) dispute.addEventListener("submit", notMe);
  place.replaceChildren(page);
  document.title = title;
  window.scrollTo(0, 0);
  const heading = place.querySelector("h1");
  if (heading) heading.focus();
  buzz(kind === "present" || kind === "late" ? [80] : [40, 60, 40]);
}

/** "Try again" goes back to the camera; where the grant is over only a new scan helps.
 * @param {HTMLAnchorElement} link @param {boolean} offered */
function offerAgain(link, offered) {
  link.hidden = !offered;
  link.href = location.pathname;
  link.addEventListener("click", (event) => {
    event.preventDefault();
    place.replaceChildren(form);
    photo.value = "";
    if (form.dataset.mode === "camera") startCamera().then(() => shoot.focus());
    else {
      say(SAY.another);
      photo.focus();
    }
  });
}

/** "That's not me": the claim goes back, with the photo for the teacher to look at. @param {SubmitEvent} event */
async function notMe(event) {
  event.preventDefault();
  const dispute = /** @type {HTMLFormElement} */ (event.currentTarget);
  const button = /** @type {HTMLButtonElement} */ (dispute.querySelector("button"));
  const sentence = /** @type {HTMLElement} */ (place.querySelector('[data-slot="sentence"]'));
  const claim = String(new FormData(dispute).get("claim"));
  button.disabled = true;
  const reply = await deliver(`/not-me?claim=${encodeURIComponent(claim)}`, () => parts(sent), (text) => {
    sentence.textContent = text;
  });
  if (reply && reply.answer) showAnswer(reply.answer, "");
  else {
    sentence.textContent = titles.claim_invalid;
    button.disabled = false;
  }
}

/** @param {number[]} pattern */
function buzz(pattern) {
  if (navigator.vibrate) navigator.vibrate(pattern);
}

/** Show the photo that is on its way. @param {Blob} image */
function keepStill(image) {
  still.src = URL.createObjectURL(image);
  still.hidden = false;
  view.classList.add("kept");
}

/** Let go of the picture that was shown. */
function forgetStill() {
  if (still.src) URL.revokeObjectURL(still.src);
  still.removeAttribute("src");
  still.hidden = true;
  view.classList.remove("kept");
}

/* --- Taps and the life of the page -------------------------------------------------------------- */

shoot.addEventListener("click", async () => {
  if (busy) return;
  if (!stream) {
    startCamera();
    return;
  }
  setBusy(true);
  say(SAY.sending, "busy");
  try {
    const image = await toJpeg(video, video.videoWidth, video.videoHeight);
    video.pause();
    await checkIn(image);
  } catch {
    setBusy(false);
    usePhotos(SAY.otherCamera);
  }
});

photo.addEventListener("change", async () => {
  const [file] = photo.files || [];
  if (!file || busy) return;
  setBusy(true);
  keepStill(file);
  say(SAY.sending, "busy");
  await checkIn(await smaller(file));
  photo.value = "";
});

still.addEventListener("error", forgetStill); // a kind of picture that this browser can't show
form.addEventListener("submit", (event) => event.preventDefault());
window.addEventListener("pagehide", stopCamera);
window.addEventListener("pageshow", (event) => event.persisted && form.isConnected && startCamera());
document.addEventListener("visibilitychange", () => {
  if (busy || !form.isConnected || form.dataset.mode !== "camera") return;
  if (document.visibilityState === "hidden") stopCamera();
  else if (!stream) startCamera();
});
if (navigator.permissions && navigator.permissions.query) {
  navigator.permissions.query({ name: /** @type {PermissionName} */ ("camera") }).then((permission) => {
    permission.addEventListener("change", () => {
      if (permission.state === "granted" && !stream && !busy && form.isConnected) startCamera();
    });
  }, () => undefined); // a browser that doesn't know this permission asks by itself
}
startCamera();
