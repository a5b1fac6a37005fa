/** The page that sends classroom photos: choosing, dropping, sending in pieces with progress; the form works without. */
import { RefusedError, Upload, asked, headers, persistently } from "./upload.js";

const form = /** @type {HTMLFormElement | null} */ (document.getElementById("room"));
const KNOWN = /\.(jpe?g|png|webp|heic|heif|mp4|m4v|mov|webm)$/i; // where a browser knows no type
const VIDEO = /\.(mp4|m4v|mov|webm)$/i;

if (form) start(form);

/** @param {HTMLFormElement} room */
function start(room) {
  const words = /** @type {Record<string, string>} */ (JSON.parse(room.dataset.words || "{}"));
  const most = { bytes: Number(room.dataset.most), photos: Number(room.dataset.photos) };
  /** @param {string} name @returns {HTMLElement} */
  const part = (name) => /** @type {HTMLElement} */ (room.querySelector(`[data-${name}]`));
  const [list, line, problem, drop, cancel] = ["files", "line", "error", "drop", "cancel"].map(part);
  const send = /** @type {HTMLButtonElement} */ (part("send"));
  const bar = /** @type {HTMLProgressElement} */ (room.querySelector("progress"));
  const inputs = /** @type {HTMLInputElement[]} */ ([...room.querySelectorAll('input[type="file"]')]);
  /** @type {File[]} */
  let files = [];
  /** @type {Map<File, Upload>} */
  const uploads = new Map();
  /** @type {AbortController | null} */
  let under = null;

  /** @param {string} text @param {Record<string, string | number>} values */
  const fill = (text, values = {}) => Object.entries(values).reduce((all, [name, value]) => all.replaceAll(`{${name}}`, String(value)), text);
  /** @param {string} text */
  const say = (text) => {
    if (line.textContent !== text) line.textContent = text;
  };
  /** @param {string} text */
  const complain = (text) => {
    problem.textContent = text;
    problem.hidden = !text;
  };
  const isVideo = (/** @type {File} */ file) => file.type.startsWith("video/") || (!file.type && VIDEO.test(file.name));
  const isKnown = (/** @type {File} */ file) => /^(image|video)\//.test(file.type) || (!file.type && KNOWN.test(file.name));

  /** Why these can't be sent together; empty where they can. @param {File[]} all */
  function wrong(all) {
    for (const file of all) {
      if (!isKnown(file)) return fill(words.type, { name: file.name });
      if (file.size === 0) return fill(words.empty, { name: file.name });
      if (file.size > most.bytes) return fill(words.tooLarge, { name: file.name, size: size(file.size), most: size(most.bytes) });
    }
    const videos = all.filter(isVideo).length;
    if (videos && all.length > 1) return words.mixed;
    return all.length > most.photos ? fill(words.tooMany, { most: most.photos }) : "";
  }

  /** @param {File[]} fresh */
  function add(fresh) {
    if (under || fresh.length === 0) return;
    const problemOfAll = wrong([...files, ...fresh]);
    complain(problemOfAll);
    if (!problemOfAll) files = [...files, ...fresh];
    show();
  }

  function show() {
    for (const old of list.querySelectorAll("img")) URL.revokeObjectURL(old.src);
    list.hidden = files.length === 0;
    list.replaceChildren(...files.map(item));
    send.disabled = files.length === 0;
    say(files.length === 1 ? words.chosenOne : files.length ? fill(words.chosen, { n: files.length }) : "");
  }

  /** @param {File} file @returns {HTMLLIElement} */
  function item(file) {
    const entry = document.createElement("li");
    entry.append(isVideo(file) ? box("▶") : thumbnail(file));
    const name = document.createElement("span");
    name.textContent = `${file.name} · ${size(file.size)}`;
    const remove = document.createElement("button");
    remove.type = "button";
    remove.className = "button plain";
    remove.textContent = "✕";
    remove.disabled = under !== null;
    remove.setAttribute("aria-label", fill(words.remove, { name: file.name }));
    remove.addEventListener("click", () => {
      uploads.get(file)?.forget();
      uploads.delete(file);
      files = files.filter((one) => one !== file);
      complain("");
      show();
      (list.querySelector("button") ?? inputs[inputs.length - 1]).focus();
    });
    entry.append(name, remove);
    return entry;
  }

  /** Send all files, then hand them over; what has arrived is not sent twice. */
  async function sendAll() {
    const stop = new AbortController();
    under = stop;
    complain("");
    busy(true);
    say(words.begin);
    const total = files.reduce((sum, file) => sum + file.size, 0);
    try {
      let before = 0;
      for (const file of files) {
        const upload = uploads.get(file) ?? new Upload(file, options());
        uploads.set(file, upload);
        const base = before;
        upload.options.sent = (bytes) => progress(file, base + Math.min(bytes, file.size), total);
        await upload.send(stop.signal);
        before += file.size;
      }
      await handOver(stop.signal);
    } catch (error) {
      if (stop.signal.aborted) say(words.cancelled);
      else complain(error instanceof RefusedError ? error.message : words.failed);
      if (!stop.signal.aborted) say("");
      under = null;
      busy(false);
    }
  }

  /** @param {AbortSignal} signal */
  async function handOver(signal) {
    say(words.checking);
    const all = files.map((file) => /** @type {Upload} */ (uploads.get(file)));
    const body = () => new URLSearchParams(all.map((upload) => ["upload", upload.id]));
    const ask = () => asked(room.action, { method: "POST", headers: headers(), body: body() }, signal);
    const answer = await persistently(ask, { signal, again });
    if (answer.status === 200) {
      under = null;
      location.assign(answer.data.next);
      return;
    }
    if (answer.status === 404) uploads.clear(); // they ended meanwhile: they are sent again
    throw new RefusedError(answer.data.message || words.failed);
  }

  function options() {
    return { begin: room.dataset.uploads ?? "", piece: Number(room.dataset.piece), sent: () => undefined, again, left: words.left };
  }

  /** @param {number} tries @param {string} why a key of the words, or a sentence of the server */
  function again(tries, why) {
    say(`${fill(words.again, { n: tries })}. ${words[why] ?? why}`);
  }

  /** @param {File} file @param {number} sent @param {number} total */
  function progress(file, sent, total) {
    bar.value = sent / total;
    say(fill(words.sending, { name: file.name, part: size(sent), all: size(total) }));
  }

  /** @param {boolean} isBusy */
  function busy(isBusy) {
    part("progress").hidden = !isBusy;
    cancel.hidden = !isBusy;
    drop.hidden = isBusy;
    send.hidden = isBusy;
    bar.value = 0;
    for (const button of list.querySelectorAll("button")) button.disabled = isBusy;
    (isBusy ? cancel : send).focus();
  }

  room.classList.add("js");
  part("drop-hint").hidden = !matchMedia("(pointer: fine)").matches;
  for (const input of inputs) {
    input.addEventListener("change", () => {
      add([...(input.files ?? [])]);
      input.value = ""; // so that the same file can be chosen again
    });
  }
  for (const name of ["dragover", "drop"]) document.addEventListener(name, (event) => event.preventDefault()); // never leave for the picture
  document.addEventListener("dragover", () => drop.classList.add("over"));
  for (const name of ["dragleave", "drop", "dragend"]) document.addEventListener(name, () => drop.classList.remove("over"));
  document.addEventListener("drop", (event) => add([...(/** @type {DragEvent} */ (event).dataTransfer?.files ?? [])]));
  room.addEventListener("submit", (event) => {
    event.preventDefault();
    if (files.length && !under) sendAll();
  });
  cancel.addEventListener("click", () => {
    under?.abort(new Error("cancelled"));
    for (const upload of uploads.values()) upload.forget();
    uploads.clear();
  });
  addEventListener("beforeunload", (event) => under && event.preventDefault());
  addEventListener("pageshow", (event) => event.persisted && location.reload()); // back from a job: the list is old
  show();
  add(inputs.flatMap((input) => [...(input.files ?? [])])); // chosen before this script came
}

/** @param {File} file */
function thumbnail(file) {
  const image = document.createElement("img");
  image.alt = "";
  image.src = URL.createObjectURL(file);
  image.addEventListener("error", () => image.replaceWith(box("?"))); // HEIC, which few browsers show
  return image;
}

/** @param {string} text */
function box(text) {
  const element = document.createElement("span");
  element.className = "icon-box";
  element.setAttribute("aria-hidden", "true");
  element.textContent = text;
  return element;
}

/** @param {number} bytes */
function size(bytes) {
  if (bytes < 1e6) return `${Math.max(1, Math.round(bytes / 1000))} kB`;
  return `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;
}
