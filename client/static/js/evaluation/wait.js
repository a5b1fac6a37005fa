/** An evaluation that is running: loads the page again until there is a result. */

const AGAIN_MS = 3000;

const timer = setTimeout(() => location.reload(), AGAIN_MS);
addEventListener("pagehide", () => clearTimeout(timer));
