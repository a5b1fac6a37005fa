/** What every teacher's page gains where there is JavaScript; each page works without it. */
import { copyButtons } from "./copy.js";
import { printButtons } from "./print.js";
import { sortableTables, tableFilters, tablePages } from "./table.js";

/** A second tap while the first is under way sends nothing. */
function sendOnce() {
  document.addEventListener("submit", (event) => {
    const form = /** @type {HTMLFormElement} */ (event.target);
    if (event.defaultPrevented || form.method !== "post") return;
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
  addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) delete (/** @type {HTMLFormElement} */ (form).dataset.sent);
  });
}

/** A tab that was open when this browser became a kiosk shows nothing of the teacher's any more. */
function hideFromKiosk() {
  if (!window.BroadcastChannel || document.body.classList.contains("kiosk")) return;
  new BroadcastChannel("attendance-kiosk").addEventListener("message", () => location.reload());
}

/** The menu of a phone closes again: with Escape, and where somebody taps elsewhere. */
function closeMenu() {
  const menu = /** @type {HTMLDetailsElement | null} */ (document.querySelector("details.menu"));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu?.open) return;
    menu.open = false;
    menu.querySelector("summary")?.focus();
  });
  document.addEventListener("click", (event) => {
    if (menu?.open && !(/** @type {Element} */ (event.target).closest(".places"))) menu.open = false;
  });
}

closeMenu();
sendOnce();
hideFromKiosk();
copyButtons();
printButtons();
sortableTables();
tableFilters();
tablePages();
