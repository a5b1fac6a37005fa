/** Pictures: drawn small, made JPEGs of as few bytes as needed, or read from a file. None is mirrored. */

// A third of the bytes of 1280 px and 0.9, and as accurate: docs/performance.md, "What the phone sends".
const LONGEST_SIDE = 800; // px
const JPEG_QUALITY = 0.8;
const LOWER_QUALITIES = [0.7, 0.6, 0.4]; // of a snapshot that would leave too little to the frames of a movement
const LARGE_FILE = 150e3; // bytes; a chosen photo above this is made smaller first
const MOST_BYTES = 10e6; // the server takes no more
const ENCODING_MS = 5000; // a browser that has made no JPEG by then makes none
const READING_MS = 20000; // a file that must be fetched from elsewhere first

/**
 * Draw a picture, at most so long.
 * @param {CanvasImageSource} source @param {number} width @param {number} height @param {number} longest px
 * @returns {HTMLCanvasElement}
 */
function drawn(source, width, height, longest) {
  const scale = Math.min(1, longest / Math.max(width, height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  const context = canvas.getContext("2d");
  if (!context) throw new Error("no canvas");
  context.imageSmoothingQuality = "high"; // or else a photo of 4000 px becomes jagged
  context.drawImage(source, 0, 0, canvas.width, canvas.height);
  return canvas;
}

/** @param {HTMLCanvasElement} canvas @param {number} quality @returns {Promise<Blob>} */
function jpegOf(canvas, quality) {
  /** @type {Promise<Blob | null>} */
  const made = new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", quality));
  return within(ENCODING_MS, made).catch(() => null).then((blob) => blob || encoded(canvas, quality));
}

/** The same at once, where the browser doesn't answer. @param {HTMLCanvasElement} canvas @param {number} quality
 * @returns {Blob} */
function encoded(canvas, quality) {
  const [head, data] = canvas.toDataURL("image/jpeg", quality).split(",");
  if (!head.startsWith("data:image/jpeg")) throw new Error("no JPEG");
  return new Blob([Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0))], { type: "image/jpeg" });
}

/**
 * The JPEG that a check-in is decided on.
 * @param {HTMLCanvasElement} canvas at most LONGEST_SIDE long
 * @param {number} [most] bytes for which a little quality is given up
 * @returns {Promise<Blob>}
 */
async function snapshotOf(canvas, most = Infinity) {
  let made = await jpegOf(canvas, JPEG_QUALITY);
  for (const quality of LOWER_QUALITIES) if (made.size > most) made = await jpegOf(canvas, quality);
  return made;
}

/** @template T @param {number} ms @param {Promise<T>} promise @returns {Promise<T>} rejected after so long */
function within(ms, promise) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("no answer")), ms);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/**
 * A chosen file's bytes, which stay even where the file doesn't.
 * @param {File} file @returns {Promise<Blob>} rejected where it can't be read
 */
async function inMemory(file) {
  const bytes = await within(READING_MS, file.arrayBuffer());
  if (!bytes.byteLength) throw new Error("empty");
  return new Blob([bytes], { type: file.type });
}

/**
 * A chosen file, made smaller where this browser can read it; else (HEIC) as it is.
 * @param {Blob} file @returns {Promise<Blob>}
 */
async function smaller(file) {
  if (file.size <= LARGE_FILE || !window.createImageBitmap) return file;
  try {
    const bitmap = await within(ENCODING_MS, createImageBitmap(file, { imageOrientation: "from-image" }));
    const blob = await snapshotOf(drawn(bitmap, bitmap.width, bitmap.height, LONGEST_SIDE));
    bitmap.close();
    return blob.size < file.size ? blob : file;
  } catch {
    return file;
  }
}
