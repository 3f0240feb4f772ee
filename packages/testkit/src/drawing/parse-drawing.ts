/**
 * Reads a heap drawn as text.
 *
 *     # comments run to the end of the line
 *     global -cache-> cache:Map(32)                  # an object whose raw name is Map, 32 bytes
 *     cache =table=> table:array(800)                # a word that is a node type: type array, raw name "table"
 *     table -[3]-> Session(48), text:string:"a b"(20)
 *     Session ~parent~> cache                        # weak
 *     listener:closure(64)<12:3:5> -(x)-> Session    # a function of script 12, line 3, column 5; context variable x
 *     weak:array(64){Session => meta:Meta(16)}       # a WeakMap entry: V8's two internal edges with their labels
 *
 * Statements. A line is a chain of groups `A, B -x-> C, D -y-> E` (every node on the left of an arrow gets an edge to
 * every node on its right), or `TABLE{KEY => VALUE}`.
 *
 * Nodes. A name, and at its first mention (or any later one, but each detail once) its details, in this order:
 *
 *     :Word          type `object` and raw name Word; but if Word is a node type, that type and the node's own name
 *     :type:Raw      both. `cons`, `sliced` and `shape` stand for the types with a space; anything may be "quoted"
 *     (48)           bytes; 16 when not given
 *     @71            V8's id; else odd numbers in order (even ones for native nodes)
 *     !detached      or !attached, as V8 seeds it
 *     <12:3:5>       script id, line, column
 *     ^4             trace node id
 *
 * Arrows. The stroke says the type; the label is a word, a "quoted string" or a number in brackets.
 *
 *     -name->   property      -[3]->  element      -(x)->  context variable
 *     =name=>   internal      =[3]=>  hidden
 *     ~name~>   weak          ..name..> shortcut
 *     -name:strange->         any other type, written after the label
 *
 * Without a label (`->`, `=>`, `~>`, `..>`) the edge is named for its target, and `->` is what V8 would write there:
 * from the root an element (to a synthetic node) or a shortcut (to a user root), from another synthetic node or an
 * array an element; numbered from 1 in both cases.
 *
 * Scaffolding. Unless the drawing mentions `root`, it stands on what every Node dump has: the synthetic root (id 1),
 * `gcRoots` (element 1) and the user root `global` (shortcut 2), none of which weighs anything. A drawing that mentions
 * `root` draws all of that itself (`root` and `gcRoots` keep their type and name unless told otherwise).
 *
 * Nodes are numbered by first mention, the scaffolding first; edges of a node keep the order of the drawing.
 */
import { ephemeronLabel, plainHeap, plainNode, type PlainEdge, type PlainHeap } from "../plain-heap.ts";

/** A drawing that cannot be read; the message names line and column (both from 1). */
export class DrawingError extends Error {
  override name = "DrawingError";
}

export interface Drawing {
  heap: PlainHeap;
  /** The drawing's names to positions in `heap.nodes`. */
  nodes: Record<string, number>;
}

const shortTypes: Record<string, string> = {
  cons: "concatenated string",
  sliced: "sliced string",
  shape: "object shape",
};
const plainTypes =
  "hidden array string object code closure regexp number native synthetic symbol bigint".split(" ");
const nodeTypes = new Set([...plainTypes, ...Object.values(shortTypes)]);
const defaultSize = 16;

/** One name of the drawing with what was said about it so far. */
interface Draft {
  name: string;
  type?: string;
  rawName?: string;
  size?: number;
  id?: number;
  detachedness?: number;
  location?: { scriptId: number; line: number; column: number };
  traceNodeId?: number;
  edges: DraftEdge[];
}

type DraftEdge =
  | { kind: "edge"; type: string; name: string | number; to: Draft }
  | { kind: "unnamed"; stroke: Stroke; to: Draft }
  | { kind: "entry"; table: Draft; key: Draft; to: Draft };

type Stroke = "-" | "=" | "~" | "..";

/** Reads a drawing. Throws `DrawingError`. */
export function parseDrawing(text: string): Drawing {
  const drafts = new Map<string, Draft>();
  text.split("\n").forEach((line, index) => new LineParser(line, index + 1, drafts).parse());
  return finish(scaffold(drafts));
}

/** The drafts in node order, with the scaffolding that the drawing leaves out. */
function scaffold(drafts: Map<string, Draft>): Draft[] {
  const drawn = drafts.get("root");
  const gcRoots = drafts.get("gcRoots") ?? { name: "gcRoots", edges: [] };
  gcRoots.type ??= "synthetic";
  gcRoots.rawName ??= "(GC roots)";
  gcRoots.size ??= 0;
  const root: Draft = drawn ?? { name: "root", edges: [] };
  root.type ??= "synthetic";
  root.rawName ??= "";
  root.size ??= 0;
  root.id ??= 1;
  if (drawn !== undefined) return [root, ...[...drafts.values()].filter((draft) => draft !== root)];
  const global = drafts.get("global") ?? { name: "global", edges: [] };
  global.size ??= 0;
  root.edges.push({ kind: "edge", type: "element", name: 1, to: gcRoots });
  root.edges.push({ kind: "edge", type: "shortcut", name: "2", to: global });
  const others = [...drafts.values()].filter((draft) => draft !== gcRoots && draft !== global);
  return [root, gcRoots, global, ...others];
}

function finish(drafts: readonly Draft[]): Drawing {
  const taken = new Set(drafts.flatMap((draft) => (draft.id === undefined ? [] : [draft.id])));
  const positions = new Map(drafts.map((draft, index) => [draft, index]));
  const nodes = drafts.map((draft, index) => {
    const type = draft.type ?? "object";
    let id = draft.id ?? 2 * index + (type === "native" ? 2 : 1);
    while (draft.id === undefined && taken.has(id)) id += 2 * drafts.length;
    taken.add(id);
    return plainNode({
      type,
      name: draft.rawName ?? draft.name,
      id,
      selfSize: draft.size ?? defaultSize,
      detachedness: draft.detachedness ?? 0,
      traceNodeId: draft.traceNodeId ?? 0,
      location: draft.location,
    });
  });
  const nodeOf = (draft: Draft) => nodes[positions.get(draft)!]!;
  drafts.forEach((draft, index) => {
    const source = nodes[index]!;
    for (const edge of draft.edges) {
      const to = positions.get(edge.to)!;
      if (edge.kind === "edge") {
        source.edges.push({ type: edge.type, name: edge.name, to });
      } else if (edge.kind === "unnamed") {
        source.edges.push(
          nameLikeV8(edge, source.type, index === 0, nodeOf(edge.to).type, source.edges.length + 1, to),
        );
      } else {
        const label = ephemeronLabel(nodeOf(edge.table), nodeOf(edge.key), nodeOf(edge.to));
        source.edges.push({ type: "internal", name: `${source.edges.length + 1} / ${label}`, to });
      }
    }
  });
  return {
    heap: plainHeap(nodes),
    nodes: Object.fromEntries(drafts.map((draft, index) => [draft.name, index])),
  };
}

function nameLikeV8(
  edge: { stroke: Stroke; to: Draft },
  sourceType: string,
  fromRoot: boolean,
  targetType: string,
  position: number,
  to: number,
): PlainEdge {
  const name = edge.to.name;
  if (edge.stroke === "=") return { type: "internal", name, to };
  if (edge.stroke === "~") return { type: "weak", name, to };
  if (edge.stroke === "..") return { type: "shortcut", name, to };
  if (fromRoot && targetType !== "synthetic") return { type: "shortcut", name: String(position), to };
  if (sourceType === "synthetic" || sourceType === "array") return { type: "element", name: position, to };
  return { type: "property", name, to };
}

/** Recursive descent over one line. */
class LineParser {
  readonly #line: string;
  readonly #number: number;
  readonly #drafts: Map<string, Draft>;
  #at = 0;

  constructor(line: string, number: number, drafts: Map<string, Draft>) {
    this.#line = line;
    this.#number = number;
    this.#drafts = drafts;
  }

  parse(): void {
    this.#skipBlanks();
    if (this.#done()) return;
    let sources = [this.#node()];
    if (this.#accept("{")) {
      this.#entry(sources[0]!);
    } else {
      this.#restOfGroup(sources);
      while (!this.#done()) {
        const arrow = this.#arrow();
        const targets = [this.#node()];
        this.#restOfGroup(targets);
        for (const source of sources) for (const to of targets) source.edges.push({ ...arrow, to });
        sources = targets;
      }
    }
    if (!this.#done()) this.#fail("expected the end of the line");
  }

  #entry(table: Draft): void {
    const key = this.#node();
    if (!this.#accept("=>")) this.#fail("expected `=>` between the key and the value of a WeakMap entry");
    const value = this.#node();
    if (!this.#accept("}")) this.#fail("expected `}` after a WeakMap entry");
    key.edges.push({ kind: "entry", table, key, to: value });
    table.edges.push({ kind: "entry", table, key, to: value });
  }

  #restOfGroup(group: Draft[]): void {
    while (this.#accept(",")) group.push(this.#node());
  }

  #node(): Draft {
    this.#skipBlanks();
    const name = this.#match(/[A-Za-z_$][\w$]*/y)?.[0];
    if (name === undefined) this.#fail("expected a node's name");
    let draft = this.#drafts.get(name);
    if (draft === undefined) this.#drafts.set(name, (draft = { name, edges: [] }));
    this.#details(draft);
    this.#skipBlanks();
    return draft;
  }

  #details(draft: Draft): void {
    if (this.#next(":")) {
      const quoted = this.#line[this.#at] === '"';
      const word = this.#word();
      const type = shortTypes[word] ?? word;
      if (this.#next(":")) {
        this.#set(draft, "type", type);
        this.#set(draft, "rawName", this.#word());
      } else if (nodeTypes.has(type) && !quoted) {
        this.#set(draft, "type", type);
      } else {
        this.#set(draft, "type", "object");
        this.#set(draft, "rawName", word);
      }
    }
    const size = this.#match(/\((\d+)\)/y);
    if (size !== null) this.#set(draft, "size", Number(size[1]));
    const id = this.#match(/@(\d+)/y);
    if (id !== null) this.#set(draft, "id", Number(id[1]));
    const state = this.#match(/!(attached|detached)\b/y);
    if (state !== null) this.#set(draft, "detachedness", state[1] === "attached" ? 1 : 2);
    const location = this.#match(/<(\d+):(\d+):(\d+)>/y);
    if (location !== null) {
      const [scriptId, line, column] = location.slice(1).map(Number) as [number, number, number];
      this.#set(draft, "location", { scriptId, line, column });
    }
    const trace = this.#match(/\^(\d+)/y);
    if (trace !== null) this.#set(draft, "traceNodeId", Number(trace[1]));
  }

  #set<K extends keyof Draft>(draft: Draft, key: K, value: NonNullable<Draft[K]>): void {
    if (draft[key] !== undefined) this.#fail(`${key} of ${draft.name} is given twice`);
    draft[key] = value;
  }

  #arrow(): { kind: "edge"; type: string; name: string | number } | { kind: "unnamed"; stroke: Stroke } {
    const stroke = this.#match(/\.\.|[-=~]/y)?.[0] as Stroke | undefined;
    if (stroke === undefined)
      this.#fail("expected an arrow: `->`, `=>`, `~>` or `..>`, with a label inside or without");
    if (this.#next(">")) return { kind: "unnamed", stroke };
    const bracket = this.#match(/[[(]/y)?.[0];
    const isNumber = bracket === "[";
    let name: string | number = this.#word();
    if (isNumber) name = Number(name);
    if (Number.isNaN(name)) this.#fail("expected a number in the brackets");
    if (bracket !== undefined && !this.#next(isNumber ? "]" : ")"))
      this.#fail("the bracket of the label is not closed");
    const strange = this.#next(":") ? this.#word() : undefined;
    if (!this.#next(`${stroke}>`)) this.#fail(`expected \`${stroke}>\` after the label`);
    const named: Record<Stroke, string> = { "-": "property", "=": "internal", "~": "weak", "..": "shortcut" };
    let type = strange ?? named[stroke];
    if (strange === undefined && bracket === "(") type = "context";
    if (strange === undefined && isNumber) type = stroke === "=" ? "hidden" : "element";
    return { kind: "edge", type, name };
  }

  /** A bare word, or a JSON string. */
  #word(): string {
    const quoted = this.#match(/"(?:[^"\\]|\\.)*"/y);
    if (quoted !== null) {
      try {
        return JSON.parse(quoted[0]) as string;
      } catch {
        this.#fail("the quoted string is not JSON");
      }
    }
    const bare = this.#match(/[\w$]+/y);
    if (bare === null) this.#fail("expected a word or a quoted string");
    return bare[0];
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#line);
    if (match !== null) this.#at += match[0].length;
    return match;
  }

  #next(token: string): boolean {
    if (!this.#line.startsWith(token, this.#at)) return false;
    this.#at += token.length;
    return true;
  }

  #accept(token: string): boolean {
    this.#skipBlanks();
    const accepted = this.#next(token);
    this.#skipBlanks();
    return accepted;
  }

  #skipBlanks(): void {
    this.#match(/\s*(#.*)?/y);
  }

  #done(): boolean {
    return this.#at >= this.#line.length;
  }

  #fail(reason: string): never {
    throw new DrawingError(`line ${this.#number}, column ${this.#at + 1}: ${reason}\n  ${this.#line}`);
  }
}
