/** A job that is being read: asks once a second how far it is, and shows the result when there is one. */

import { newest } from "../newest.js";

const ASK_MS = 1000;
const RETRY_MS = 3000;

const page = /** @type {HTMLElement} */ (document.getElementById("wait"));
const bar = /** @type {HTMLProgressElement} */ (page.querySelector("progress"));
const title = /** @type {HTMLElement} */ (page.querySelector("[data-title]"));
const line = /** @type {HTMLElement} */ (page.querySelector("[data-line]"));

/** @param {HTMLElement} element @param {string} text */
function put(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

async function ask() {
  let wait = ASK_MS;
  try {
    const told = await newest(page.dataset.state ?? "");
    if (told.over) {
      location.reload();
      return;
    }
    bar.value = told.progress;
    put(title, told.title);
    put(line, told.line);
  } catch {
    wait = RETRY_MS;
    put(line, page.dataset.lost ?? "");
  }
  setTimeout(ask, wait);
}

setTimeout(ask, ASK_MS);
