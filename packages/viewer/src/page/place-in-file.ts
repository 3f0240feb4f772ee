/**
 * The place in another file that comes nearest to this one: the same view with the same filter. Ids and ranges are of one file
 * and stay behind.
 */
import type { FileEntry, FileIndex } from "../protocol/index.ts";
import type { Place } from "./place.ts";

export function placeInFile(place: Place, file: FileIndex, files: readonly FileEntry[]): Place {
  const from = files[place.file]?.content?.kind;
  const to = files[file]?.content?.kind;
  if (to === "profile")
    return from === "profile" && place.view === "profile"
      ? { ...place, file }
      : { view: "profile", file, as: "chart" };
  switch (place.view) {
    case "summary": {
      const { text, only } = place;
      const isOfFile = only?.kind === "ids" || only?.kind === "nativeContext" || only?.kind === "allocatedBy";
      return {
        view: "summary",
        file,
        ...(text === undefined ? {} : { text }),
        ...(only === undefined || isOfFile ? {} : { only }),
      };
    }
    case "comparison": {
      const { base, text } = place;
      // A file is not compared with itself: they change places.
      return {
        view: "comparison",
        base: base === file ? place.file : base,
        file,
        ...(text === undefined ? {} : { text }),
      };
    }
    case "containment":
      return { view: "containment", file };
    case "allocation":
      return { view: "allocation", file };
    case "dominators":
      return { view: "dominators", file, as: place.as };
    case "object":
    case "profile":
      return { view: "overview", file };
    case "growth":
    case "strings": {
      const { id: _, ...rest } = place;
      return { ...rest, file };
    }
    case "overview":
    case "statistics":
    case "search":
      return { ...place, file };
  }
}
