/**
 * The line to the server: one frame in flight, and a new try after each loss, with growing pauses.
 *
 * @typedef {import("./words.js").Seen} Seen
 * @typedef {import("./words.js").Problem} Problem
 * @typedef {import("./words.js").Clicked} Clicked
 * @typedef {{here: number, of: number, open: boolean}} Counts
 * @typedef {"login" | "gone" | "closed" | "full" | "lost"} Why
 */

const RETRY_MS = [500, 1000, 2000, 4000, 8000, 15000];
const GAP_MS = 66; // between two frames: 15 a second follow a walking student
const NO_FRAME_MS = 200; // until the camera is asked again
const BUSY_MS = 1000; // after "try later"
const PATIENCE_MS = 20000; // for an answer; the networks may have to be loaded first
const COUNTS_MS = 8000;
const CLOSED_MS = 10000; // between two looks whether the session is open again

export class Line {
  /**
   * @param {{counts: string, query: () => URLSearchParams, frame: () => Promise<Blob | null>,
   *   ready: () => void, seen: (seen: Seen) => void, clicked: (clicked: Clicked) => void,
   *   problem: (problem: Problem) => void, counted: (counts: Counts) => void,
   *   lost: (why: Why, tries: number) => void}} page
   */
  constructor(page) {
    this.page = page;
    /** @type {WebSocket | null} */
    this.socket = null;
    this.wanted = false;
    this.tries = 0;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.patience = undefined;
    this.sentAt = 0;
    window.addEventListener("online", () => this.hurry());
  }

  /** Do not wait for the next try: the network is back, or somebody looks at the page again. */
  hurry() {
    if (this.wanted && !this.socket) this.connect();
  }

  /** Connect, and stay connected until `close`. */
  open() {
    this.wanted = true;
    this.tries = 0;
    this.connect();
  }

  /** Close the connection. */
  close() {
    this.wanted = false;
    this.drop();
  }

  /** Connect again, such as with another way of marking. */
  reopen() {
    if (this.wanted) this.open();
  }

  /** Mark a face, or settle whose it is. @param {number} face @param {string} [student] @returns {boolean} */
  click(face, student) {
    if (!this.socket || this.socket.readyState !== WebSocket.OPEN) return false;
    this.socket.send(JSON.stringify({ type: "click", face, ...(student ? { student } : {}) }));
    return true;
  }

  drop() {
    clearTimeout(this.timer);
    clearTimeout(this.patience);
    const { socket } = this;
    this.socket = null;
    if (socket) socket.close(1000);
  }

  connect() {
    this.drop();
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(`${scheme}//${location.host}/ws?${this.page.query()}`);
    this.socket = socket;
    let greeted = false;
    socket.addEventListener("message", (event) => {
      if (socket !== this.socket) return;
      const told = JSON.parse(event.data);
      if (told.type === "ready") {
        greeted = true;
        this.tries = 0;
        this.page.ready();
        this.send(socket);
      } else this.hear(socket, told);
    });
    socket.addEventListener("close", () => {
      if (socket !== this.socket) return;
      this.socket = null;
      clearTimeout(this.timer);
      clearTimeout(this.patience);
      this.retry(greeted);
    });
    this.wait(socket);
  }

  /** @param {WebSocket} socket @param {Seen | Problem | Clicked} told */
  hear(socket, told) {
    if (told.type === "clicked") this.page.clicked(told);
    else if (told.type === "faces") {
      this.page.seen(told);
      this.soon(socket, GAP_MS - (performance.now() - this.sentAt));
    } else if (told.type === "error") {
      this.page.problem(told);
      if (told.frame !== null) this.soon(socket, ["try_later", "server_error"].includes(told.code) ? BUSY_MS : GAP_MS);
    }
  }

  /** @param {WebSocket} socket @param {number} ms */
  soon(socket, ms) {
    clearTimeout(this.timer);
    clearTimeout(this.patience);
    this.timer = setTimeout(() => this.send(socket), Math.max(0, ms));
  }

  /** Send one frame; the next one goes when this one was answered. @param {WebSocket} socket */
  async send(socket) {
    clearTimeout(this.patience);
    const jpeg = await this.page.frame();
    if (socket !== this.socket || socket.readyState !== WebSocket.OPEN) return;
    if (!jpeg) {
      this.soon(socket, NO_FRAME_MS);
      return;
    }
    this.sentAt = performance.now();
    socket.send(jpeg);
    this.wait(socket);
  }

  /** Give up a line on which nothing comes. @param {WebSocket} socket */
  wait(socket) {
    clearTimeout(this.patience);
    this.patience = setTimeout(() => {
      if (socket !== this.socket) return;
      this.drop();
      this.retry(true);
    }, PATIENCE_MS);
  }

  /** Find out why the line ended, say so, and try again where that makes sense. @param {boolean} greeted */
  async retry(greeted) {
    if (!this.wanted) return;
    this.tries += 1;
    const { tries } = this;
    const why = await this.reason(greeted);
    if (!this.wanted || this.socket || tries !== this.tries) return;
    this.page.lost(why, tries);
    if (why === "login" || why === "gone") {
      this.wanted = false;
      return;
    }
    const pause = RETRY_MS[Math.min(tries, RETRY_MS.length) - 1] * (0.8 + Math.random() * 0.4);
    this.timer = setTimeout(() => this.again(why), why === "closed" ? CLOSED_MS : pause);
  }

  /** @param {Why} why */
  async again(why) {
    const counts = why === "closed" ? (await this.count()).counts : null;
    if (!this.wanted || this.socket) return;
    if (why === "closed" && !(counts && counts.open)) this.retry(true);
    else this.connect();
  }

  /** The session is closed: wait until it is open again. */
  pause() {
    this.drop();
    this.retry(true);
  }

  /** @param {boolean} greeted @returns {Promise<Why>} */
  async reason(greeted) {
    const { status, counts } = await this.count();
    if (status === 401) return "login";
    if (status === 403 || status === 404) return "gone";
    if (!counts) return "lost";
    if (!counts.open) return "closed";
    return greeted ? "lost" : "full";
  }

  /** Ask how many are here. @returns {Promise<{status: number, counts: Counts | null}>} */
  async count() {
    try {
      const answer = await fetch(this.page.counts, {
        cache: "no-store",
        headers: { Accept: "application/json" },
        signal: AbortSignal.timeout(COUNTS_MS),
      });
      const counts = answer.ok ? await answer.json() : null;
      if (counts) this.page.counted(counts);
      return { status: answer.status, counts };
    } catch {
      return { status: 0, counts: null };
    }
  }
}
