/**
 * What the server and this page say to each other (see docs/live.md), and the words of the page.
 *
 * @typedef {"looking" | "unfit" | "unknown" | "doubtful" | "asked" | "unmoved" | "recognised" | "marked" | "already" | "kept"} Status
 * @typedef {{student: string, roll_number: string | null, name: string | null, score?: number}} Candidate
 * @typedef {{id: number, box: [number, number, number, number], status: Status, student: string | null,
 *   roll_number: string | null, name: string | null, mark: string | null, problem: string | null,
 *   turns: string[], candidates: Candidate[], score?: number | null}} Face
 * @typedef {{type: "faces", frame: number, width: number, height: number, open: boolean, faces: Face[]}} Seen
 * @typedef {{type: "error", code: string, message: string, frame: number | null}} Problem
 * @typedef {{type: "clicked", face: number, student: string, status: string}} Clicked
 * @typedef {[tone: string, icon: string, word: string]} Look
 * @typedef {Record<string, string> & {byName: Record<string, string>, problems: Record<string, string>,
 *   statuses: Record<Status, Look>, marks: Record<string, Look>, kept: Record<string, string>,
 *   turns: Record<string, string>, then: Record<string, string>}} Words
 * @typedef {{mirrored: boolean, byClick: boolean, kiosk: boolean}} How how the page shows faces
 */

/** One of the icons that the page carries. @param {string} name @returns {SVGSVGElement} */
export function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  for (const [key, value] of Object.entries({ class: "icon", viewBox: "0 0 24 24", width: "20", height: "20" })) svg.setAttribute(key, value);
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("focusable", "false");
  const use = document.createElementNS(space, "use");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

/** An element with a class and a text. @param {string} tag @param {string} className @param {string} [text] @returns {HTMLElement} */
export function element(tag, className, text = "") {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

/** The look of a face: tone, icon and word; a mark has its own. @param {Face} face @param {Words} words @returns {Look} */
export function lookOf(face, words) {
  const [tone, name, word] = words.statuses[face.status] || words.statuses.looking;
  if (face.status === "unfit" && face.problem) return [tone, name, words.problems[face.problem] || word];
  if (face.status === "asked") return [tone, name, askedOf(face, words) || word];
  if (face.status === "kept" && face.mark) return [tone, name, words.kept[face.mark] || word];
  if (face.status === "marked" && face.mark && words.marks[face.mark]) return words.marks[face.mark];
  return [tone, name, word];
}

/** What a face is asked for, in one sentence. @param {Face} face @param {Words} words @returns {string} */
export function askedOf(face, words) {
  const [first, ...others] = face.turns;
  return [words.turns[first], ...others.map((turn) => words.then[turn])].join(", ");
}

/**
 * Whether a click can mark this face now. What a person decided changes by a teacher's click alone, and
 * so is marked who has not moved as asked: then a teacher looks.
 * @param {Face} face @param {boolean} open @param {How} how
 */
export function canBeMarked(face, open, how) {
  if (!open) return false;
  if (face.status === "kept" || face.status === "asked" || face.status === "unmoved") return !how.kiosk;
  return how.byClick && face.status === "recognised";
}
