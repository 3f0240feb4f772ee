// The comment in which a script states its source map: `//# sourceMappingURL=…`. As in V8, the last one in the file counts,
// and one with quotes in it is none: that is code which writes such comments.

const KEY = "sourceMappingURL=";
/** Code that deals with source maps has the key in many strings. */
const MOST_TRIES = 1000;

/** The url in the comment, or `undefined`. **Cost**: O(text after the comment), mostly nothing. */
export function findMappingUrl(text: string): string | undefined {
  let at = text.length;
  for (let tries = 0; tries < MOST_TRIES && at > 0; tries++) {
    at = text.lastIndexOf(KEY, at - 1);
    if (at === -1) return undefined;
    const before = text.slice(Math.max(0, at - 4), at);
    if (!/\/\/[#@][ \t]$/.test(before)) continue;
    // Up to the end of the word, so that a url of many megabytes is copied once.
    const rest = /[\s'"`]/g;
    rest.lastIndex = at + KEY.length;
    const stop = rest.exec(text);
    const url = text.slice(at + KEY.length, stop?.index ?? text.length);
    if (url === "" || (stop !== null && /['"`]/.test(stop[0]))) continue;
    return url;
  }
  return undefined;
}
