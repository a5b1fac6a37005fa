/** Keeps the code up to date after a new day or a new tunnel. A short outage of the server changes nothing. */
const EVERY_MS = 20000;

/** Replaces the code and the address by the current ones. */
async function refresh() {
  try {
    const reply = await fetch(location.pathname, { cache: "no-store" });
    if (!reply.ok) return;
    const fresh = new DOMParser().parseFromString(await reply.text(), "text/html");
    for (const selector of ["h1", "header p", "#address"]) {
      const now = document.querySelector(selector);
      const next = fresh.querySelector(selector);
      if (now && next && now.textContent !== next.textContent) {
        now.textContent = next.textContent;
        const code = /** @type {HTMLImageElement} */ (document.querySelector("#code"));
        code.src = `/qr.svg?${Date.now()}`;
      }
    }
  } catch {
    // No network: the code shown is still valid; the next turn tries again.
  }
}

setInterval(refresh, EVERY_MS);
