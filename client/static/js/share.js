/** Buttons that share an address; they appear only where the browser can. */
for (const button of document.querySelectorAll("button[data-share]")) {
  if (!navigator.share) break;
  const { share, title } = /** @type {HTMLElement} */ (button).dataset;
  button.removeAttribute("hidden");
  button.addEventListener("click", () => {
    // Closing the phone's own dialog is no error.
    navigator.share({ title, url: share }).catch(() => undefined);
  });
}
