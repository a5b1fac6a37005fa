/**
 * This browser's own key: made at its first check-in without asking anybody, kept where no script can read it,
 * and used to sign each check-in. It never delays one: what can't sign in time sends no signature.
 *
 * Plain http, private windows and lost storage are no faults; client/web/visitors/device_keys.py verifies the rest.
 *
 * @typedef {{pair: CryptoKeyPair, spki: string}} DeviceKey
 */

const SIGNING_MS = 300;
const KEYS = "attendance-device"; // the database, and the store in it
const ALGORITHM = { name: "ECDSA", namedCurve: "P-256" };
/** @type {Promise<DeviceKey> | null} Goes on loading after a check-in that didn't wait for it. */
let deviceKey = null;

/**
 * The signature of a check-in: this browser took this photo for this grant.
 * @param {string} grantId @param {Blob} image as it is sent
 * @returns {Promise<{key: string, signature: string} | null>} base64url: the public key, and r and s of the
 *   signature; null where this browser has none in time
 */
function signCheckIn(grantId, image) {
  if (!window.isSecureContext || !window.crypto || !crypto.subtle) return Promise.resolve(null);
  const late = new Promise((resolve) => setTimeout(resolve, SIGNING_MS, null));
  return Promise.race([signed(grantId, image).catch(() => null), late]);
}

/** @param {string} grantId @param {Blob} image */
async function signed(grantId, image) {
  deviceKey = deviceKey || loadDeviceKey();
  deviceKey.catch(() => {
    deviceKey = null;
  });
  const [{ pair, spki }, bytes] = await Promise.all([deviceKey, image.arrayBuffer()]);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const hex = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const message = new TextEncoder().encode(`attendance check-in\n${grantId}\n${hex}`);
  const signature = await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, pair.privateKey, message);
  return { key: spki, signature: inBase64(signature) };
}

/** The key that is stored, or a new one; of two tabs that make one at once the first one's stays.
 * @returns {Promise<DeviceKey>} */
async function loadDeviceKey() {
  const database = await openKeys();
  try {
    let pair = await inStore(database, "readonly", (store) => store.get(KEYS));
    if (!pair) {
      const fresh = await crypto.subtle.generateKey(ALGORITHM, false, ["sign", "verify"]);
      pair = await inStore(database, "readwrite", (store) => {
        const found = store.get(KEYS);
        found.onsuccess = () => found.result || store.add(fresh, KEYS);
        return found;
      }) || fresh;
    }
    return { pair, spki: inBase64(await crypto.subtle.exportKey("spki", pair.publicKey)) };
  } finally {
    database.close();
  }
}

/** @returns {Promise<IDBDatabase>} */
function openKeys() {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(KEYS, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(KEYS);
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(opening.error);
  });
}

/**
 * What a request found, once all of its transaction is stored.
 * @param {IDBDatabase} database @param {IDBTransactionMode} mode
 * @param {(store: IDBObjectStore) => IDBRequest<CryptoKeyPair | undefined>} ask
 * @returns {Promise<CryptoKeyPair | undefined>}
 */
function inStore(database, mode, ask) {
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(KEYS, mode);
    const asked = ask(transaction.objectStore(KEYS));
    transaction.oncomplete = () => resolve(asked.result);
    transaction.onabort = () => reject(transaction.error);
  });
}

/** @param {ArrayBuffer} bytes @returns {string} */
function inBase64(bytes) {
  const text = btoa(String.fromCharCode(...new Uint8Array(bytes)));
  return text.replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}
