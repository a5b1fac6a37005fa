/**
 * The phone page: camera, one still and a small movement, one request, verdict; or a roll number instead.
 *
 * Without this script the forms around it work by themselves. The page's other scripts, ``verdict.js``,
 * ``sending.js``, ``pictures.js``, ``movement.js`` and ``device_key.js``, stand before it.
 */

const DISPUTING_MS = 5 * 60 * 1000; // for "That's not me"

const form = /** @type {HTMLFormElement} */ (find("#checkin"));
const numberForm = /** @type {HTMLFormElement} */ (find("#number-way"));
const number = /** @type {HTMLInputElement} */ (find("#number"));
/** The roll number beside the photo, where no class is searched. */
const claimed = /** @type {HTMLInputElement | null} */ (document.querySelector("#claimed"));
const numberButton = /** @type {HTMLButtonElement} */ (find("#number-way button"));
const numberLine = find("#number-line");
const retry = /** @type {HTMLButtonElement} */ (find("#retry"));
const view = find("#view");
const video = /** @type {HTMLVideoElement} */ (find("#video"));
const still = /** @type {HTMLImageElement} */ (find("#still"));
const line = find("#line");
const shoot = /** @type {HTMLButtonElement} */ (find("#shoot"));
const photo = /** @type {HTMLInputElement} */ (find("#photo"));
const pick = /** @type {HTMLLabelElement} */ (find("#pick"));
/** @type {Record<string, string>} By code; those of a roll number have "number:" before it. */
const titles = JSON.parse(view.dataset.titles || "{}");
/** @type {string[]} The codes after which the code on the wall helps. */
const codesToType = JSON.parse(view.dataset.codesToType || "[]");
/** The codes of forms that did not arrive as they were sent. */
const formProblems = ["bad_form", "bad_frames", "image_missing", "too_large"];
const firstTitle = document.title;
const camerasToTry = ["NotAllowedError", "NotFoundError", "NotReadableError", "AbortError", ""];
/** @param {string} name @returns {number} ms after the page was opened */
const limit = (name) => Number(form.dataset[name]) * 1000;
const born = { at: Date.now(), ticks: performance.now() };

/** @type {MediaStream | null} */
let stream = null;
/** @type {Blob | null} The photo that was decided on; goes along with "That's not me". */
let sent = null;
let starting = 0; // counts attempts to start the camera; an older one that comes late is dropped
let busy = false;
let ageTimer = 0;
let picking = false; // the camera app is open, or the list of files

/** How old the page is, in ms; one of the two clocks stands still while a phone sleeps. @returns {number} */
const age = () => Math.max(Date.now() - born.at, performance.now() - born.ticks);
/** Whether it is too late to take a photo. @returns {boolean} */
const isOld = () => age() >= limit("takeFor");
/** Whether it is too late to send one. @returns {boolean} */
const isTooLate = () => age() >= limit("sendFor");

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
  if (mode === "camera") retry.hidden = true;
}

/** @param {boolean} on */
function setBusy(on) {
  busy = on;
  for (const one of [form, numberForm]) {
    one.toggleAttribute("data-busy", on);
    one.setAttribute("aria-busy", String(on));
  }
  for (const link of document.querySelectorAll("[data-way-link]")) link.setAttribute("aria-disabled", String(on));
  photo.disabled = on;
  retry.disabled = on;
  numberButton.disabled = on;
  number.readOnly = on;
  if (claimed) claimed.readOnly = on;
  shoot.disabled = on || !stream;
}

/* --- The page's age --------------------------------------------------------------------------- */

/** A page that is too old is opened again where its address still counts; else it says so before the selfie.
 * @returns {boolean} whether it is too old */
function leaveIfOld() {
  const isTyping = place.dataset.way === "number" && number.value !== "";
  const leadsOn = form.isConnected || place.querySelector("[data-slot=again]:not([hidden])") !== null;
  if (kept || busy || !leadsOn || !(picking || isTyping ? isTooLate() : isOld())) return false;
  if (form.dataset.renew) location.replace(form.dataset.renew);
  else refuse("grant_expired", SAY.tooOld);
  return true;
}

/** Look at the age when it is over; timers stand still while a phone sleeps, so also when it wakes up. */
function watchAge() {
  clearTimeout(ageTimer);
  if (kept || (document.visibilityState === "visible" && leaveIfOld())) return;
  const rest = (isOld() ? limit("sendFor") : limit("takeFor")) - age();
  if (rest > 0) ageTimer = setTimeout(watchAge, rest + 1);
}

/* --- Camera ----------------------------------------------------------------------------------- */

/** Give the camera back: its light goes out. */
function stopCamera() {
  starting += 1;
  if (moving) moving.abort();
  if (stream) for (const track of stream.getTracks()) track.stop();
  stream = null;
  video.srcObject = null;
  shoot.disabled = true;
  showAsked(false);
}

/** @param {unknown} error @returns {string} */
function cameraSentence(error) {
  if (form.dataset.insideApp) return SAY.insideApp;
  const name = error instanceof Error || error instanceof DOMException ? error.name : "";
  return SAY.byName[name] || SAY.otherCamera;
}

/** Fall back to the phone's own camera app. @param {string} why @param {boolean} [mayRetry] */
function usePhotos(why, mayRetry = false) {
  stopCamera();
  setMode("photo");
  retry.hidden = !mayRetry;
  say(why, "warn");
}

/** Whether the camera may start another time after an error. @param {unknown} error @returns {boolean} */
function mayStartAgain(error) {
  const name = error instanceof Error || error instanceof DOMException ? error.name : "";
  return camerasToTry.includes(name in SAY.byName ? name : "");
}

/**
 * Show the preview, or say why there is none.
 * @param {string} [greeting] what to say instead of all that, such as why a photo will not do
 */
async function startCamera(greeting) {
  if (!window.isSecureContext) return usePhotos(SAY.insecure);
  if (!navigator.mediaDevices || !navigator.mediaDevices.getUserMedia) {
    return usePhotos(form.dataset.insideApp ? SAY.insideApp : SAY.noApi);
  }
  stopCamera();
  const turn = starting;
  setMode("camera");
  say(greeting || SAY.starting, greeting ? "warn" : "busy");
  const unheard = form.dataset.insideApp ? SAY.insideApp : SAY.allow;
  const hint = setTimeout(() => turn === starting && !greeting && !busy && say(unheard), SLOW_MS);
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
    track.addEventListener("ended", () => stream === opened && (!busy || moving) && cameraEnded());
    video.srcObject = opened;
    await video.play();
    if (turn !== starting) return undefined;
    shoot.textContent = SAY.checkIn;
    shoot.disabled = busy;
    if (busy) return undefined; // a photo is on its way, and the line tells of it
    showAsked(true);
    if (!greeting) say(invitation());
  } catch (error) {
    if (turn === starting && !busy) {
      usePhotos(greeting || cameraSentence(error), mayStartAgain(error));
    }
  } finally {
    clearTimeout(hint);
  }
  return undefined;
}

/** Another app took the camera, or it was unplugged. */
function cameraEnded() {
  stopCamera();
  setBusy(false);
  say(SAY.stopped, "warn");
  shoot.textContent = SAY.startCamera;
  shoot.disabled = false;
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

/**
 * @param {Blob | null} image @param {Burst | null} [burst] @param {Record<string, string> | null} [proof] a key and
 * its signature @returns {FormData}
 */
function parts(image, burst = null, proof = null) {
  const data = new FormData();
  const id = device();
  if (id) data.append("device", id);
  if (image && claimed && claimed.isConnected) data.append("claimed", claimed.value); // not with "That's not me"
  if (image) data.append("image", image, "photo");
  if (burst) {
    for (const frame of burst.frames) data.append("frames", frame, "frame");
    data.append("taken", burst.taken.join());
    data.append("camera", burst.camera);
  }
  for (const [name, text] of Object.entries(proof || {})) data.append(name, text);
  return data;
}

/** Send a photo and show what came of it. @param {Blob} image @param {Burst | null} [burst] */
async function checkIn(image, burst = null) {
  if (image.size > MOST_BYTES) return refusePhoto(SAY.tooLarge);
  const proof = await signCheckIn(place.dataset.grantId || "", image);
  const reply = await deliver(form.action, () => parts(image, burst, proof), say, isTooLate);
  setBusy(false);
  if (typeof reply === "string") return refuse(reply === SAY.gaveUpBusy ? "conflict" : "grant_expired", reply);
  if (!reply.answer) return refusePhoto(SAY.tooLarge);
  sent = image;
  return showAnswer(reply.answer, reply.claim, "", reply.receipt);
}

/** @param {Answer} answer @param {string} claim @param {string} [of] "number:" where a roll number was sent
 * @param {string} [receipt] the line to type, and its QR code */
function showAnswer(answer, claim, of = "", receipt = "") {
  if (answer.code === "number_needed" && claimed) {
    refusePhoto(answer.message);
    return claimed.focus();
  }
  if (answer.code === "move_again") return refusePhoto(`${SAY.notSeen} ${invitation()}`);
  if (answer.code === "stay_in_view") return refusePhoto(`${answer.message} ${invitation()}`);
  if (answer.status === "photo_problem" || formProblems.includes(answer.code)) return refusePhoto(answer.message);
  const kinds = {
    present: "present", already_present: "present", late: "late", already_late: "late", needs_review: "review",
    not_found: "notfound",
  };
  const kind = kinds[/** @type {keyof typeof kinds} */ (answer.code)] || "refused";
  const title = titles[of + answer.code] || titles[answer.code] || "";
  const isKept = kind === "present" || kind === "late" || kind === "review";
  if (!isKept) return refuse(answer.code, answer.message, kind, title, answer.status === "error");
  const time = answer.marked_at ? clockTime(answer.marked_at) : form.dataset.openedAt;
  const [line, modules = ""] = receipt.split(" ");
  const slots = {
    name: answer.student ? answer.student.name : "",
    place: `${form.dataset.course}, ${time}`,
    sentence: answer.message,
    claim,
    line,
    modules,
    elsewhere: form.dataset.renew || "/c",
  };
  showVerdict(kind, title, slots);
  return keepVerdict({ kind, title, slots, until: born.at + limit("openFor") });
}

/** Say why not, and show each way on. @param {string} code @param {string} sentence @param {string} [kind]
 * @param {string} [title] @param {boolean} [mayTryAgain] */
function refuse(code, sentence, kind = "refused", title = titles[code], mayTryAgain = false) {
  const isUnspent = kind === "notfound" || mayTryAgain;
  showVerdict(kind, title, {
    place: form.dataset.course || "",
    sentence,
    again: isUnspent ? location.pathname : "",
    number: isUnspent ? "#number-way" : "",
    code: codesToType.includes(code) ? "/c" : "",
  });
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
      showAsked(true);
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

/** Put the verdict in the place of the forms. @param {string} kind @param {string} title
 * @param {Record<string, string>} slots */
function showVerdict(kind, title, slots) {
  stopCamera();
  forgetStill();
  putVerdict(kind, title, slots);
  wireVerdict();
  buzz(kind === "present" || kind === "late" ? [80] : [40, 60, 40]);
}

/** What is tapped on a verdict is done in this page. */
function wireVerdict() {
  const dispute = place.querySelector("[data-not-me]");
  if (dispute instanceof HTMLFormElement) dispute.addEventListener("submit", notMe);
  onTap("[data-slot=again]", () => showForms("face"));
  onTap("[data-slot=number]", () => showForms("number"));
  onTap("[data-elsewhere]", () => {
    if (isForSomeoneElse) sent = null;
  });
}

/** @param {string} selector @param {() => void} act */
function onTap(selector, act) {
  const link = place.querySelector(selector);
  if (link) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      act();
    });
  }
}

/** The forms again, under the same grant. @param {"face" | "number"} way */
function showForms(way) {
  place.replaceChildren(numberForm, form);
  document.title = firstTitle;
  photo.value = "";
  if (form.dataset.mode === "photo") say(SAY.another);
  setWay(way);
}

/** With the face, or with the roll number. @param {"face" | "number"} way */
function setWay(way) {
  place.dataset.way = way;
  if (leaveIfOld()) return;
  if (way === "number") {
    stopCamera();
    number.focus();
  } else if (form.dataset.mode === "photo") {
    photo.focus();
  } else {
    startCamera().then(() => shoot.focus());
  }
}

/** "That's not me": the claim goes back, with the photo for the teacher to look at. @param {SubmitEvent} event */
async function notMe(event) {
  event.preventDefault();
  const dispute = /** @type {HTMLFormElement} */ (event.currentTarget);
  const button = /** @type {HTMLButtonElement} */ (dispute.querySelector("button"));
  const sentence = /** @type {HTMLElement} */ (place.querySelector('[data-slot="sentence"]'));
  const claim = String(new FormData(dispute).get("claim"));
  const elsewhere = place.querySelector("[data-elsewhere]");
  const setDisputing = (/** @type {boolean} */ on) => {
    button.disabled = on;
    if (elsewhere) elsewhere.setAttribute("aria-disabled", String(on));
  };
  setDisputing(true);
  const until = performance.now() + DISPUTING_MS;
  const say = (/** @type {string} */ text) => {
    sentence.textContent = text;
  };
  const address = `/not-me?claim=${encodeURIComponent(claim)}`;
  const reply = await deliver(address, () => parts(sent), say, () => performance.now() >= until);
  if (typeof reply !== "string" && reply.answer && !formProblems.includes(reply.answer.code)) {
    showAnswer(reply.answer, "");
  } else {
    say(SAY.tellTeacher);
    setDisputing(false);
  }
}

/* --- Without a photo --------------------------------------------------------------------------- */

/** @param {string} text @param {"" | "warn" | "busy"} [tone] */
function sayOfNumber(text, tone = "") {
  numberLine.textContent = text;
  numberLine.dataset.tone = tone;
}

/** The roll number under the same grant. @param {SubmitEvent} event */
async function claimNumber(event) {
  event.preventDefault();
  if (busy || leaveIfOld()) return;
  const typed = number.value;
  const build = () => {
    const data = parts(null);
    data.append("number", typed);
    return data;
  };
  setBusy(true);
  const reply = await deliver(numberForm.action, build, sayOfNumber, isTooLate);
  setBusy(false);
  if (typeof reply === "string") return refuse(reply === SAY.gaveUpBusy ? "conflict" : "grant_expired", reply);
  const isAskedAgain = reply.answer && reply.answer.code === "number_missing";
  if (!reply.answer || isAskedAgain || formProblems.includes(reply.answer.code)) {
    sayOfNumber(reply.answer && isAskedAgain ? reply.answer.message : SAY.tellTeacher, "warn");
    return number.focus();
  }
  sayOfNumber("");
  return showAnswer(reply.answer, "", "number:");
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
  if (busy || leaveIfOld()) return;
  if (!stream) {
    startCamera();
    return;
  }
  setBusy(true);
  try {
    await takeAndSend(stream);
  } catch {
    if (!busy) return; // the camera ended meanwhile, and that was said
    setBusy(false);
    if (stream) usePhotos(SAY.otherCamera, true);
  }
});

/** The still, then the movement where one is asked for; both go together. @param {MediaStream} source */
async function takeAndSend(source) {
  const still = drawn(video, video.videoWidth, video.videoHeight, LONGEST_SIDE);
  const isAsked = asked.turns.length > 0;
  const shot = snapshotOf(still, isAsked ? SNAPSHOT_SHARE : Infinity);
  shot.catch(() => undefined); // it is waited for below
  const pictures = isAsked ? await watchMovement(video, say, cameraEnded) : [];
  say(SAY.sending, "busy");
  video.pause();
  const image = await shot;
  await checkIn(image, isAsked ? await packed(pictures, image.size, source) : null);
}

photo.addEventListener("click", (event) => {
  if (busy || leaveIfOld()) event.preventDefault();
  else picking = true;
});
photo.addEventListener("cancel", () => {
  picking = false;
});
photo.addEventListener("change", async () => {
  const [file] = photo.files || [];
  picking = false;
  if (!file || busy) return;
  setBusy(true);
  say(SAY.reading, "busy");
  const bytes = await inMemory(file).catch(() => null);
  if (bytes) {
    keepStill(bytes);
    await checkIn(await smaller(bytes));
  } else {
    refusePhoto(SAY.unreadable);
  }
  photo.value = "";
});

retry.addEventListener("click", () => {
  if (busy || leaveIfOld()) return;
  startCamera().then(() => (form.dataset.mode === "camera" ? shoot : retry).focus());
});
for (const link of document.querySelectorAll("[data-way-link]")) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    if (!busy) setWay(/** @type {HTMLElement} */ (link).dataset.wayLink === "number" ? "number" : "face");
  });
}

still.addEventListener("error", forgetStill); // a kind of picture that this browser can't show
form.addEventListener("submit", (event) => event.preventDefault());
numberForm.addEventListener("submit", claimNumber);
if (claimed) {
  claimed.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault(); // the photo is taken by its button; the keyboard goes
    claimed.blur();
  });
}
window.addEventListener("pagehide", stopCamera);
window.addEventListener("pageshow", (event) => {
  if (event.persisted && form.isConnected && !leaveIfOld()) comeBack();
});
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") watchAge();
  if (!form.isConnected) return;
  if (document.visibilityState === "visible") comeBack();
  else if ((!busy || moving) && form.dataset.mode === "camera") stopCamera();
});
if (navigator.permissions && navigator.permissions.query) {
  navigator.permissions.query({ name: /** @type {PermissionName} */ ("camera") }).then((permission) => {
    permission.addEventListener("change", () => {
      if (permission.state === "granted" && form.isConnected && place.dataset.way === "face" && !stream && !busy) {
        startCamera();
      }
    });
  }, () => undefined); // a browser that doesn't know this permission asks by itself
}

/** The camera goes on where it was on. */
function comeBack() {
  if (!busy && !stream && place.dataset.way === "face" && form.dataset.mode === "camera") startCamera();
}

if (showKeptVerdict()) {
  wireVerdict();
} else {
  if (location.hash === "#number-way") {
    location.replace("#"); // from here on the script shows one of the forms, and no address does
    place.dataset.way = "number";
  }
  watchAge();
  if (place.dataset.way === "face") startCamera();
  else setMode("camera");
}
