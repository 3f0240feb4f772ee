/**
 * Where a path begins for a person. The shortest way from V8's roots to a module's variable may lead through
 * `queueMicrotask`, `process` and a timer; but a module is alive because it was loaded, and nobody wants to read the rest.
 * So the last thing on the path that is alive by itself becomes its first step: a module, `process`, the global object,
 * a timer that runs, a native handle that is open.
 */
import type { HeapObject, HeapPath } from "../heap-object.ts";
import { findExport } from "./module-exports.ts";
import { shortModuleName, stableModuleName, isPackageScript, isRuntimeScript } from "./module-names.ts";
import { CELL, fileOfModule, isGlobal } from "./node-words.ts";
import { edgeNameOf, rawName } from "./short-names.ts";
import type { PathWord } from "./path-rules/walk.ts";
import { getScopeNames, isContext, isRealm, SOURCE_TEXT_MODULE } from "./scope-names.ts";

/** The first words of a path, and how many raw steps they stand for. */
export interface PathStart {
  readonly words: readonly PathWord[];
  readonly length: number;
}

/** How good a start is for a reader: the author's own modules best. */
export type StartRank = "module" | "package" | "global" | "runtime";

/** The start of a path: the last one at or before `limit`. */
export function findStart(path: HeapPath, limit: number): PathStart {
  for (let i = Math.min(limit, path.length - 1); i >= 0; i--) {
    const words = wordsAt(path, i);
    if (words !== undefined) return { words, length: i + 1 };
  }
  return { words: [], length: 0 };
}

function wordsAt(path: HeapPath, i: number): readonly PathWord[] | undefined {
  const { edge, object } = path[i];
  // An imported variable belongs to the module that exports it.
  const owner = rawName(object) === CELL && i + 1 < path.length ? findExport(object)?.module : undefined;
  if (owner !== undefined) return nameStart(owner);
  const known = nameStart(object);
  if (known !== undefined) return known;
  const raw = rawName(object);
  if ((raw === "Timeout" || raw === "Immediate") && i > 0 && isTimerLink(edgeNameOf(edge), raw)) {
    // The list that the timer is in is the last object before it that is no timer.
    const list = path
      .slice(0, i)
      .map((step) => step.object)
      .findLast((before) => rawName(before) !== raw);
    const delay = list === undefined ? undefined : delayOf(list);
    const name = raw === "Immediate" ? "immediate" : "timer";
    return [
      { edge: delay === undefined ? name : `${name} (${delay} ms)`, stable: name, kind: "timer", object },
    ];
  }
  if (raw === "TimersList") {
    const delay = delayOf(object);
    return [
      {
        edge: delay === undefined ? "timers" : `timers (${delay} ms)`,
        stable: "timer",
        node: "timer list",
        kind: "timer",
        object,
      },
    ];
  }
  if (i > 0 && edgeNameOf(edge) === "native_to_javascript") return [nativeHandle(object)];
  if (i > 0 && rawName(path[i - 1].object) === "(Global handles)") return [nativeHandle(object)];
  if (i > 1 && edgeNameOf(path[i - 1].edge) === "execution_async_resources")
    return [{ edge: "running async resource", stable: "running async resource", kind: "root", object }];
  return undefined;
}

/** Words for an object that is alive by itself, whatever leads to it. */
function nameStart(object: HeapObject): readonly PathWord[] | undefined {
  const script = scriptOfScope(object);
  if (script !== undefined)
    return [
      { edge: `module ${shortModuleName(script)}`, stable: stableStart(script), kind: "module", object },
    ];
  const file = fileOfModule(object);
  if (file !== undefined)
    return [{ edge: "require cache", stable: stableStart(file), kind: "module", object }];
  if (isGlobal(object)) return [{ edge: "global", stable: "global", kind: "global", object }];
  const raw = rawName(object);
  if (raw === "process" && object.type === "object")
    return [{ edge: "process", stable: "process", kind: "global", object }];
  if (isRealm(raw)) return [{ edge: "global", stable: "global", node: "global", kind: "global", object }];
  return undefined;
}

/** How good it is for a reader that a path begins at the object; undefined if none begins there. **Cost**: O(its edges). */
export function rankStart(object: HeapObject): StartRank | undefined {
  const script = scriptOfScope(object) ?? fileOfModule(object);
  if (script !== undefined)
    return isRuntimeScript(script) ? "runtime" : isPackageScript(script) ? "package" : "module";
  if (isGlobal(object)) return "global";
  const raw = rawName(object);
  if (raw === "TimersList" || raw === "(Global handles)" || isRealm(raw)) return "runtime";
  return raw === "process" && object.type === "object" ? "runtime" : undefined;
}

/** The script whose top level the object holds. */
function scriptOfScope(object: HeapObject): string | undefined {
  const names = getScopeNames(object.snapshot);
  if (isContext(object)) {
    const { isModule, script } = names.ofContext(object.node);
    return isModule ? script : undefined;
  }
  return rawName(object) === SOURCE_TEXT_MODULE ? names.scriptOfModule(object.node) : undefined;
}

function stableStart(script: string): string {
  return `module ${stableModuleName(script)}`;
}

function nativeHandle(object: HeapObject): PathWord {
  const word = `native handle ${rawName(object)}`;
  return { edge: word, stable: word, kind: "native handle", object };
}

/** Milliseconds of the timers in a list, which are its key in Node's table of lists. */
function delayOf(list: HeapObject): number | undefined {
  const { graph, retainers } = list.snapshot;
  for (let row = retainers.firstRetainer[list.node]; row < retainers.firstRetainer[list.node + 1]; row++) {
    const edge = retainers.retainerEdge[row];
    const holder = list.snapshot.object(retainers.nodeOf(row));
    if (graph.edgeTypeNames[graph.edgeType[edge]] === "element" && rawName(holder) === "Object")
      return graph.edgeName[edge];
  }
  return undefined;
}

/** Whether a property of this name is a link of the list in which Node keeps objects of this class. */
export function isTimerLink(name: string, className: string): boolean {
  return (
    name === "_idleNext" ||
    name === "_idlePrev" ||
    (className.startsWith("Immediate") && (name === "head" || name === "tail"))
  );
}
