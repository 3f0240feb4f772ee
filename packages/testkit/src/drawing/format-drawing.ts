/**
 * Prints a plain heap in the language of `parseDrawing`, exactly: reading the text back gives an equal heap (of node
 * order, ids and edges; timelines and samples have no place in a drawing). fast-check prints its counterexamples this
 * way, so that a failing property can be pasted into a unit test.
 */
import type { PlainEdge, PlainHeap, PlainNode } from "../plain-heap.ts";

/** The drawing. Every node is declared in order first, then come the edges, one source a line group. */
export function formatDrawing(heap: PlainHeap, notes: ReadonlyMap<number, string> = new Map()): string {
  const names = nameNodes(heap);
  const lines = heap.nodes.map((node, index) => {
    const note = notes.get(index);
    return declareNode(node, names[index]!, index) + (note === undefined ? "" : `  # ${note}`);
  });
  heap.nodes.forEach((node, index) => {
    for (const edge of node.edges) lines.push(`${names[index]} ${formatArrow(edge)} ${names[edge.to]}`);
  });
  return lines.join("\n");
}

/** Readable names where the raw name is a word and free, `n7` elsewhere; the root is `root`. */
function nameNodes(heap: PlainHeap): string[] {
  const taken = new Set(["root", "gcRoots"]);
  return heap.nodes.map((node, index) => {
    if (index === heap.root) return "root";
    let name = /^[A-Za-z_$][\w$]{0,30}$/.test(node.name) ? node.name : `n${index}`;
    if (node.type === "synthetic" && node.name === "(GC roots)" && !taken.has("gcRoots ")) {
      taken.add("gcRoots ");
      return "gcRoots";
    }
    while (taken.has(name)) name += `_${index}`;
    taken.add(name);
    return name;
  });
}

function declareNode(node: PlainNode, name: string, index: number): string {
  const plain = node.type === "object" && node.name === name;
  const isScaffold = name === "root" && node.type === "synthetic" && node.name === "";
  const isGcRoots = name === "gcRoots";
  const what = plain || isScaffold || isGcRoots ? "" : `:${formatWord(node.type)}:${formatWord(node.name)}`;
  const autoId = 2 * index + (node.type === "native" ? 2 : 1);
  const id = node.id === autoId ? "" : `@${node.id}`;
  const state = node.detachedness === 1 ? "!attached" : node.detachedness === 2 ? "!detached" : "";
  const { location } = node;
  const place = location === undefined ? "" : `<${location.scriptId}:${location.line}:${location.column}>`;
  const trace = node.traceNodeId === 0 ? "" : `^${node.traceNodeId}`;
  return `${name}${what}(${node.selfSize})${id}${state}${place}${trace}`;
}

function formatArrow(edge: PlainEdge): string {
  const word = formatWord(String(edge.name));
  switch (edge.type) {
    case "property":
      return `-${word}->`;
    case "element":
      return `-[${word}]->`;
    case "context":
      return `-(${word})->`;
    case "internal":
      return `=${word}=>`;
    case "hidden":
      return `=[${word}]=>`;
    case "weak":
      return `~${word}~>`;
    case "shortcut":
      return `..${word}..>`;
    default:
      return `-${word}:${formatWord(edge.type)}->`;
  }
}

/** Bare where the parser takes it bare. Escapes DEL and everything beyond ASCII, so that a drawing pastes anywhere. */
function formatWord(word: string): string {
  if (/^[\w$]+$/.test(word)) return word;
  return JSON.stringify(word).replaceAll(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
