/** The kiosk: full screen, and the PIN that leads out of it. */

const full = /** @type {HTMLButtonElement | null} */ (document.querySelector("[data-full]"));
const problem = /** @type {HTMLElement} */ (document.querySelector("[data-problem]"));
const failed = JSON.parse(document.getElementById("live-room")?.dataset.words || "{}").failed || "";

/** Show the button while the page does not fill the screen. */
function offerFullScreen() {
  if (full) full.hidden = !document.fullscreenEnabled || document.fullscreenElement !== null;
}

/** @param {string} text */
function refuse(text) {
  problem.hidden = !text;
  /** @type {HTMLElement} */ (problem.querySelector("span")).textContent = text;
}

/** Send PIN or password without leaving the page: a wrong one stops no camera. @param {SubmitEvent} event */
async function unlock(event) {
  event.preventDefault();
  const form = /** @type {HTMLFormElement} */ (event.currentTarget);
  refuse("");
  try {
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" } });
    const told = await answer.json();
    if (answer.ok) {
      location.replace(told.next);
      return;
    }
    if (answer.status === 401) location.reload();
    refuse(told.message || failed);
  } catch {
    refuse(failed);
  }
  form.reset();
  /** @type {HTMLInputElement | null} */ (form.querySelector("input:not([type=hidden])"))?.focus();
}

for (const form of document.querySelectorAll("form[data-unlock]")) {
  form.addEventListener("submit", (event) => unlock(/** @type {SubmitEvent} */ (event)));
}
if (full) {
  offerFullScreen();
  document.addEventListener("fullscreenchange", offerFullScreen);
  full.addEventListener("click", () => document.documentElement.requestFullscreen().catch(offerFullScreen));
}
// The other tabs of this browser may show nothing of the teacher's any more.
if (window.BroadcastChannel) new BroadcastChannel("attendance-kiosk").postMessage("locked");
