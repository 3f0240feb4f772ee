/**
 * Properties and elements of objects, and what stands for them in proxies, iterators, strings and buffers.
 */
import { PROXY } from "../node-words.ts";
import { rawName } from "../short-names.ts";
import { propertyWord, stableProperty } from "../property-words.ts";
import type { Rule, Walk } from "./walk.ts";

/** A property or an element. */
export const property: Rule = (walk) => {
  if (walk.type() === "element") return walk.say(1, "element", `[${walk.edge()}]`, "[…]");
  if (walk.type() !== "property") return undefined;
  const name = walk.edge();
  const accessor = /^(?<kind>get|set) (?<name>.+)$/.exec(name)?.groups as
    | { kind: string; name: string }
    | undefined;
  if (accessor !== undefined && walk.object()?.type === "closure")
    return walk.say(
      1,
      "property",
      `${accessor.kind}ter ${propertyWord(accessor.name)}`,
      `${accessor.kind}ter ${stableProperty(accessor.name)}`,
    );
  return walk.say(1, "property", propertyWord(name), stableProperty(name));
};

/** Memory of an array or of an object's properties; the file has direct references too, which say the name. */
export const backingStore: Rule = (walk) => {
  if (walk.type() !== "internal" || !walk.has(1)) return undefined;
  const name = walk.edge();
  if (name === "elements") {
    const index = walk.type(1) === "element" ? Number(walk.edge(1)) : directName(walk, "element");
    return walk.say(2, "element", index === undefined ? "[…]" : `[${index}]`, "[…]");
  }
  if (name !== "properties") return undefined;
  const property = directName(walk, "property");
  return property === undefined
    ? walk.say(2, "property", "[…]")
    : walk.say(2, "property", propertyWord(property), stableProperty(property));
};

/** References of an object that are looked at to find one by what it leads to. */
const MOST_EDGES = 5000;

function directName({ from, path, at }: Walk, type: string): string | number | undefined {
  if (from.edgeCount > MOST_EDGES) return undefined;
  const target = path[at + 1].object.node;
  return from.edges().find((edge) => edge.type === type && edge.to.node === target)?.name;
}

/** Target and handler of a proxy. */
export const proxy: Rule = (walk) => {
  if (rawName(walk.from) !== PROXY || walk.type() !== "hidden") return undefined;
  return walk.edge() === "1"
    ? walk.say(1, "property", "proxy target")
    : walk.edge() === "2"
      ? walk.say(1, "property", "proxy handler")
      : undefined;
};

/** The array that an iterator runs over. */
export const iterated: Rule = (walk) =>
  rawName(walk.from) === "Array Iterator" && walk.type() === "hidden"
    ? walk.say(1, "element", "iterated array")
    : undefined;

/** Parts of ropes, and the texts that slices are parts of. */
export const string: Rule = (walk) => {
  if (!walk.from.type.endsWith("string") || walk.type() !== "internal") return undefined;
  if (walk.edge() === "parent") return walk.say(1, "string", "text that it is a part of");
  return walk.edge() === "first" || walk.edge() === "second"
    ? walk.say(1, "string", "part of the text")
    : undefined;
};

/** Bytes of a buffer. */
export const buffer: Rule = (walk) => {
  const isData = walk.raw().startsWith("system / JSArrayBufferData") || walk.edge() === "backing_store";
  return isData ? walk.say(1, "buffer", "buffer's memory") : undefined;
};
