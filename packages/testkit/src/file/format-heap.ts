/**
 * Writes a plain heap as the text of a `.heapsnapshot` file, as the runtime of the given layout would.
 *
 * Sections come in V8's order: snapshot, nodes, edges, trace_function_infos, trace_tree, samples, locations,
 * [scopes …], strings. Types that the layout does not know (a drawing may use any word) are appended to its list, which
 * is what a newer V8 does. Cost: linear; every test heap goes through here on its way to the engine's reader.
 */
import { hasNumberName, type PlainHeap, type PlainTraceNode } from "../plain-heap.ts";
import { layoutOf, type SnapshotLayout } from "./layout.ts";

/** The text of the file. */
export function formatHeap(heap: PlainHeap, layout: SnapshotLayout = layoutOf("node-26")): string {
  const strings = new Interner(layout.firstStrings);
  const nodeTypes = new Interner(layout.nodeTypes);
  const edgeTypes = new Interner(layout.edgeTypes);
  const nodeWidth = layout.nodeFields.length;

  const nodeRows = heap.nodes.map((node) =>
    layout.nodeFields.map((field) => {
      switch (field) {
        case "type":
          return nodeTypes.indexOf(node.type);
        case "name":
          return strings.indexOf(node.name);
        case "id":
          return node.id;
        case "self_size":
          return node.selfSize;
        case "edge_count":
          return node.edges.length;
        case "trace_node_id":
          return node.traceNodeId;
        case "detachedness":
          return node.detachedness;
        default:
          return 0; // a field from the future
      }
    }),
  );
  const edgeRows = heap.nodes.flatMap((node) =>
    node.edges.map((edge) =>
      layout.edgeFields.map((field) => {
        switch (field) {
          case "type":
            return edgeTypes.indexOf(edge.type);
          case "name_or_index":
            return hasNumberName(edge.type) ? Number(edge.name) : strings.indexOf(String(edge.name));
          case "to_node":
            return edge.to * nodeWidth;
          default:
            return 0;
        }
      }),
    ),
  );
  const locationRows = heap.nodes.flatMap((node, index) => {
    const { location } = node;
    if (location === undefined) return [];
    return [
      layout.locationFields.map((field) => {
        switch (field) {
          case "object_index":
            return index * nodeWidth;
          case "script_id":
            return location.scriptId;
          case "line":
            return location.line;
          case "column":
            return location.column;
          default:
            return 0; // script_object_index: the node of the script
        }
      }),
    ];
  });
  const functionRows = heap.traceFunctions.map((info) => [
    info.functionId,
    strings.indexOf(info.name),
    strings.indexOf(info.scriptName),
    info.scriptId,
    info.line,
    info.column,
  ]);
  const sampleRows = heap.samples.map((sample) => [sample.timestampUs, sample.lastAssignedId]);

  const rows = (table: readonly (readonly number[])[]): string =>
    layout.newlinePerRow && table.length > 0
      ? `[${table.map((row) => `${row.join(",")}\n`).join(",")}]`
      : `[${table.map((row) => row.join(",")).join(",")}]`;
  const sections = [
    `"nodes":${rows(nodeRows)}`,
    `"edges":${rows(edgeRows)}`,
    `"trace_function_infos":${rows(functionRows)}`,
    `"trace_tree":[${heap.traceTree === undefined ? "" : formatTraceNode(heap.traceTree)}]`,
    `"samples":${rows(sampleRows)}`,
    `"locations":${rows(locationRows)}`,
  ];
  if (layout.scopes) {
    // One script-level scope, as Chromium writes for a page without any script of its own.
    sections.push(`"scopes":[0,-2,0,1,1]`, `"scope_context_vars":[0]`, `"scope_uses":[-2,0]`);
  }
  const header = {
    meta: formatMeta(layout, nodeTypes.words, edgeTypes.words),
    ...(heap.root === 0 ? {} : { root_index: heap.root * nodeWidth }),
    node_count: nodeRows.length,
    edge_count: edgeRows.length,
    trace_function_count: functionRows.length,
    ...(layout.extraNativeBytes ? { extra_native_bytes: heap.extraNativeBytes } : {}),
  };
  const encode = layout.escapes === "v8" ? quoteLikeV8 : (text: string) => JSON.stringify(text);
  const words = strings.words.map(encode).join(layout.newlinePerRow ? ",\n" : ",");
  const end = layout.trailingNewlines ? "]\n}\n" : "]}";
  return `{"snapshot":${JSON.stringify(header)},\n${sections.join(",\n")},\n"strings":[${words}${end}`;
}

/** The same as bytes, which is what `openSnapshot` takes. */
export function encodeHeap(heap: PlainHeap, layout?: SnapshotLayout): Uint8Array {
  return new TextEncoder().encode(formatHeap(heap, layout));
}

function formatMeta(
  layout: SnapshotLayout,
  nodeTypes: readonly string[],
  edgeTypes: readonly string[],
): object {
  return {
    node_fields: layout.nodeFields,
    node_types: [nodeTypes, "string", ...new Array<string>(layout.nodeFieldKinds - 1).fill("number")],
    edge_fields: layout.edgeFields,
    edge_types: [edgeTypes, "string_or_number", "node"],
    trace_function_info_fields: ["function_id", "name", "script_name", "script_id", "line", "column"],
    trace_node_fields: ["id", "function_info_index", "count", "size", "children"],
    sample_fields: ["timestamp_us", "last_assigned_id"],
    location_fields: layout.locationFields,
    ...(layout.scopes
      ? {
          scope_fields: [
            "script_node_index",
            "scope_id",
            "depth",
            "scope_context_vars_count",
            "scope_uses_count",
          ],
          scope_context_var_fields: ["name"],
          scope_use_fields: ["declaring_scope_id", "slot_index"],
        }
      : {}),
  };
}

function formatTraceNode(node: PlainTraceNode): string {
  const children = node.children.map(formatTraceNode).join(",");
  return `${node.id},${node.functionIndex},${node.count},${node.size},[${children}]`;
}

/** V8 escapes everything outside 0x20–0x7f as UTF-16 units and leaves DEL alone. */
function quoteLikeV8(text: string): string {
  return JSON.stringify(text).replaceAll(
    // eslint-disable-next-line no-control-regex
    /[^\u0000-\u007f]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0").toUpperCase()}`,
  );
}

/** Words in order of first use. */
class Interner {
  readonly words: string[] = [];
  readonly #indexes = new Map<string, number>();

  constructor(words: readonly string[]) {
    for (const word of words) this.indexOf(word);
  }

  indexOf(word: string): number {
    let index = this.#indexes.get(word);
    if (index === undefined) {
      index = this.words.push(word) - 1;
      this.#indexes.set(word, index);
    }
    return index;
  }
}
