// Why a file did not arrive, as one word that is safe to show and to write down: a code of the store (`SlowDown`), of the
// system (`ECONNREFUSED`) or `http-503`. What servers say beyond that stays unread: it may repeat what we sent.

/** Thrown by exporters; `code` is the word. */
export function exportFailure(code: string): Error {
  return Object.assign(new Error(code), { code });
}

/** Of any error. Texts of errors are left out: they may have urls in them. */
export function wordOf(error: unknown): string {
  const word = String((error as NodeJS.ErrnoException).code);
  return /^[\w-]{2,40}$/.test(word) ? word : "error";
}
