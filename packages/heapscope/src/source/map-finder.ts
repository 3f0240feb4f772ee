// Finds and reads the source map of a script, in this order: the one that the script or the capture record states, if that
// is in the script itself or a relative path; `SCRIPT.map` beside the script; a map in the folders that the user named.
// Urls and absolute paths are not followed, only their last part: it may lie beside the script or in a folder.

import path from "node:path";
import { fileURLToPath } from "node:url";
import { formatSize } from "@heapscope/wording";
import { baseName, scriptUrl } from "./author-file.ts";
import { isLocalPath, readLocalFile, TooLargeError } from "./local-file.ts";
import type { MapFolder } from "./map-folder.ts";
import type { ScriptText } from "./script-text.ts";
import { MOST_SEGMENTS, SourceMap, SourceMapError } from "./source-map.ts";

/** Bytes of one map. */
const LARGEST_MAP = 200 * 2 ** 20;
/** Bytes of all maps of one run. */
const MOST_BYTES = 600 * 2 ** 20;
/** A broken map is followed by the next; a folder may have hundreds with the name index.js.map. */
const MOST_TRIES = 20;

/** A map and where it was read. */
export interface FoundMap {
  readonly map: SourceMap;
  /** The file of the map; `undefined` if it is in the script. */
  readonly file: string | undefined;
  /** Where the map was when the script was built, as a url: what its sources are relative to. */
  readonly url: string;
}

export class MapFinder {
  readonly #folders: readonly MapFolder[];
  readonly #note: (sentence: string) => void;
  #bytesLeft = MOST_BYTES;
  #segmentsLeft = MOST_SEGMENTS;

  /** `note` is told of maps that are there and cannot be used. */
  constructor(folders: readonly MapFolder[], note: (sentence: string) => void) {
    this.#folders = folders;
    this.#note = note;
  }

  /**
   * The map of a script, or `undefined`.
   *
   * @param text the script, if it is still there
   * @param recorded the url of its map as the capture record has it
   */
  find(script: string, text: ScriptText | undefined, recorded: string | undefined): FoundMap | undefined {
    const base = scriptUrl(script);
    const stated = [recorded, text?.mappingUrl].filter(
      (url) => url !== undefined && url !== "data:",
    ) as string[];
    for (const url of stated.filter((each) => /^data:/i.test(each))) {
      const map = this.#use(`the source map in ${script}`, text, () => decodeDataUrl(url), base);
      if (map !== undefined) return { map, file: undefined, url: base };
    }
    const urls = stated.filter((each) => !/^data:/i.test(each));
    for (const { file, url } of this.#candidates(script, base, urls)) {
      const map = this.#use(file, text, () => readLocalFile(file, LARGEST_MAP), url);
      if (map !== undefined) return { map, file, url };
    }
    return undefined;
  }

  /** Files that may be the map, and the url that each had where the script was built. */
  *#candidates(
    script: string,
    base: string,
    urls: readonly string[],
  ): Generator<{ readonly file: string; readonly url: string }> {
    const seen = new Set<string>();
    const fresh = (file: string): boolean =>
      seen.size < MOST_TRIES && !seen.has(file) && seen.add(file).size > 0;
    const relative = urls.flatMap((url) => resolveRelative(url, base) ?? []);
    for (const url of relative) {
      const file = localFile(url);
      if (file !== undefined && fresh(file)) yield { file, url };
    }
    const names = [...new Set([...urls.map(baseName), `${baseName(script)}.map`])];
    const beside = `${base}.map`;
    if (isLocalPath(script)) {
      for (const name of names) {
        const file = path.join(path.dirname(script), name);
        if (fresh(file)) yield { file, url: beside };
      }
    }
    for (const folder of this.#folders) {
      for (const file of folder.find(script, names)) {
        const url = relative.find((each) => baseName(each) === path.basename(file));
        if (fresh(file)) yield { file, url: url ?? beside };
      }
    }
  }

  #use(
    name: string,
    text: ScriptText | undefined,
    read: () => Buffer | undefined,
    url: string,
  ): SourceMap | undefined {
    try {
      const bytes = read();
      if (bytes === undefined) return undefined;
      if (bytes.length > this.#bytesLeft)
        throw new SourceMapError("others have taken all the memory for maps");
      this.#bytesLeft -= bytes.length;
      const map = new SourceMap(bytes, url, this.#segmentsLeft);
      this.#segmentsLeft -= map.segmentCount;
      if (text?.lines !== undefined && !map.fits(text.lines))
        throw new SourceMapError("it is longer than the script, so that it must be of another build");
      return map;
    } catch (error) {
      if (error instanceof TooLargeError)
        this.#note(
          `${name} is not used: it has ${formatSize(error.size)}, more than ${formatSize(LARGEST_MAP)}.`,
        );
      else if (error instanceof SourceMapError) this.#note(`${name} is not used: ${error.message}.`);
      else throw error;
      return undefined;
    }
  }
}

/** A relative url as an absolute one, `undefined` for any other: those may lead anywhere. */
function resolveRelative(url: string, base: string): string | undefined {
  if (/^(?:[a-z][a-z0-9+.-]*:|[\\/])/i.test(url)) return undefined;
  try {
    return new URL(url, base).href;
  } catch {
    return undefined; // the script has no place
  }
}

function localFile(url: string | undefined): string | undefined {
  if (url === undefined || !url.startsWith("file:///")) return undefined;
  try {
    const plain = new URL(url);
    plain.search = "";
    plain.hash = "";
    return fileURLToPath(plain);
  } catch {
    return undefined; // of another operating system
  }
}

/** The bytes of `data:application/json;base64,…` or, percent-encoded, `data:application/json,…`. */
function decodeDataUrl(url: string): Buffer {
  const comma = url.indexOf(",");
  const head = url.slice(0, Math.max(0, comma)).toLowerCase();
  if (comma === -1 || comma > 200) throw new SourceMapError("its data: url is broken");
  if (url.length > LARGEST_MAP) throw new TooLargeError(url.length);
  const data = url.slice(comma + 1);
  if (head.endsWith(";base64")) return Buffer.from(data, "base64");
  try {
    return Buffer.from(decodeURIComponent(data));
  } catch {
    throw new SourceMapError("its data: url is broken");
  }
}
