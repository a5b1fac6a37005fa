/** Buttons that print the page: <button data-print hidden>; shown where there is something to print with. */
export function printButtons() {
  if (typeof window.print !== "function") return;
  for (const button of document.querySelectorAll("button[data-print]")) {
    button.removeAttribute("hidden");
    button.addEventListener("click", () => window.print());
  }
}
