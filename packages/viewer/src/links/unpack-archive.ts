/**
 * The answers of a report, out of the page that they stand in: JSON, packed by gzip, in base64.
 *
 * Cost: about 10 ms for each MB of the report; the browser unpacks beside the page.
 */
import { LinkError, type Archive } from "../protocol/index.ts";

/** Rejects with `LinkError` where the browser cannot unpack, or the report is not whole. */
export async function unpackArchive(text: string): Promise<Archive> {
  if (typeof DecompressionStream === "undefined")
    throw new LinkError(
      "old-browser",
      "This browser is too old for this report; open it in Chrome 103, Firefox 113, Safari 16.4 or newer.",
    );
  try {
    const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return (await new Response(stream).json()) as Archive;
  } catch {
    throw new LinkError("broken-archive", "This report is not whole; copy it again, or make it again.");
  }
}
