/**
 * Sends one file in pieces, and goes on where it was after a lost network.
 *
 * @typedef {{status: number, data: Record<string, any>}} Answer
 * @typedef {{begin: string, piece: number, sent: (bytes: number) => void, again: (tries: number, why: string) => void, left: string}} Options
 */

const FIRST_BYTES = 512_000; // of the first piece: what a slow phone gets through in the server's minute
const LEAST_BYTES = 64_000;
const QUICK_MS = 3000; // a piece that took no longer may be followed by one of twice the size
const PIECE_MS = 75_000; // the server itself gives up after a minute
const ANSWER_MS = 20_000;
const WAITS_MS = [1000, 2000, 4000, 8000, 15_000];
const LINE_FULL = "line_full"; // not the network's fault: the teacher sends again
const WORTH_ANOTHER_TRY = new Set([408, 425, 429, 500, 502, 503, 504, 507]);

/** What can't be mended by trying again; its message is for a person. */
export class RefusedError extends Error {}

/** @param {number} tries @param {AbortSignal} signal @returns {Promise<void>} until it is time, or the network is back */
export function rest(tries, signal) {
  return new Promise((resolve, reject) => {
    const done = () => {
      clearTimeout(timer);
      removeEventListener("online", done);
      signal.removeEventListener("abort", stop);
      resolve();
    };
    const stop = () => {
      done();
      reject(signal.reason);
    };
    const timer = setTimeout(done, WAITS_MS[Math.min(tries, WAITS_MS.length) - 1]);
    addEventListener("online", done);
    signal.addEventListener("abort", stop);
    if (signal.aborted) stop();
  });
}

/** @param {Document} page @returns {Element | null} the element with the token of the login */
const tokenOf = (page) => page.querySelector('meta[name="csrf-token"]');

/** What every request of these pages carries. @returns {Record<string, string>} */
export const headers = () => ({ Accept: "application/json", "X-CSRFToken": tokenOf(document)?.getAttribute("content") ?? "" });

/** Somebody may have signed in again in another tab: their token is another one. */
async function renewToken() {
  const answer = await fetch(location.href, { cache: "no-store", signal: AbortSignal.timeout(ANSWER_MS) });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const token = tokenOf(page)?.getAttribute("content");
  if (token) tokenOf(document)?.setAttribute("content", token);
}

/**
 * Ask until there is an answer that trying again can't better.
 *
 * @param {() => Promise<Answer>} ask
 * @param {{signal: AbortSignal, again: (tries: number, why: string) => void}} how
 * @returns {Promise<Answer>}
 */
export async function persistently(ask, { signal, again }) {
  let renewals = 0; // of the token, that are worth a try since somebody had to sign in again
  for (let tries = 1; ; tries += 1) {
    let why = "offline";
    try {
      if (renewals) await renewToken();
      const answer = await ask();
      if (answer.status === 401 || (answer.status === 400 && renewals)) {
        renewals = answer.status === 401 ? 2 : renewals - 1; // 400: they did so between the two questions
        why = "signedOut";
      } else if (!WORTH_ANOTHER_TRY.has(answer.status) || answer.data.code === LINE_FULL) {
        return answer;
      } else {
        why = answer.data.message || "offline";
      }
    } catch (error) {
      if (signal.aborted) throw signal.reason;
    }
    again(tries + 1, why);
    await rest(tries, signal);
  }
}

/** @param {string} url @param {RequestInit} options @param {AbortSignal} signal @returns {Promise<Answer>} */
export async function asked(url, options, signal) {
  const limit = AbortSignal.timeout(ANSWER_MS);
  const stop = new AbortController();
  for (const one of [limit, signal]) one.addEventListener("abort", () => stop.abort(one.reason), { once: true });
  if (signal.aborted) throw signal.reason;
  const answer = await fetch(url, { cache: "no-store", ...options, signal: stop.signal });
  return { status: answer.status, data: await answer.json().catch(() => ({})) };
}

export class Upload {
  /** @param {File} file @param {Options} options */
  constructor(file, options) {
    this.file = file;
    this.options = options;
    this.id = "";
    this.at = "";
    this.offset = 0;
    this.piece = Math.min(FIRST_BYTES, options.piece);
  }

  /** Send what is missing. @param {AbortSignal} signal @returns {Promise<string>} the upload's id */
  async send(signal) {
    const how = { signal, again: this.options.again };
    if (!this.id) this.stands(await persistently(() => this.begin(signal), how));
    while (this.offset < this.file.size) {
      let lost = false;
      const answer = await persistently(() => {
        if (lost) return asked(this.at, { headers: headers() }, signal); // how much of the piece arrived?
        lost = true;
        return this.put(signal);
      }, { ...how, again: (tries, why) => { this.piece = Math.max(LEAST_BYTES, this.piece / 2); how.again(tries, why); } });
      if (answer.status === 409 && typeof answer.data.offset === "number") this.offset = answer.data.offset;
      else this.stands(answer);
      await this.readable();
    }
    this.options.sent(this.file.size);
    return this.id;
  }

  /** @param {Answer} answer */
  stands({ status, data }) {
    if (status >= 400) throw new RefusedError(data.message || String(status));
    this.id = data.id;
    this.at = data.at;
    this.offset = data.offset;
  }

  /** @param {AbortSignal} signal */
  begin(signal) {
    const body = new URLSearchParams({ name: this.file.name || "photo", size: String(this.file.size) });
    return asked(this.options.begin, { method: "POST", headers: headers(), body }, signal);
  }

  /** One piece, with its progress. @param {AbortSignal} signal @returns {Promise<Answer>} */
  put(signal) {
    const started = performance.now();
    const { offset } = this;
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      const stop = () => request.abort();
      signal.addEventListener("abort", stop, { once: true });
      request.open("PUT", `${this.at}?offset=${offset}`);
      for (const [name, value] of Object.entries(headers())) request.setRequestHeader(name, value);
      request.setRequestHeader("Content-Type", "application/octet-stream");
      request.responseType = "json";
      request.timeout = PIECE_MS;
      request.upload.addEventListener("progress", (event) => this.options.sent(offset + event.loaded));
      request.addEventListener("load", () => {
        if (performance.now() - started < QUICK_MS) this.piece = Math.min(this.options.piece, this.piece * 2);
        resolve({ status: request.status, data: request.response ?? {} });
      });
      for (const name of ["error", "timeout", "abort"]) request.addEventListener(name, () => reject(new Error(name)));
      request.addEventListener("loadend", () => signal.removeEventListener("abort", stop));
      request.send(this.file.slice(offset, offset + this.piece));
    });
  }

  /** A file that was changed or moved meanwhile looks like a lost network, and would be tried for ever. */
  async readable() {
    try {
      await this.file.slice(0, 1).arrayBuffer();
    } catch {
      throw new RefusedError(this.options.left);
    }
  }

  /** Delete it on the server; if that fails, the server deletes it after a day. */
  forget() {
    if (this.at) fetch(this.at, { method: "DELETE", headers: headers(), keepalive: true }).catch(() => undefined);
  }
}
