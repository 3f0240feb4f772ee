// Is a token hard enough to guess? Whoever reaches the handler may try without end, so a word, a date or a repeated `changeme` must
// not do. The estimate is cautious: a character that ends four that occurred before counts nothing, all others count as hexadecimal
// digits, and what rarely changes between digits, small and capital letters is taken for words, at 1.5 bits a character. It may
// refuse a good token, never for long: the remedy is one command. Cost: once at start. Called by the settings.

const NEEDED = 128;
/** Of a random token this many characters may end a repetition by chance. */
const BY_CHANCE = 2;

/** A cautious estimate of the bits that somebody has to guess. */
export function estimateEntropy(token: string): number {
  const fours = new Set<string>();
  for (let at = 3; at < token.length; at++) fours.add(token.slice(at - 3, at + 1));
  const plain = token.replace(/[^a-z\d]/gi, "");
  const runs = plain.match(/[A-Z]?[a-z]+|[A-Z]+|\d+/g) ?? [];
  return Math.min(token.length, fours.size + 3 + BY_CHANCE) * (runs.length * 6 < plain.length ? 1.5 : 4);
}

/** The token, or an `Error` whose message goes on after the option's name, and does not have the token in it. */
export function parseToken(value: unknown): string {
  const token = String(value);
  const bits = /^[!-~]{1,512}$/.test(token) ? estimateEntropy(token) : 0;
  if (bits >= NEEDED) return token;
  throw new Error(
    `is too easy to guess, about ${Math.floor(bits)} of ${NEEDED} bits; make one with: openssl rand -hex 32`,
  );
}
