/** Buttons that copy: <button data-copy="#id" data-done="Copied" hidden>; shown where copying works. */
export function copyButtons() {
  for (const button of document.querySelectorAll("button[data-copy]")) {
    const { copy, done } = /** @type {HTMLElement} */ (button).dataset;
    const source = document.querySelector(copy ?? "");
    if (!source || !navigator.clipboard) continue;
    const label = button.textContent;
    button.removeAttribute("hidden");
    button.addEventListener("click", async () => {
      const text = source instanceof HTMLInputElement ? source.value : source.textContent ?? "";
      await navigator.clipboard.writeText(text.trim());
      button.textContent = done ?? label;
      setTimeout(() => { button.textContent = label; }, 2000);
    });
  }
}
