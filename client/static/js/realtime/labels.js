/**
 * Puts the labels of faces where they cover no other face and no other label: a tap on a face is a tap on that face.
 *
 * @typedef {import("./faces.js").Drawn} Drawn
 * @typedef {{left: number, top: number, right: number, bottom: number}} Area
 * @typedef {{label: HTMLElement, x: number, y: number, box: Area, wide: number, high: number}} Spot a label, from
 *   where its place counts, its face, and its size
 */

const GAP = 3; // px between a box and its label

export class Labels {
  /** @param {HTMLElement} layer lies over the picture */
  constructor(layer) {
    this.layer = layer;
    this.crowd = ""; // for whom there was no room
  }

  /**
   * Where there is no room for all, they have only names, until others are there; a name without room is left out:
   * the list beside the picture has it.
   * @param {Drawn[]} all
   */
  place(all) {
    const { clientWidth: width, clientHeight: height } = this.layer;
    const crowd = [width, height, ...all.map((one) => `${one.student}${one.shown}`).sort()].join("|");
    if (crowd !== this.crowd) this.crowd = "";
    this.layer.toggleAttribute("data-crowded", this.crowd !== "");
    if (this.lay(all) || this.crowd) return;
    this.crowd = crowd;
    this.layer.toggleAttribute("data-crowded", true);
    this.lay(all);
  }

  /** @param {Drawn[]} all @returns {boolean} whether all have room */
  lay(all) {
    const { clientWidth: width, clientHeight: height } = this.layer;
    const spots = all.map(spotOf).sort((one, other) => one.box.left - other.box.left);
    const taken = spots.map(({ box }) => box);
    let isRoomy = true;
    for (const spot of spots) {
      const area = areaOf(spot, taken, width, height);
      spot.label.style.visibility = area ? "" : "hidden"; // it keeps its size, to be measured again
      if (!area) {
        isRoomy = false;
        continue;
      }
      taken.push(area);
      spot.label.style.left = `${area.left - spot.x}px`;
      spot.label.style.top = `${area.top - spot.y}px`;
    }
    return isRoomy;
  }
}

/** @param {Drawn} drawn @returns {Spot} */
function spotOf({ box, hit, label }) {
  const inner = label.parentElement === hit ? hit : null;
  return {
    label,
    x: box.offsetLeft + box.clientLeft + (inner?.offsetLeft ?? 0),
    y: box.offsetTop + box.clientTop + (inner?.offsetTop ?? 0),
    box: {
      left: box.offsetLeft,
      top: box.offsetTop,
      right: box.offsetLeft + box.offsetWidth,
      bottom: box.offsetTop + box.offsetHeight,
    },
    wide: label.offsetWidth,
    high: label.offsetHeight,
  };
}

/**
 * Under the box, or over it, or as near as there is room; for a face that fills the picture, over its own chin.
 * @param {Spot} spot @param {Area[]} taken @param {number} width @param {number} height @returns {Area | undefined}
 */
function areaOf({ box, wide, high }, taken, width, height) {
  const left = Math.max(0, Math.min(width - wide, (box.left + box.right - wide) / 2));
  const below = box.bottom + GAP;
  /** @param {number} top @returns {Area} */
  const at = (top) => ({ left, top, right: left + wide, bottom: top + high });
  /** @param {Area[]} others */
  const isFree = (others) => (/** @type {Area} */ one) => one.top >= 0 && one.bottom <= height && !others.some((other) => meet(one, other));
  const edges = taken.flatMap((one) => [one.bottom + GAP, one.top - GAP - high]);
  edges.sort((one, other) => Math.abs(one - below) - Math.abs(other - below));
  const apart = [below, box.top - GAP - high, ...edges].map(at).find(isFree(taken));
  return apart ?? [at(Math.min(below, height - high))].find(isFree(taken.filter((other) => other !== box)));
}

/** @param {Area} one @param {Area} other */
function meet(one, other) {
  return one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
}
