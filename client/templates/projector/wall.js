/** Keeps the code true: a new day, a new tunnel. A server that is away for a moment changes nothing. */
const EVERY_MS = 20000;

/** Puts the present code and address in the place of the old ones. */
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
    // The network is away: what stands there still holds; the next turn tries again.
  }
}

setInterval(refresh, EVERY_MS);
