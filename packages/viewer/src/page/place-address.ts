/**
 * A place as the address of the page, and back: `#/2/summary?text=Session&only=ids:100-200`. Files count from 1 in addresses.
 * An address comes from anywhere, so whatever makes no sense in it is left out; where not even the view makes sense, it is the
 * overview.
 */
import type { ObjectFilter } from "../protocol/index.ts";
import type { Place, ViewName } from "./place.ts";

/** The address, from the `#` on. */
export function placeAddress(place: Place): string {
  const search = new URLSearchParams();
  for (const [name, value] of parametersOf(place))
    if (value !== undefined && value !== "") search.set(name, value);
  const text = search.toString();
  return `#/${place.file + 1}/${place.view}${text === "" ? "" : `?${text}`}`;
}

/** The place of an address; of any text whatsoever. */
export function parseAddress(hash: string): Place {
  const [, fileText = "", view = "", searchText = ""] =
    /^#\/([0-9]+)(?:\/([a-z]*))?(?:\?(.*))?$/su.exec(hash) ?? [];
  const file = Math.max(0, (readNumber(fileText) ?? 1) - 1);
  const search = new URLSearchParams(searchText);
  const text = search.get("text") || undefined;
  const id = readNumber(search.get("id"));
  const withText = text === undefined ? {} : { text };
  const withId = id === undefined ? {} : { id };
  switch (view as ViewName) {
    case "summary": {
      const only = readFilter(search.get("only") ?? "");
      return { view: "summary", file, ...withText, ...(only === undefined ? {} : { only }), ...withId };
    }
    case "comparison": {
      const base = readNumber(search.get("base"));
      return {
        view: "comparison",
        base: base === undefined || base === 0 ? Math.max(0, file - 1) : base - 1,
        file,
        ...withText,
        ...withId,
      };
    }
    case "growth":
      return { view: "growth", file, ...withText, ...withId };
    case "containment":
      return { view: "containment", file, ...withId };
    case "dominators": {
      const as = search.get("as");
      return { view: "dominators", file, as: as === "treemap" || as === "icicle" ? as : "table", ...withId };
    }
    case "statistics":
      return { view: "statistics", file };
    case "strings":
      return {
        view: "strings",
        file,
        list: search.get("list") === "largest" ? "largest" : "duplicates",
        ...withText,
        ...withId,
      };
    case "allocation": {
      const path = readPath(search.get("path") ?? "");
      const range = readRange(search.get("range") ?? "");
      return {
        view: "allocation",
        file,
        ...(range === undefined ? {} : { range }),
        ...(path === undefined ? {} : { path }),
      };
    }
    case "profile": {
      const as = search.get("as");
      return { view: "profile", file, as: as === "down" || as === "up" ? as : "chart", ...withText };
    }
    case "object": {
      if (id === undefined) return { view: "overview", file };
      const ignored = readNumbers(search.get("ignored") ?? "");
      return { view: "object", file, id, ...(ignored.length === 0 ? {} : { ignored }) };
    }
    case "search":
      return { view: "search", file, text: text ?? "" };
    default:
      return { view: "overview", file };
  }
}

/** All but view and file; in the order in which they stand in the address. */
function parametersOf(place: Place): readonly (readonly [name: string, value: string | undefined])[] {
  switch (place.view) {
    case "summary":
      return [
        ["text", place.text],
        ["only", place.only && writeFilter(place.only)],
        ["id", place.id?.toString()],
      ];
    case "comparison":
      return [
        ["base", String(place.base + 1)],
        ["text", place.text],
        ["id", place.id?.toString()],
      ];
    case "containment":
      return [["id", place.id?.toString()]];
    case "dominators":
      return [
        ["as", place.as === "table" ? undefined : place.as],
        ["id", place.id?.toString()],
      ];
    case "strings":
      return [
        ["list", place.list === "duplicates" ? undefined : place.list],
        ["text", place.text],
        ["id", place.id?.toString()],
      ];
    case "profile":
      return [
        ["as", place.as === "chart" ? undefined : place.as],
        ["text", place.text],
      ];
    case "object":
      return [
        ["id", String(place.id)],
        ["ignored", place.ignored?.join(".")],
      ];
    case "growth":
      return [
        ["text", place.text],
        ["id", place.id?.toString()],
      ];
    case "search":
      return [["text", place.text]];
    case "allocation":
      return [
        ["range", place.range && `${place.range.first}-${place.range.last}`],
        ["path", place.path?.join(".")],
      ];
    case "overview":
    case "statistics":
      return [];
  }
}

/** `duplicatedStrings`, `ids:100-200`, `allocated:1-2`, `nativeContext:7`, `allocatedBy:3.12`. */
function writeFilter(filter: ObjectFilter): string {
  switch (filter.kind) {
    case "allocated":
      return `allocated:${filter.after === undefined ? "" : filter.after + 1}-${filter.upTo + 1}`;
    case "ids":
      return `ids:${filter.after}-${filter.upTo}`;
    case "nativeContext":
      return `nativeContext:${filter.id}`;
    case "allocatedBy":
      return `allocatedBy:${filter.path.join(".")}`;
    default:
      return filter.kind;
  }
}

function readFilter(text: string): ObjectFilter | undefined {
  const [, kind = "", from = "", to = ""] = /^([A-Za-z]+)(?::([0-9.]*)(?:-([0-9]+))?)?$/u.exec(text) ?? [];
  const first = readNumber(from);
  const last = readNumber(to);
  switch (kind as ObjectFilter["kind"]) {
    case "allocated":
      if (last === undefined || last === 0 || first === 0) return undefined;
      return { kind: "allocated", ...(first === undefined ? {} : { after: first - 1 }), upTo: last - 1 };
    case "ids":
      return first === undefined || last === undefined
        ? undefined
        : { kind: "ids", after: first, upTo: last };
    case "nativeContext":
      return first === undefined ? undefined : { kind: "nativeContext", id: first };
    case "allocatedBy": {
      const path = readPath(from);
      return path === undefined ? undefined : { kind: "allocatedBy", path };
    }
    case "duplicatedStrings":
    case "retainedByDetachedDom":
    case "retainedByContexts":
    case "retainedByEventHandlers":
    case "retainedByConsole":
    case "sharedNativeContexts":
    case "noNativeContext":
      return { kind: kind as "duplicatedStrings" };
    default:
      return undefined;
  }
}

/** `3-10`: from the smaller to the larger. */
function readRange(text: string): { first: number; last: number } | undefined {
  const [first, last, ...more] = text.split("-").map(readNumber);
  if (first === undefined || last === undefined || last < first || more.length > 0) return undefined;
  return { first, last };
}

/** Where one number makes no sense, the whole path does not. */
function readPath(text: string): number[] | undefined {
  const path = text.split(".").map(readNumber);
  return path.every((number) => number !== undefined) ? path : undefined;
}

function readNumbers(text: string): number[] {
  return text.split(".").flatMap((part) => readNumber(part) ?? []);
}

/** A natural number without sign, exponent or spaces. */
function readNumber(text: string | null): number | undefined {
  if (text === null || !/^[0-9]{1,16}$/u.test(text)) return undefined;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : undefined;
}
