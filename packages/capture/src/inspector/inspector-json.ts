// The JSON that an inspector answers over HTTP. Node writes the name of the program into it as it is; in the name of a file
// may be anything, and control characters make the document no JSON. Nobody needs them, so they become spaces, which
// between values mean the same.

/** Throws `SyntaxError` for what is no JSON even so. */
export function parseInspectorJson(text: string): unknown {
  // oxlint-disable-next-line no-control-regex -- these are what it is about
  return JSON.parse(text.replace(/[\u0000-\u001f]/g, " "));
}
