/**
 * Which module exports a variable under which name. V8 keeps the exported variables of an ES module in cells, shared with
 * the modules that import them; a table of the exporting module leads from names to cells.
 *
 * Cost: O(retainers of the cell and of its tables).
 */
import type { HeapObject } from "../heap-object.ts";
import { follow } from "./node-words.ts";
import { rawName } from "./short-names.ts";
import { SOURCE_TEXT_MODULE } from "./scope-names.ts";
import { positionOf } from "./table-entries.ts";

export interface ModuleExport {
  readonly name: string;
  readonly module: HeapObject;
}

/** The export that the cell is; `undefined` for other cells. */
export function findExport(cell: HeapObject): ModuleExport | undefined {
  for (const { from: table, edgeName } of retainersOf(cell)) {
    const position = table.type === "array" ? positionOf(edgeName) : undefined;
    if (position === undefined) continue;
    // In the table a cell follows its name.
    const name = follow(table, "internal", String(position - 1));
    if (name?.type !== "string") continue;
    for (const { from: module } of retainersOf(table))
      if (rawName(module) === SOURCE_TEXT_MODULE) return { name: name.name, module };
  }
  return undefined;
}

function* retainersOf(object: HeapObject): Generator<{ from: HeapObject; edgeName: string }> {
  const { snapshot } = object;
  const { graph, retainers } = snapshot;
  for (
    let row = retainers.firstRetainer[object.node];
    row < retainers.firstRetainer[object.node + 1];
    row++
  ) {
    const edge = retainers.retainerEdge[row];
    if (graph.edgeTypeNames[graph.edgeType[edge]] === "internal")
      yield {
        from: snapshot.object(retainers.nodeOf(row)),
        edgeName: graph.strings.get(graph.edgeName[edge]),
      };
    else if (graph.edgeTypeNames[graph.edgeType[edge]] === "hidden")
      yield { from: snapshot.object(retainers.nodeOf(row)), edgeName: "" };
  }
}
