/**
 * What a search compares: the same as `search_form` and `search_words` of attendance/values/roll_numbers.py, so
 * that a page's own filters find what the server finds.
 */

/** Accents of Latin, Greek and Cyrillic letters, and points of Hebrew and Arabic ones; others are sounds. */
const ACCENTS = /[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670]/g;
const UNSEEN = /[\u00ad\u034f\u061c\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufe00-\ufe0f\ufeff]/g;
const APOSTROPHES = /['`\u00b4\u02b9\u02bb-\u02bf\u2018\u2019\u201b\u2032\u05f3]/g;
const DASHES = /[\u2010-\u2015\u2212\ufe58]/g;
const ZEROS = [0x660, 0x6f0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xe50, 0xed0];
/** @type {Record<string, string>} */
const PLAIN = { ß: "ss", ς: "σ", ø: "o", ł: "l", đ: "d", ð: "d", þ: "th", æ: "ae", œ: "oe", ı: "i", ħ: "h", ŧ: "t", ŋ: "n", ə: "e", ɓ: "b", ɗ: "d", ƙ: "k", ƴ: "y", ي: "ی", ى: "ی", ك: "ک", ة: "ه" };
/** @type {Record<string, string>} */
const IN_TWO_LETTERS = { ä: "ae", ö: "oe", ü: "ue", å: "aa", ø: "oe" };

/** @param {string} letter */
function digit(letter) {
  const code = letter.charCodeAt(0);
  const zero = ZEROS.find((first) => code >= first && code < first + 10);
  return zero === undefined ? letter : String(code - zero);
}

/** @param {string} text */
const key = (text) => text.normalize("NFKC").toLowerCase().replace(UNSEEN, "").replace(DASHES, "-").replace(/\p{Nd}/gu, digit);

/** @param {string} text */
function folded(text) {
  const plain = key(text).normalize("NFKD").replace(ACCENTS, "").replace(APOSTROPHES, "");
  return plain.replace(/[^\0-\x7f]/g, (letter) => PLAIN[letter] ?? letter).normalize("NFC");
}

/**
 * A text as it is searched, with each of the usual ways of writing its letters.
 * @param {string} text
 */
export function searchForm(text) {
  const words = searchWords(text).join(" ");
  const twoLetters = key(text).replace(/[äöüåø]/g, (letter) => IN_TWO_LETTERS[letter]);
  return [...new Set([words, words.replaceAll(" ", "-"), folded(twoLetters)])].join("\n");
}

/**
 * The words of a query; each has to occur in a `searchForm`.
 * @param {string} typed
 */
export function searchWords(typed) {
  return folded(typed).split(/[\s,]+/).filter(Boolean);
}
