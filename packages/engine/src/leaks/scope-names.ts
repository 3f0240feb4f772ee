/**
 * What a V8 context is in a program: the top level of a module, or the variables of a function call. Told by the chain
 * `context -scope_info-> scope info <-name_or_scope_info- function info -script-> script`; the context of a block leads to
 * its function's over the scope info around it. Node's own modules come from its built-in snapshot without that function
 * info; there a closure that was made in the context tells the script.
 *
 * Cost: O(retainers of a scope info), once for each; needs the retainers. Kept for as long as the snapshot.
 */
import { EdgeType, NodeType } from "../graph/node-types.ts";
import type { EdgeIndex, NodeIndex } from "../graph/heap-graph.ts";
import type { HeapObject } from "../heap-object.ts";
import type { HeapSnapshot } from "../heap-snapshot.ts";
import type { SourceLocation } from "../passes/location-index.ts";
import { scriptPath } from "../passes/script-path.ts";
import { isRuntimeScript } from "./module-names.ts";
import { rawName } from "./short-names.ts";

/** V8's names of the nodes that folding must know. */
export const CONTEXT = "system / Context";
const NATIVE_CONTEXT = "system / NativeContext";
export const SOURCE_TEXT_MODULE = "system / SourceTextModule";
const SCOPE_INFO = "system / ScopeInfo";

/** Functions of this name are what loaders wrap around modules. */
const WRAPPER_NAMES: ReadonlySet<string> = new Set(["", "(shared function info)", "Object.<anonymous>"]);
/** Blocks in blocks. */
const MOST_BLOCKS = 100;
/** Variables of a scope; with more than some seventy, V8 keeps a table instead. */
const MOST_NAMES = 1000;
/** Retainers that are looked at for a closure. */
const MOST_RETAINERS = 1000;

export interface ScopeName {
  /** Whether these are the variables of a module, not of a function call. */
  readonly isModule: boolean;
  /** Whether these are the variables of a block at the top level of a module. */
  readonly isModuleBlock: boolean;
  /** Name of the function, without parentheses; empty for one without a name. */
  readonly functionName: string;
  /** Path or url of the script; empty if the file does not tell. */
  readonly script: string;
  /** Where the function is written, if a closure of it is alive. */
  readonly place: SourceLocation | undefined;
}

const tables = new WeakMap<HeapSnapshot, ScopeNames>();

/** The names of a snapshot's scopes; the same object each time. */
export function getScopeNames(snapshot: HeapSnapshot): ScopeNames {
  let names = tables.get(snapshot);
  if (names === undefined) tables.set(snapshot, (names = new ScopeNames(snapshot)));
  return names;
}

export class ScopeNames {
  readonly #snapshot: HeapSnapshot;
  readonly #ofScopeInfo = new Map<NodeIndex, ScopeName>();
  readonly #names = new Map<NodeIndex, readonly string[]>();

  constructor(snapshot: HeapSnapshot) {
    this.#snapshot = snapshot;
  }

  /** What the context is. */
  ofContext(context: NodeIndex): ScopeName {
    const scopeInfo = this.#follow(context, "scope_info");
    const known = this.#ofScopeInfo.get(scopeInfo);
    if (known !== undefined) return known;
    const name = this.#find(context, scopeInfo);
    if (scopeInfo !== -1) this.#ofScopeInfo.set(scopeInfo, name);
    return name;
  }

  /**
   * Name of a variable of a block (`let` in braces), which V8 leaves out: a hidden edge of a context. Undefined where that
   * cannot be told for sure.
   */
  blockVariable(edge: EdgeIndex, context: NodeIndex): string | undefined {
    const { graph } = this.#snapshot;
    const scopeInfo = this.#follow(context, "scope_info");
    const names = scopeInfo === -1 ? [] : this.#namesIn(scopeInfo);
    if (names.length === 1) return names[0];
    // Slots that hold small integers are not counted, so a position is certain only when no slot is left out.
    let last = -1;
    for (let other = graph.firstEdge[context]; other < graph.firstEdge[context + 1]; other++)
      if (graph.edgeType[other] === EdgeType.hidden) last = Math.max(last, graph.edgeName[other]);
    return last === names.length - 1 ? names[graph.edgeName[edge]] : undefined;
  }

  /** The script of a module record. */
  scriptOfModule(module: NodeIndex): string {
    const { graph, retainers } = this.#snapshot;
    for (let edge = graph.firstEdge[module]; edge < graph.firstEdge[module + 1]; edge++) {
      const node = graph.edgeTarget[edge];
      const name = this.#nameOf(node);
      const closure = graph.nodeType[node] === NodeType.closure ? node : this.#follow(node, "function");
      if (name === SOURCE_TEXT_MODULE) continue;
      const info = closure === -1 ? node : this.#follow(closure, "shared");
      const script = this.#scriptOfInfo(info);
      if (script !== "") return script;
    }
    // Node's wrapper knows its url.
    for (let row = retainers.firstRetainer[module]; row < retainers.firstRetainer[module + 1]; row++) {
      const url = this.#follow(retainers.nodeOf(row), "url", EdgeType.property);
      if (url !== -1 && graph.nodeType[url] === NodeType.string) return scriptPath(this.#nameOf(url));
    }
    return "";
  }

  /** The script in which a closure is written; empty for functions of V8 and of native code. */
  scriptOfClosure(closure: NodeIndex): string {
    return this.#scriptOfInfo(this.#follow(closure, "shared"));
  }

  #find(context: NodeIndex, scopeInfo: NodeIndex): ScopeName {
    const { locations } = this.#snapshot;
    let info = -1;
    let isBlock = false;
    for (let outer = scopeInfo, depth = 0; outer !== -1 && depth < MOST_BLOCKS && info === -1; depth++) {
      info = this.#retainerBy(outer, "name_or_scope_info");
      isBlock = outer !== scopeInfo;
      outer = this.#scopeInfoAround(outer);
    }
    let script = this.#scriptOfInfo(info);
    let place: SourceLocation | undefined;
    if (info !== -1) {
      const closure = this.#retainerBy(info, "shared", NodeType.closure);
      if (closure !== -1) place = locations.locationOf(closure);
    }
    if (script === "") {
      const closure = this.#retainerBy(context, "context", NodeType.closure);
      if (closure !== -1) script = this.scriptOfClosure(closure);
    }
    const named = info === -1 ? this.#nameInScopeInfo(context, scopeInfo) : this.#nameOf(info);
    const isWrapper = WRAPPER_NAMES.has(named) || named === script || scriptPath(named) === script;
    // Bundlers make a function of each module and name it for its file.
    const isBundled = !isWrapper && /\.[cm]?[jt]sx?$/.test(named);
    if (isBundled && !isRuntimeScript(script)) script = named;
    const isModule =
      isBundled ||
      (script !== "" &&
        isWrapper &&
        isStartOfScript(place) &&
        this.#isOutermost(context) &&
        !this.#hasSeveralContexts(scopeInfo));
    return {
      isModule,
      isModuleBlock: isBlock && this.#isInModule(context),
      functionName: isWrapper ? "" : named,
      script,
      place,
    };
  }

  /**
   * The name that the scope info of a function keeps behind those of its variables. Needed for functions that ran once and are
   * gone themselves.
   */
  #nameInScopeInfo(context: NodeIndex, scopeInfo: NodeIndex): string {
    const { graph } = this.#snapshot;
    if (scopeInfo === -1 || this.#isOutermost(context)) return "";
    const name = this.#namesIn(scopeInfo).at(-1);
    if (name === undefined) return "";
    let hasVariables = false;
    for (let edge = graph.firstEdge[context]; edge < graph.firstEdge[context + 1]; edge++) {
      if (graph.edgeType[edge] !== EdgeType.context) continue;
      hasVariables = true;
      if (graph.strings.equals(graph.edgeName[edge], name)) return "";
    }
    // The context of a block has no named variables, and its scope info no function.
    return hasVariables ? name : "";
  }

  /** Whether the block that the context belongs to stands in other blocks only, and those at the top level of a module. */
  #isInModule(context: NodeIndex): boolean {
    let outer = this.#follow(context, "previous");
    for (let depth = 0; outer !== -1 && depth < MOST_BLOCKS; depth++) {
      const scopeInfo = this.#follow(outer, "scope_info");
      if (this.#retainerBy(scopeInfo, "name_or_scope_info") !== -1) return this.ofContext(outer).isModule;
      outer = this.#follow(outer, "previous");
    }
    return false;
  }

  /** A module runs once. A function that keeps a context for each call does not, whatever it is called. */
  #hasSeveralContexts(scopeInfo: NodeIndex): boolean {
    if (scopeInfo === -1) return false;
    const { graph, retainers } = this.#snapshot;
    let count = 0;
    for (let row = retainers.firstRetainer[scopeInfo]; row < retainers.firstRetainer[scopeInfo + 1]; row++) {
      const edge = retainers.retainerEdge[row];
      if (graph.edgeType[edge] !== EdgeType.internal) continue;
      if (graph.strings.equals(graph.edgeName[edge], "scope_info") && ++count > 1) return true;
    }
    return false;
  }

  /** Whether nothing is around the context but the globals; blocks at the top level of a module are not. */
  #isOutermost(context: NodeIndex): boolean {
    const previous = this.#follow(context, "previous");
    return previous === -1 || isRealm(this.#nameOf(previous));
  }

  /** Names at the beginning of a scope info: those of the variables in the order of their slots, then the function's. */
  #namesIn(scopeInfo: NodeIndex): readonly string[] {
    const { graph } = this.#snapshot;
    let names = this.#names.get(scopeInfo);
    if (names !== undefined) return names;
    const found: string[] = [];
    for (let edge = graph.firstEdge[scopeInfo]; edge < graph.firstEdge[scopeInfo + 1]; edge++) {
      const node = graph.edgeTarget[edge];
      const position = graph.edgeName[edge];
      if (graph.edgeType[edge] !== EdgeType.hidden || position > MOST_NAMES) continue;
      if (graph.nodeType[node] === NodeType.string) found[position] = this.#nameOf(node);
    }
    const end = found.findIndex((name) => name === undefined);
    names = end === -1 ? found : found.slice(0, end);
    this.#names.set(scopeInfo, names);
    return names;
  }

  #scopeInfoAround(scopeInfo: NodeIndex): NodeIndex {
    const { graph } = this.#snapshot;
    for (let edge = graph.firstEdge[scopeInfo]; edge < graph.firstEdge[scopeInfo + 1]; edge++)
      if (graph.edgeType[edge] === EdgeType.hidden && this.#nameOf(graph.edgeTarget[edge]) === SCOPE_INFO)
        return graph.edgeTarget[edge];
    return -1;
  }

  #scriptOfInfo(info: NodeIndex): string {
    if (info === -1) return "";
    let script = this.#follow(info, "script");
    if (script === -1) script = this.#follow(info, "script_or_debug_info"); // until Node 20
    const name = script === -1 ? -1 : this.#follow(script, "name");
    if (name === -1 || this.#snapshot.graph.nodeType[name] !== NodeType.string) return "";
    return scriptPath(this.#nameOf(name));
  }

  #retainerBy(node: NodeIndex, name: string, type?: number): NodeIndex {
    const { graph, retainers } = this.#snapshot;
    const { firstRetainer, retainerEdge } = retainers;
    const first = firstRetainer[node];
    const end =
      type === undefined
        ? firstRetainer[node + 1]
        : Math.min(firstRetainer[node + 1], first + MOST_RETAINERS);
    for (let row = first; row < end; row++) {
      const edge = retainerEdge[row];
      if (graph.edgeType[edge] !== EdgeType.internal || !graph.strings.equals(graph.edgeName[edge], name))
        continue;
      const node = retainers.nodeOf(row);
      if (type === undefined || graph.nodeType[node] === type) return node;
    }
    return -1;
  }

  #follow(node: NodeIndex, name: string, type: number = EdgeType.internal): NodeIndex {
    const { graph } = this.#snapshot;
    for (let edge = graph.firstEdge[node]; edge < graph.firstEdge[node + 1]; edge++)
      if (graph.edgeType[edge] === type && graph.strings.equals(graph.edgeName[edge], name))
        return graph.edgeTarget[edge];
    return -1;
  }

  #nameOf(node: NodeIndex): string {
    return this.#snapshot.names.raw(node);
  }
}

/** Functions that loaders wrap around modules begin where the script begins. */
function isStartOfScript(place: SourceLocation | undefined): boolean {
  return place === undefined || (place.line === 0 && place.column === 0);
}

/** Whether this is the name of a realm's native context, which the inspector puts the realm's origin behind. */
export function isRealm(name: string): boolean {
  return name === NATIVE_CONTEXT || name.startsWith(`${NATIVE_CONTEXT} / `);
}

/** Whether the object is a context of a function, block or module, not the realm's. */
export function isContext(object: HeapObject): boolean {
  return object.type === "object" && rawName(object) === CONTEXT;
}
