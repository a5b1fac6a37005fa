/**
 * The camera of this device: opens it, changes to another one, takes its frames, and gives it back.
 *
 * @typedef {import("./words.js").Words} Words
 * @typedef {{deviceId?: string, facing?: "user" | "environment"}} Wanted
 */

const LONGEST_SIDE = 640; // px; faces at a door are large enough in that, and the server keeps up
const JPEG_QUALITY = 0.85;
const SLOW_MS = 1500;

export class Camera {
  /**
   * @param {HTMLVideoElement} video shows the picture
   * @param {Words} words
   * @param {{say: (text: string) => void, started: () => void, stopped: (why: string) => void}} heard
   */
  constructor(video, words, heard) {
    this.video = video;
    this.words = words;
    this.heard = heard;
    /** @type {MediaStream | null} */
    this.stream = null;
    /** @type {Wanted} */
    this.wanted = { facing: "user" };
    this.turn = 0; // counts starts; an older one that comes late is dropped
    this.canvas = document.createElement("canvas");
  }

  /** Whether the picture is shown as in a mirror: not if the camera faces away from the person holding it. */
  get mirrored() {
    const [track] = this.stream ? this.stream.getVideoTracks() : [];
    return Boolean(track) && track.getSettings().facingMode !== "environment";
  }

  /** Which camera runs. */
  get deviceId() {
    const [track] = this.stream ? this.stream.getVideoTracks() : [];
    return track ? track.getSettings().deviceId || "" : "";
  }

  /** Open a camera, or show why there is none. @param {Wanted} [wanted] */
  async start(wanted = this.wanted) {
    this.wanted = wanted;
    this.stop();
    const { turn } = this;
    if (!window.isSecureContext) return this.heard.stopped(this.words.insecure);
    if (!navigator.mediaDevices || !navigator.mediaDevices.getUserMedia) return this.heard.stopped(this.words.noApi);
    this.heard.say(this.words.starting);
    const hint = setTimeout(() => turn === this.turn && this.heard.say(this.words.allow), SLOW_MS);
    try {
      const opened = await navigator.mediaDevices.getUserMedia({ video: constraints(wanted), audio: false });
      if (turn !== this.turn) {
        for (const track of opened.getTracks()) track.stop();
        return undefined;
      }
      this.stream = opened;
      opened.getVideoTracks()[0].addEventListener("ended", () => this.stream === opened && this.lose(this.words.stopped));
      this.video.srcObject = opened;
      await this.video.play();
      if (turn === this.turn) this.heard.started();
    } catch (error) {
      const name = error instanceof Error || error instanceof DOMException ? error.name : "";
      if (turn === this.turn) this.lose(this.words.byName[name] || this.words.otherCamera);
    } finally {
      clearTimeout(hint);
    }
    return undefined;
  }

  /** @param {string} why */
  lose(why) {
    this.stop();
    this.heard.stopped(why);
  }

  /** Give the camera back: its light goes out. */
  stop() {
    this.turn += 1;
    if (this.stream) for (const track of this.stream.getTracks()) track.stop();
    this.stream = null;
    this.video.srcObject = null;
  }

  /** The cameras of this device; more than one once the first was allowed. @returns {Promise<MediaDeviceInfo[]>} */
  async all() {
    const devices = await navigator.mediaDevices.enumerateDevices();
    return devices.filter((device) => device.kind === "videoinput");
  }

  /** What the camera sees now, as a JPEG; null where it sees nothing yet. @returns {Promise<Blob | null>} */
  frame() {
    const { videoWidth: width, videoHeight: height } = this.video;
    if (!this.stream || !width || !height || this.video.readyState < 2) return Promise.resolve(null);
    const scale = Math.min(1, LONGEST_SIDE / Math.max(width, height));
    this.canvas.width = Math.max(1, Math.round(width * scale));
    this.canvas.height = Math.max(1, Math.round(height * scale));
    const context = this.canvas.getContext("2d");
    if (!context) return Promise.resolve(null);
    context.drawImage(this.video, 0, 0, this.canvas.width, this.canvas.height);
    return new Promise((resolve) => {
      this.canvas.toBlob(resolve, "image/jpeg", JPEG_QUALITY);
    });
  }
}

/** @param {Wanted} wanted @returns {MediaTrackConstraints} */
function constraints(wanted) {
  const size = { width: { ideal: 1280 }, height: { ideal: 720 } };
  if (wanted.deviceId) return { ...size, deviceId: { exact: wanted.deviceId } };
  return { ...size, facingMode: wanted.facing || "user" };
}
