/**
 * Where things are in the scripts that ran, as the snapshot itself has it. The command answers with source maps and files instead
 * (its `SourceResolver`); where there are none, as in a browser, this answers.
 */
import { findPlace, scriptPath } from "@heapscope/engine";
import type { SourceLookup } from "./place.ts";

/** The places in the scripts that ran, as the snapshot itself has them. */
export const snapshotPlaces: SourceLookup = {
  placeOf(object) {
    const place = findPlace(object);
    const script = place === undefined ? undefined : object.snapshot.scriptUrls.get(place.scriptId);
    if (place === undefined || script === undefined) return undefined;
    const { line, column, function: name } = place;
    return { file: script, line: line + 1, column: column + 1, ...(name === undefined ? {} : { name }) };
  },
  placeOfFunction({ name, scriptName, line, column }) {
    // These count from 1 in the file; 0 is unknown.
    return scriptName === "" || line === 0
      ? undefined
      : { file: scriptPath(scriptName), line, column: Math.max(1, column), name };
  },
};
