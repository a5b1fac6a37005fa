/** Makes chosen photos smaller before they are sent, so that a set of large ones fits; the form works without. */

const LONGEST_SIDE = 1600; // px; the server looks at 1280 at most
const JPEG_QUALITY = 0.9;
const LARGE = 600e3; // bytes; what is below goes as it is

for (const form of document.querySelectorAll("form[data-smaller-photos]")) {
  form.addEventListener("submit", (event) => shrink(event, /** @type {HTMLFormElement} */ (form)));
}

/**
 * @param {Event} event
 * @param {HTMLFormElement} form
 */
async function shrink(event, form) {
  const input = /** @type {HTMLInputElement} */ (form.querySelector('input[type="file"]'));
  const files = [...(input.files || [])];
  if (form.dataset.sent || !files.some((file) => file.size > LARGE) || typeof DataTransfer === "undefined") return;
  event.preventDefault();
  form.dataset.sent = "yes"; // a second tap meanwhile sends nothing: see teacher.js
  const line = form.querySelector("[data-line]");
  if (line) line.textContent = form.dataset.working || "";
  const list = new DataTransfer();
  for (const file of files) list.items.add(file.size > LARGE ? await smaller(file) : file);
  input.files = list.files;
  form.submit();
}

/** A smaller JPEG; the file itself where this browser can't read it. @param {File} file @returns {Promise<File>} */
async function smaller(file) {
  try {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d")).drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", JPEG_QUALITY));
    return blob && blob.size < file.size ? new File([blob], file.name, { type: "image/jpeg" }) : file;
  } catch {
    return file;
  }
}
