/**
 * Sends one form until this server answers, and says how it goes. The photo's bytes stay in memory, and the
 * page asks before it is left.
 *
 * @typedef {{status: string, code: string, message: string, student: {name: string} | null,
 *   session: string | null, marked_at: string | null}} Answer
 * @typedef {{http: number, answer: Answer | null, claim: string, receipt: string,
 *   wait: number}} Reply
 * @typedef {(text: string, tone?: "" | "warn" | "busy") => void} Tell
 */

const SLOW_MS = 1500; // from here on the page says why it takes longer
const QUEUED_MS = 4000; // after the last byte; a photo whose turn it is has its answer by then
const STALLED_MS = 15000; // without a byte going up
const UNANSWERED_MS = 45000; // after the last byte; the server lets a photo wait for half a minute
const COUNTED_S = 2; // so long a pause is counted down
const SPREAD = 0.25; // of the pause: phones that were refused together don't all come back together
const RETRY_MS = [1000, 2000, 4000, 8000, 15000];
const busyCodes = ["busy", "too_busy"]; // whose own sentence asks the person to try again
const BACK_MS = 500; // a browser that does not go back by then never will

/**
 * The table of client/phone/phone_sentences.py.
 * @type {Record<string, string> & Record<"byName" | "tapThen" | "afterThat" | "turnNow", Record<string, string>>}
 */
const SAY = JSON.parse(find("#view").dataset.say || "{}");
const counters = document.querySelectorAll("[data-left]");
/** @type {Tell | null} Says how the sending goes, while something is on its way. */
let onTheWay = null;

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
      const receipt = request.getResponseHeader("Attendance-Receipt") || "";
      const reply = { http: request.status, answer: readAnswer(request.responseText), claim, receipt, wait };
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
 * @param {string} url @param {FormData} data @param {Tell} tell @param {number} tries
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
  const slow = setTimeout(() => tell(uploaded ? SAY.slowAnswer : SAY.slowNetwork, "busy"), SLOW_MS);
  let queued = 0;
  if (tries === 1) tell(SAY.sending, "busy");
  try {
    return await post(url, data, abort.signal, {
      progress: moved,
      uploaded: () => {
        uploaded = true;
        moved();
        tell(SAY.checking, "busy");
        if (data.has("image")) queued = setTimeout(() => tell(SAY.queued, "busy"), QUEUED_MS);
      },
    });
  } finally {
    clearTimeout(slow);
    clearTimeout(queued);
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
    for (const left of counters) left.textContent = SAY.seconds.replace("%s", String(rest));
    await new Promise((resolve) => setTimeout(resolve, end - performance.now() - (rest - 1) * 1000));
  }
  for (const left of counters) left.textContent = "";
}

/**
 * Send the same bytes until this server answers, with growing pauses.
 * @param {string} url @param {() => FormData} build @param {Tell} tell
 * @param {() => boolean} isTooLate whether no more try makes sense
 * @returns {Promise<Reply | string>} the answer, or the sentence that says why there is none
 */
async function deliver(url, build, tell, isTooLate) {
  holdThePage(tell);
  let gaveUp = SAY.gaveUpLost;
  try {
    for (let tries = 1; !isTooLate(); tries += 1) {
      const backOff = RETRY_MS[Math.min(tries, RETRY_MS.length) - 1] * (0.8 + Math.random() * 0.4);
      let why = SAY.lost;
      let asked = 0;
      try {
        const reply = await attempt(url, build(), tell, tries);
        const again = [408, 429, 503].includes(reply.http);
        if (!again || !reply.answer || reply.answer.code === "engine_unavailable") return reply;
        const isCrowd = busyCodes.includes(reply.answer.code);
        why = isCrowd ? SAY.crowd : reply.answer.message;
        asked = reply.wait * (isCrowd ? 1 + Math.random() * SPREAD : 1);
        gaveUp = SAY.gaveUpBusy;
      } catch {
        gaveUp = SAY.gaveUpLost; // on the way: the photo is kept and goes again
      }
      tell(`${why} ${SAY.again} (${tries + 1})…`, "busy");
      const wait = Math.max(asked * 1000, backOff);
      if (asked >= COUNTED_S) await countDown(Math.ceil(wait / 1000));
      else await pause(wait);
    }
    return gaveUp;
  } finally {
    await releaseThePage();
  }
}

/* --- Nothing on the page loses what is on its way ------------------------------------------------ */

/** Until it has arrived, "back" leads to an entry of this page, and leaving is asked about. @param {Tell} tell */
function holdThePage(tell) {
  onTheWay = tell;
  if (isHeld()) return;
  try {
    history.pushState({ held: true }, "");
  } catch {
    // a browser that allows no entry sends it all the same
  }
}

/** Take the entry away again, so that "back" leads to where it led before. */
async function releaseThePage() {
  onTheWay = null;
  if (!isHeld()) return;
  await new Promise((resolve) => {
    const timer = setTimeout(resolve, BACK_MS);
    window.addEventListener("popstate", () => resolve(clearTimeout(timer)), { once: true });
    history.back();
  });
}

/** @returns {boolean} */
function isHeld() {
  return Boolean(history.state && history.state.held);
}

window.addEventListener("popstate", () => {
  if (!onTheWay || isHeld()) return;
  history.pushState({ held: true }, "");
  onTheWay(SAY.onTheWay, "busy");
});
window.addEventListener("beforeunload", (event) => {
  if (!onTheWay) return;
  event.preventDefault();
  event.returnValue = ""; // what browsers before 2024 look at
});
