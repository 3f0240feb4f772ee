/**
 * What the next steps of a raw path are in a program. Each rule looks at the object that the path has come to and at the
 * steps that follow; the first one that knows them says what a person would, and how many steps that are.
 *
 * V8's hidden references have numbers that change from version to version, so the rules go by what they lead to.
 */
import type { HeapObject, HeapPath } from "../heap-object.ts";
import { findExport } from "./module-exports.ts";
import { shortModuleName, stableModuleName } from "./module-names.ts";
import {
  CELL,
  fileOfModule,
  follow,
  isGenerator,
  nameContext,
  nameGenerator,
  nameModule,
  nameObject,
  PROXY,
  rawName,
  REACTION,
  WEAK_CELL,
} from "./node-words.ts";
import type { StepKind } from "./path-words.ts";
import { isTimerLink } from "./path-starts.ts";
import { isStableName, propertyWord, stableProperty } from "./property-words.ts";
import { CONTEXT, getScopeNames, isContext, SOURCE_TEXT_MODULE } from "./scope-names.ts";
import { collectionOf, mapPartAt, positionOf } from "./table-entries.ts";

/** A folded step before it is finished; see `FoldedStep`. */
export interface PathWord {
  readonly edge: string;
  readonly stable: string;
  readonly kind: StepKind;
  readonly object: HeapObject;
  /** What the step leads to, when it is not what the object is called. */
  readonly node?: string;
}

interface Match {
  readonly word: PathWord;
  /** Raw steps. */
  readonly length: number;
}

type Rule = (walk: Walk) => Match | undefined;

/** The rest of a path, as the rules see it. */
class Walk {
  readonly path: HeapPath;
  readonly at: number;
  /** The object that the path has come to. */
  readonly from: HeapObject;

  constructor(path: HeapPath, at: number, from: HeapObject) {
    this.path = path;
    this.at = at;
    this.from = from;
  }

  /** Name of the reference `ahead` steps on; empty past the end. */
  edge(ahead = 0): string {
    const step = this.path[this.at + ahead];
    return step === undefined ? "" : String(step.edge.name);
  }

  type(ahead = 0): string {
    return this.path[this.at + ahead]?.edge.type ?? "";
  }

  /** What that reference leads to. */
  object(ahead = 0): HeapObject | undefined {
    return this.path[this.at + ahead]?.object;
  }

  raw(ahead = 0): string {
    const object = this.object(ahead);
    return object === undefined ? "" : rawName(object);
  }

  has(ahead: number): boolean {
    return this.at + ahead < this.path.length;
  }

  /** A word for `length` steps. */
  say(length: number, kind: StepKind, edge: string, stable: string = edge, node?: string): Match {
    const { object } = this.path[this.at + length - 1];
    return { word: { edge, stable, kind, object, ...(node !== undefined && { node }) }, length };
  }
}

/** The next word of a path at position `at`, where `from` is the object that it has come to. */
export function matchStep(path: HeapPath, at: number, from: HeapObject): Match {
  const walk = new Walk(path, at, from);
  for (const rule of RULES) {
    const match = rule(walk);
    if (match !== undefined) return match;
  }
  return fallback(walk);
}

// ——— Functions and their variables ———

/** A variable that a function sees: over contexts to the one that has it. */
const variable: Rule = (walk) => {
  let ahead = 0;
  let context = walk.from;
  if (!isContext(context)) {
    if (walk.type() !== "internal" || walk.edge() !== "context" || walk.raw() !== CONTEXT) return undefined;
    context = walk.object() as HeapObject;
    ahead = 1;
  }
  while (walk.type(ahead) === "internal" && walk.edge(ahead) === "previous" && walk.raw(ahead) === CONTEXT)
    context = walk.object(ahead++) as HeapObject;
  const scope = nameContext(context);
  if (!walk.has(ahead))
    return ahead === 0 ? undefined : walk.say(ahead, "variable", scope, stableScope(context));
  const target = walk.object(ahead) as HeapObject;
  const { isModule } = getScopeNames(context.snapshot).ofContext(context.node);
  const within = isModule && context.node === walk.from.node ? "" : ` in ${scope}`;
  const stableWithin = within === "" ? "" : ` in ${stableScope(context)}`;
  const name =
    walk.type(ahead) === "context"
      ? walk.edge(ahead)
      : walk.type(ahead) === "hidden"
        ? getScopeNames(context.snapshot).blockVariable(walk.path[walk.at + ahead].edge.edge, context.node)
        : undefined;
  if (name !== undefined)
    return name === "this"
      ? walk.say(ahead + 1, "variable", `this${within}`, `this${stableWithin}`)
      : walk.say(ahead + 1, "variable", variableWord(name) + within, variableWord(name) + stableWithin);
  if (walk.edge(ahead) === "extension") {
    if (isGenerator(target)) return walk.say(ahead + 1, "generator", nameGenerator(target));
    return undefined;
  }
  if (walk.type(ahead) !== "hidden")
    return ahead === 0 ? undefined : walk.say(ahead, "variable", scope, stableScope(context));
  // Functions that V8 makes, for example those that settle a promise, keep what they need without names.
  if (
    walk.from.type === "closure" &&
    getScopeNames(context.snapshot).scriptOfClosure(walk.from.node) === ""
  ) {
    if (rawName(target) === "Promise") return walk.say(ahead + 1, "promise", "promise that it settles");
    if (target.type === "array" && walk.has(ahead + 1))
      return walk.say(ahead + 2, "promise", "result collected by Promise.all");
    return walk.say(ahead + 1, "variable", "kept by a built-in function");
  }
  return walk.say(ahead + 1, "variable", `variable${within}`, `variable${stableWithin}`);
};

/** V8 calls the default export of a module so. */
function variableWord(name: string): string {
  return name === ".default" || name === "default" ? "default export" : `variable ${name}`;
}

function stableScope(context: HeapObject): string {
  return nameContext(context, stableModuleName);
}

const bound: Rule = (walk) => {
  const name = walk.edge();
  if (walk.from.type !== "closure") return undefined;
  if (name === "bound_this") return walk.say(1, "bound", "bound this");
  if (name === "bound_function") return walk.say(1, "bound", "bound function");
  if (name === "bound_arguments" && walk.has(1)) return walk.say(2, "bound", "bound argument");
  return name.startsWith("bound_argument") ? walk.say(1, "bound", "bound argument") : undefined;
};

/** What a suspended call holds: its variables, its `this`, its promise. */
const generator: Rule = (walk) => {
  if (!isGenerator(walk.from)) return undefined;
  const call = nameGenerator(walk.from);
  const name = walk.edge();
  if (name === "parameters_and_registers")
    return walk.has(1)
      ? walk.say(2, "generator", `local variable of ${call}`)
      : walk.say(1, "generator", `local variables of ${call}`);
  if (name === "receiver") return walk.say(1, "generator", `this of ${call}`);
  if (walk.type() === "hidden" && walk.raw() === "Promise")
    return walk.say(1, "promise", `promise of ${call}`);
  return undefined;
};

// ——— Promises ———

const promise: Rule = (walk) => {
  let ahead = 0;
  if (walk.edge() === "reactions_or_result") {
    if (walk.raw() !== REACTION) return walk.say(1, "promise", "promise result");
    ahead = 1;
  } else if (rawName(walk.from) !== REACTION) return undefined;
  // Reactions of one promise are a chain.
  while (walk.raw(ahead) === REACTION) ahead++;
  if (!walk.has(ahead)) return walk.say(ahead, "promise", "promise reaction");
  const target = walk.object(ahead) as HeapObject;
  if (target.type === "closure") {
    if (walk.raw(ahead + 1) === CONTEXT && walk.edge(ahead + 2) === "extension") {
      const suspended = walk.object(ahead + 2) as HeapObject;
      if (isGenerator(suspended))
        return walk.say(ahead + 3, "promise", `awaited by ${nameGenerator(suspended)}`);
    }
    return walk.say(ahead + 1, "promise", "then-callback");
  }
  const frame = asyncContextValue(walk, ahead);
  if (frame !== undefined) return frame;
  return walk.say(
    ahead + 1,
    "promise",
    rawName(target) === "Promise" ? "promise of then()" : "promise reaction",
  );
};

// ——— Collections ———

const collection: Rule = (walk) => {
  const { from } = walk;
  const isIterator = /^(?:Map|Set)Iterator$|^(?:Map|Set) Iterator$/.test(rawName(from));
  const isTable =
    (walk.edge() === "table" && walk.type() === "internal") ||
    (isIterator && walk.object()?.type === "array");
  if (!isTable) return undefined;
  const kind = isIterator ? (rawName(from).startsWith("Set") ? "Set" : "Map") : (collectionOf(from) ?? "Map");
  const weak = /Weak(?:Map|Set)$/.exec(rawName(from))?.[0];
  if (weak !== undefined) return walk.say(walk.has(1) ? 2 : 1, "WeakMap", `${weak} entry`);
  if (!walk.has(1)) return walk.say(1, kind, `${kind} entries`);
  if (isAsyncFrame(from)) return walk.say(2, "async context", "AsyncLocalStorage store");
  const position = positionOf(walk.edge(1));
  if (position === undefined) return undefined;
  if (kind === "Set") return walk.say(2, "Set", "Set element");
  return walk.say(2, "Map", `Map ${mapPartAt(walk.object() as HeapObject, position) ?? "entry"}`);
};

const EPHEMERON = /^\d+ \/ part of key \(/;

/** V8 writes a value of a WeakMap as a reference of its key. */
const weakMapValue: Rule = (walk) =>
  walk.type() === "internal" && EPHEMERON.test(walk.edge())
    ? walk.say(1, "WeakMap", `WeakMap value of key ${nameObject(walk.from)}`, "WeakMap value")
    : undefined;

/** Memory of an array or of an object's properties; the file has direct references too, which say the name. */
const backingStore: Rule = (walk) => {
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

const proxy: Rule = (walk) => {
  if (rawName(walk.from) !== PROXY || walk.type() !== "hidden") return undefined;
  return walk.edge() === "1"
    ? walk.say(1, "property", "proxy target")
    : walk.edge() === "2"
      ? walk.say(1, "property", "proxy handler")
      : undefined;
};

const iterated: Rule = (walk) =>
  rawName(walk.from) === "Array Iterator" && walk.type() === "hidden"
    ? walk.say(1, "element", "iterated array")
    : undefined;

// ——— Events ———

/** `_events` of an emitter: one function for an event or a list of them; that of `once()` keeps the author's own. */
const listener: Rule = (walk) => {
  if (walk.edge() !== "_events" || walk.type() !== "property") return undefined;
  const on = ` on ${nameObject(walk.from)}`;
  if (!walk.has(1)) return walk.say(1, "listener", `listeners${on}`, `listeners`);
  if (walk.type(1) !== "property") return undefined;
  const event = walk.edge(1);
  const stableEvent = isStableName(event) ? `'${event}'` : "[…]";
  let length = 2;
  if (walk.raw(1) === "Array") {
    if (!walk.has(2))
      return walk.say(2, "listener", `listeners of '${event}'${on}`, `listeners of ${stableEvent}`);
    // Either directly or over the array's memory.
    const direct = walk.type(2) === "element" ? 3 : walk.edge(2) === "elements" && walk.has(3) ? 4 : 0;
    if (direct === 0) return undefined;
    length = direct;
  }
  if (walk.object(length - 1)?.type === "closure" && walk.edge(length) === "listener") length++;
  return walk.say(length, "listener", `listener of '${event}'${on}`, `listener of ${stableEvent}`);
};

/** Node's EventTarget: a Map from the event's name to a chain of listeners. */
const eventTarget: Rule = (walk) => {
  if (walk.edge() !== "<symbol kEvents>") return undefined;
  const on = ` on ${nameObject(walk.from)}`;
  if (walk.edge(1) !== "table" || !walk.has(2))
    return walk.say(
      walk.has(1) && walk.edge(1) === "table" ? 2 : 1,
      "listener",
      `listeners${on}`,
      `listeners`,
    );
  const table = walk.object(1) as HeapObject;
  const position = positionOf(walk.edge(2)) ?? 0;
  const event = follow(table, "internal", String(position - 1));
  const name = event?.type === "string" ? event.name : undefined;
  const of = name === undefined ? "" : ` of '${name}'`;
  const stableOf = name === undefined ? "" : ` of ${isStableName(name) ? `'${name}'` : "[…]"}`;
  let length = 3;
  while (walk.edge(length) === "next" || walk.edge(length) === "previous") length++;
  const isWhole = walk.has(length) && /^(?:listener|callback)$/.test(walk.edge(length));
  if (!isWhole) return walk.say(length, "listener", `listeners${of}${on}`, `listeners${stableOf}`);
  return walk.say(length + 1, "listener", `listener${of}${on}`, `listener${stableOf}`);
};

// ——— Timers and what Node keeps for later ———

const timer: Rule = (walk) => {
  const name = walk.edge();
  const raw = rawName(walk.from);
  if (raw === "TimersList" || raw === "Timeout" || raw === "Immediate" || raw === "ImmediateList") {
    let length = 0;
    while (isTimerLink(walk.edge(length), raw)) length++;
    if (length > 0) return walk.say(length, "timer", raw.startsWith("Immediate") ? "immediate" : "timer");
    if (name === "_onTimeout" || name === "_onImmediate")
      return walk.say(1, "timer", "callback", "timer callback");
    if (name === "_timerArgs" || name === "_argv")
      return walk.say(walk.has(1) && walk.type(1) === "element" ? 2 : 1, "timer", "timer argument");
  }
  return undefined;
};

const finalization: Rule = (walk) => {
  const { from } = walk;
  const isRegistry = /FinalizationRegistry$/.test(rawName(from));
  let ahead = 0;
  if (isRegistry) {
    if (walk.type() !== "hidden") return undefined;
    // Cells are in a chain, and in a table by token.
    if (walk.object()?.type === "array") ahead = 1;
    if (walk.raw(ahead) !== WEAK_CELL)
      return walk.object()?.type === "closure"
        ? walk.say(1, "finalization registry", "cleanup callback")
        : undefined;
  } else if (rawName(from) !== WEAK_CELL) return undefined;
  while (walk.raw(ahead) === WEAK_CELL) ahead++;
  if (!walk.has(ahead)) return walk.say(ahead, "finalization registry", "finalization registry cells");
  if (/FinalizationRegistry$/.test(walk.raw(ahead)))
    return walk.say(ahead + 1, "finalization registry", "finalization registry");
  return walk.say(ahead + 1, "finalization registry", "finalization registry held value");
};

/** A store that an `AsyncLocalStorage` keeps for a callback: until Node 22 on the resource, then in a frame. */
const asyncContext: Rule = (walk) => {
  const name = walk.edge();
  if (name === "<symbol kResourceStore>") return walk.say(1, "async context", "AsyncLocalStorage store");
  return asyncContextValue(walk, 0);
};

function asyncContextValue(walk: Walk, ahead: number): Match | undefined {
  const frame = walk.object(ahead);
  if (frame === undefined || !isAsyncFrame(frame)) return undefined;
  const length = walk.edge(ahead + 1) === "table" && walk.has(ahead + 2) ? ahead + 3 : ahead + 1;
  return walk.say(length, "async context", "AsyncLocalStorage store");
}

function isAsyncFrame(object: HeapObject): boolean {
  return rawName(object) === "AsyncContextFrame";
}

/** Node's side of a handle leads to the object that the author knows. */
const handleOwner: Rule = (walk) =>
  walk.edge() === "<symbol owner_symbol>" || walk.edge() === "<symbol node:owner_symbol>"
    ? walk.say(1, "native handle", `owner of ${nameObject(walk.from)}`, `owner of ${rawName(walk.from)}`)
    : undefined;

// ——— Modules ———

/** Node's record of a CommonJS module, and what leads to it. */
const commonJs: Rule = (walk) => {
  const from = fileOfModule(walk.from);
  if (from !== undefined && /^(?:exports|<symbol node:module_export>)$/.test(walk.edge()))
    return walk.say(1, "module", `${shortModuleName(from)} exports`, `exports of ${stableModuleName(from)}`);
  const target = walk.object();
  const to = target === undefined ? undefined : fileOfModule(target);
  if (to === undefined) return undefined;
  return walk.say(1, "module", `module ${shortModuleName(to)}`, `module ${stableModuleName(to)}`);
};

/** Variables of an ES module that another module sees are cells, with their names in a table of the module. */
const moduleCell: Rule = (walk) => {
  if (rawName(walk.from) === CELL && walk.edge() === "value")
    return walk.say(1, "variable", cellWord(walk.from));
  if (rawName(walk.from) !== SOURCE_TEXT_MODULE) return undefined;
  const ahead = walk.object()?.type === "array" ? 1 : 0;
  const target = walk.object(ahead);
  if (target === undefined) return undefined;
  if (rawName(target) === SOURCE_TEXT_MODULE)
    return walk.say(ahead + 1, "module", nameObject(target), nameModule(target, stableModuleName));
  return rawName(target) === CELL && walk.has(ahead + 1)
    ? walk.say(ahead + 2, "variable", cellWord(target))
    : undefined;
};

function cellWord(cell: HeapObject): string {
  const { name } = findExport(cell) ?? {};
  return name === undefined ? "variable" : variableWord(name);
}

// ——— The rest ———

const rootStep: Rule = (walk) => {
  if (walk.from.node === walk.from.snapshot.graph.rootNode && walk.object()?.type === "synthetic") {
    let length = 1;
    // (GC roots) and which of them; then the object itself.
    if (walk.raw() === "(GC roots)" && walk.has(1)) length = 2;
    const root = walk.raw(length - 1).replace(/^\(|\)$/g, "");
    const isHandle = root === "Global handles";
    const words = ROOT_WORDS[root] ?? (root === "" ? "runtime" : root);
    if (!walk.has(length)) return walk.say(length, isHandle ? "native handle" : "root", words);
    length++;
    return isHandle
      ? walk.say(length, "native handle", `${words} ${walk.raw(length - 1)}`)
      : walk.say(length, "root", words);
  }
  return undefined;
};

/** V8's roots in other words; the names of the rest are good enough. */
const ROOT_WORDS: Partial<Record<string, string>> = {
  "Stack roots": "local variable on the stack",
  "Handle scope": "native code at work",
  "Global handles": "native handle",
  "Strong roots": "runtime",
  "Micro tasks": "microtask queue",
  "Compilation cache": "compilation cache",
  "Eternal handles": "runtime",
};

const string: Rule = (walk) => {
  if (!walk.from.type.endsWith("string") || walk.type() !== "internal") return undefined;
  if (walk.edge() === "parent") return walk.say(1, "string", "text that it is a part of");
  return walk.edge() === "first" || walk.edge() === "second"
    ? walk.say(1, "string", "part of the text")
    : undefined;
};

const buffer: Rule = (walk) => {
  const isData = walk.raw().startsWith("system / JSArrayBufferData") || walk.edge() === "backing_store";
  return isData ? walk.say(1, "buffer", "buffer's memory") : undefined;
};

const property: Rule = (walk) => {
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

/** Words for what no rule knows. They are of no use elsewhere, so they are not stable. */
function fallback(walk: Walk): Match {
  if (walk.edge() === "map") return walk.say(1, "internal", "hidden class", "");
  if (walk.type() === "internal" && /^(?:shared|code|feedback_cell)$/.test(walk.edge()))
    return walk.say(1, "internal", "compiled code", "");
  if (walk.type() === "internal" && positionOf(walk.edge()) === undefined)
    return walk.say(1, "internal", `(${walk.edge().replaceAll("_", " ")})`, "");
  return walk.say(1, "internal", "(internal)", "");
}

const RULES: readonly Rule[] = [
  rootStep,
  commonJs,
  moduleCell,
  listener,
  eventTarget,
  asyncContext,
  handleOwner,
  timer,
  variable,
  bound,
  generator,
  promise,
  weakMapValue,
  finalization,
  collection,
  proxy,
  iterated,
  backingStore,
  string,
  buffer,
  property,
];
