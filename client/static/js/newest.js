/** What a page shows, as the server has it now. */

/**
 * The server's answer. Where the login has ended or the page is gone, the page is loaded anew, and nothing follows.
 *
 * @param {string} address
 * @param {number} patience milliseconds for one answer
 * @returns {Promise<any>} refused while the server is away or busy
 */
export async function newest(address, patience = 10_000) {
  const answer = await fetch(address, {
    cache: "no-store",
    headers: { Accept: "application/json" },
    signal: AbortSignal.timeout(patience),
  });
  if ([401, 403, 404].includes(answer.status)) {
    location.reload(); // to the login, or to the server's explanation
    return new Promise(() => {});
  }
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}
