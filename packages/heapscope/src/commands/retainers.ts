// `heapscope retainers`: the Retainers pane of Chrome DevTools. As there, the first retainer, which is the closest to a
// GC root, is followed by itself until a root is near; with --depth all of them are, so many levels.

import type { HeapEdge, HeapObject } from "@heapscope/engine";
import { defineCommand, type Command } from "../command.ts";
import { findObject, nameObject } from "../describe-snapshot.ts";
import { limit, objectId, optionalLevels, rowLimit, snapshotFile } from "../parameters.ts";
import type { RetainerLine, Retainers } from "../schemas/retainers.ts";

const USUAL_LIMIT = 10;
const MOST_FOLLOWED = 8;

export const retainers: Command = defineCommand({
  name: "retainers",
  summary: "what holds an object",
  description:
    "Prints the objects that refer to an object, those nearest to a GC root first, as the Retainers pane of\n" +
    "Chrome DevTools does. For the whole way to a root see: heapscope help path",
  group: "One snapshot:",
  arguments: { file: snapshotFile("the snapshot"), id: objectId("the object: @12345") },
  options: {
    depth: optionalLevels("levels of retainers to print (default: one, and the nearest ones of the first)"),
    limit: limit(USUAL_LIMIT, "retainers of an object"),
  },
  examples: [
    { line: "retainers app.heapsnapshot @4711", meaning: "what refers to @4711" },
    { line: "retainers app.heapsnapshot @4711 --depth 4 --limit 3", meaning: "and what refers to that" },
  ],
  async run(context, input): Promise<Retainers> {
    const snapshot = await context.openSnapshot(input.file);
    await snapshot.prepare(["retainedSize", "distance", "retainers", "nodesById"], context.runOptions);
    const object = findObject(snapshot, input.file, input.id);
    const all = object.retainers();
    const rows = rowLimit(input.limit, USUAL_LIMIT, context.json);
    return {
      schema: "heapscope/retainers@1",
      object: nameObject(object),
      retainerCount: all.length,
      retainers: describeRetainers(all, input.depth ?? 1, rows, new Set([object.id])).map((line, index) =>
        // As in DevTools, the nearest retainer is opened until a root is near.
        input.depth === undefined && index === 0
          ? withNearest(line, all[0]!.from, new Set([object.id]))
          : line,
      ),
    };
  },
  print: async () => (await import("../print/retainers.ts")).printRetainers,
});

/** The retainers down to `depth` levels; `branch` holds the ids on the way down to them. */
function describeRetainers(
  edges: readonly HeapEdge[],
  depth: number,
  rows: number,
  branch: ReadonlySet<number>,
): RetainerLine[] {
  return edges.slice(0, rows).map((edge) => {
    const line = describeRetainer(edge);
    if (branch.has(line.id)) return { ...line, repeated: true };
    if (depth <= 1) return line;
    const above = edge.from.retainers();
    return withRetainers(
      line,
      describeRetainers(above, depth - 1, rows, new Set(branch).add(line.id)),
      above.length,
    );
  });
}

/** The line with its nearest retainer below it, and so on, up to a root or to `MOST_FOLLOWED` levels. */
function withNearest(line: RetainerLine, holder: HeapObject, branch: ReadonlySet<number>): RetainerLine {
  if (branch.has(line.id)) return { ...line, repeated: true };
  if (line.distance <= 1 || branch.size > MOST_FOLLOWED) return line;
  const above = holder.retainers();
  const [nearest] = above;
  if (nearest === undefined) return line;
  const next = withNearest(describeRetainer(nearest), nearest.from, new Set(branch).add(line.id));
  return withRetainers(line, [next], above.length);
}

function withRetainers(line: RetainerLine, retainers: RetainerLine[], count: number): RetainerLine {
  const omitted = count - retainers.length;
  return {
    ...line,
    ...(retainers.length > 0 ? { retainers } : {}),
    ...(omitted > 0 ? { omitted } : {}),
  };
}

function describeRetainer(edge: HeapEdge): RetainerLine {
  const { from } = edge;
  return {
    id: from.id,
    name: from.name,
    type: from.type,
    edge: { type: edge.type, name: edge.name, label: edge.description },
    distance: from.distance,
    shallowSize: from.shallowSize,
    retainedSize: from.retainedSize,
  };
}
