// `heapscope object`: one object or a few, with their fields, as they stand in DevTools when an object is expanded.

import type { HeapEdge, HeapObject } from "@heapscope/engine";
import { defineCommand, type Command } from "../command.ts";
import { describeFunction, describeObject, findObject, nameObject } from "../describe-snapshot.ts";
import { choice, limit, noCache, objectIds, rowLimit, snapshotFile, sourceMaps } from "../parameters.ts";
import type { FieldLine, ObjectDetails, Objects } from "../schemas/object.ts";
import { formatPlace } from "../source/source-place.ts";
import type { SourceResolver } from "../source/source-resolver.ts";

const USUAL_LIMIT = 30;

const orders = ["retained", "shallow", "file"] as const;

export const object: Command = defineCommand({
  name: "object",
  summary: "an object and its fields",
  description:
    "Prints objects with what they refer to: properties, elements, variables of closures, the engine's own records.",
  group: "One snapshot:",
  arguments: {
    file: snapshotFile("the snapshot"),
    id: objectIds("objects, as other commands print them: @12345"),
  },
  options: {
    limit: limit(USUAL_LIMIT, "fields of an object"),
    sort: choice("order", orders, "largest first, or in the order of the file"),
    "source-maps": sourceMaps(),
    "no-cache": noCache(),
  },
  examples: [
    { line: "object app.heapsnapshot @4711", meaning: "what @4711 is and holds" },
    { line: "object app.heapsnapshot @4711 @4713 --json", meaning: "two objects, for a program" },
  ],
  async run(context, input): Promise<Objects> {
    const snapshot = await context.openSnapshot(input.file);
    await snapshot.prepare(
      ["retainedSize", "distance", "classes", "nodesById", "scriptUrls", "allocations"],
      context.runOptions,
    );
    const rows = rowLimit(input.limit, USUAL_LIMIT, context.json);
    const found = input.id.map((id) => findObject(snapshot, input.file, id));
    const sources = await context.openSources([snapshot], input["source-maps"]);
    return {
      schema: "heapscope/object@1",
      objects: found.map((each) => describeDetails(each, input.sort, rows, sources)),
      totalSize: snapshot.totalSize,
    };
  },
  print: async () => (await import("../print/object.ts")).printObjects,
});

function describeDetails(
  object: HeapObject,
  order: (typeof orders)[number],
  rows: number,
  sources: SourceResolver,
): ObjectDetails {
  const { dominator, allocationStack } = object;
  const place = sources.placeOf(object);
  const edges = orderEdges(object, order);
  return {
    ...describeObject(object),
    dominator: dominator?.id ?? null,
    ...(dominator === undefined ? {} : { dominatedBy: nameObject(dominator) }),
    detachedness: object.detachedness,
    ...(place === undefined ? {} : { location: formatPlace(place) }),
    ...(allocationStack.length === 0
      ? {}
      : { allocationStack: allocationStack.map((each) => describeFunction(each, sources)) }),
    edgeCount: edges.length,
    edges: edges.slice(0, rows).map(({ type, name, description, to }): FieldLine => ({
      type,
      name,
      label: description,
      id: to.id,
      node: to.name,
      nodeType: to.type,
      shallowSize: to.shallowSize,
      retainedSize: to.retainedSize,
    })),
  };
}

/** The references of an object. An array may have millions, so they are compared by columns, not by handles. */
function orderEdges(object: HeapObject, order: (typeof orders)[number]): HeapEdge[] {
  const edges = object.edges();
  if (order === "file") return edges;
  const { snapshot } = object;
  const { edgeTarget } = snapshot.graph;
  const size = order === "retained" ? snapshot.retainedSize : snapshot.shallowSize;
  return edges.sort((a, b) => size[edgeTarget[b.edge]!]! - size[edgeTarget[a.edge]!]!);
}
