/**
 * The one small movement, or two: the outline shows it, a ring fills while it lasts, and small pictures of it are
 * taken. Which way is said from the student's own view; the pictures are not mirrored.
 *
 * @typedef {"left" | "right" | "up" | "down"} Turn
 * @typedef {{canvas: HTMLCanvasElement, jpeg: Promise<Blob>, at: number}} Picture
 * @typedef {{frames: Blob[], taken: number[], camera: string}} Burst pictures, ms from the first to each, and the
 *   name of the camera
 */

const FRAME_SIDE = 320; // px
const FRAME_QUALITY = 0.75;
/** What is given up where that is too much, side in px and quality; of the last one any picture is small. */
const SMALLER_FRAMES = [[320, 0.6], [320, 0.45], [320, 0.3], [240, 0.3], [160, 0.3]];
const SPANS_MS = [0, 1600, 3900]; // from the first picture to the last, by the number of movements
const LEAST_GAP_MS = 100; // between two pictures, also after a camera that faltered
const PATIENCE = 2; // so many spans for a slow phone, which then sends what it has
const MOST_SENT = 200e3; // bytes of a whole check-in
const OTHER_PARTS = 8e3; // bytes of it that are no picture, at most
const SNAPSHOT_SHARE = 100e3; // bytes of it for the snapshot
const COMPARED = { width: 32, height: 24 }; // px; two pictures of a camera differ in some of them
const mirrorTurns = { left: "right", right: "left", up: "up", down: "down" };

const outline = find(".outline");
const ring = find(".ring");
const statusBox = find("#status");

/** The movements asked for, and how many pictures of them. @type {{turns: Turn[], count: number}} */
const asked = {
  turns: JSON.parse(find("#checkin").dataset.turns || "[]"),
  count: Number(find("#checkin").dataset.frames),
};
/** Ends the movement that is under way. @type {AbortController | null} */
let moving = null;

/** What to do before and after the tap. @returns {string} */
function invitation() {
  const [first, second] = asked.turns;
  if (!first) return SAY.ready;
  return second ? `${SAY.tapThen[first]} ${SAY.afterThat[second]}` : SAY.tapThen[first];
}

/** Show which way on the outline, as the screen has it. @param {Turn} turn */
function showTurn(turn) {
  const isMirrored = find("#video").classList.contains("mirrored");
  delete outline.dataset.turn;
  outline.getBoundingClientRect(); // begins the animation anew
  outline.dataset.turn = isMirrored ? turn : mirrorTurns[turn];
}

/** Show the first movement before the tap, and nothing of the last one. @param {boolean} on */
function showAsked(on) {
  delete outline.dataset.turn;
  delete outline.dataset.moving;
  statusBox.style.minHeight = "";
  fillRing(0);
  if (on && asked.turns.length) showTurn(asked.turns[0]);
}

/** @param {number} part between 0 and 1 */
function fillRing(part) {
  ring.style.strokeDashoffset = String(100 - 100 * part);
}

/**
 * Ask for each movement and take pictures of it.
 * @param {HTMLVideoElement} video @param {(text: string) => void} tell
 * @param {() => void} stopped called where no new pictures come
 * @returns {Promise<Picture[]>} rejected where the camera stops or the page is left
 */
async function watchMovement(video, tell, stopped) {
  const span = SPANS_MS[asked.turns.length];
  const abort = new AbortController();
  let isLate = false;
  const tooLong = setTimeout(() => {
    isLate = true;
    abort.abort();
  }, span * PATIENCE);
  moving = abort;
  outline.dataset.moving = "";
  statusBox.style.minHeight = `${statusBox.offsetHeight}px`; // or the picture would jump with the text
  try {
    const pictures = await takePictures(video, span, abort.signal, tell);
    const isUsable = isLate && pictures.length > 1;
    if (isLate && !isUsable) stopped();
    if (abort.signal.aborted && !isUsable) throw new Error("stopped");
    delete outline.dataset.turn; // the ring stays while it is sent
    return pictures;
  } catch (error) {
    showAsked(false);
    throw error;
  } finally {
    clearTimeout(tooLong);
    moving = null;
  }
}

/**
 * Pictures at even distances, the first one at once; fewer after an abort.
 * @param {HTMLVideoElement} video @param {number} span ms @param {AbortSignal} signal
 * @param {(text: string) => void} tell which way, when it begins
 * @returns {Promise<Picture[]>}
 */
async function takePictures(video, span, signal, tell) {
  const { turns, count } = asked;
  const newFrame = frameSource(video);
  const began = performance.now();
  /** @type {Picture[]} */
  const pictures = [];
  let told = -1;
  let before = 0;
  for (let at = 0; ; ) {
    const due = (pictures.length * span) / (count - 1);
    const isNearest = at + (at - before) / 2 >= due; // of all that the camera gives
    if (isNearest && (!pictures.length || at - pictures[pictures.length - 1].at >= LEAST_GAP_MS)) {
      const canvas = drawn(video, video.videoWidth, video.videoHeight, FRAME_SIDE);
      pictures.push({ canvas, jpeg: jpegOf(canvas, FRAME_QUALITY), at: Math.round(at) });
      fillRing(pictures.length / count);
      if (pictures.length === count) return pictures;
    }
    const now = Math.min(turns.length - 1, Math.floor((at * turns.length) / span));
    if (now !== told) {
      told = now;
      showTurn(turns[now]);
      tell(SAY.turnNow[turns[now]]);
      if (now && navigator.vibrate) navigator.vibrate(40); // who looks aside feels it
    }
    const moment = await newFrame(signal);
    if (moment === null) return pictures;
    before = at;
    at = moment - began;
  }
}

/**
 * The pictures of a movement as JPEGs that fit into what the snapshot leaves.
 * @param {Picture[]} pictures @param {number} snapshot bytes @param {MediaStream} source
 * @returns {Promise<Burst>}
 */
async function packed(pictures, snapshot, source) {
  const most = MOST_SENT - OTHER_PARTS - snapshot;
  let frames = await Promise.all(pictures.map((one) => one.jpeg));
  for (const [side, quality] of SMALLER_FRAMES) {
    if (frames.reduce((sum, frame) => sum + frame.size, 0) <= most) break;
    frames = await Promise.all(pictures.map(({ canvas }) => jpegOf(drawn(canvas, canvas.width, canvas.height, side), quality)));
  }
  const [track] = source.getVideoTracks();
  return { frames, taken: pictures.map((one) => one.at), camera: track ? track.label : "" };
}

/**
 * Waits for one new frame of the camera after the other, never for the same twice.
 * @param {HTMLVideoElement} video
 * @returns {(signal: AbortSignal) => Promise<number | null>} its moment in ms; null after an abort
 */
function frameSource(video) {
  const look = document.createElement("canvas");
  Object.assign(look, COMPARED);
  const context = look.getContext("2d", { willReadFrequently: true });
  let seen = "";
  /** Whether the picture differs from the one before, where the browser doesn't tell. @returns {boolean} */
  const isNew = () => {
    if (!context) throw new Error("no canvas");
    context.drawImage(video, 0, 0, COMPARED.width, COMPARED.height);
    const now = context.getImageData(0, 0, COMPARED.width, COMPARED.height).data.join();
    const differs = now !== seen;
    seen = now;
    return differs;
  };
  isNew();
  return (signal) => new Promise((resolve) => {
    const done = () => resolve(performance.now());
    const poll = () => signal.aborted || (isNew() ? done() : requestAnimationFrame(poll));
    if (signal.aborted) return resolve(null);
    signal.addEventListener("abort", () => resolve(null), { once: true });
    return "requestVideoFrameCallback" in video ? video.requestVideoFrameCallback(done) : requestAnimationFrame(poll);
  });
}
