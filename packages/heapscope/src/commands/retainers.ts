// `heapscope retainers`: the Retainers pane of Chrome DevTools. As there, the first retainer, which is the closest to a
// GC root, is followed by itself until a root is near; with --depth all of them are, so many levels.

import type { HeapObject } from "@heapscope/engine";
import { defineCommand, type Command } from "../command.ts";
import { findObject, nameObject } from "../describe-snapshot.ts";
import { levels, limit, objectId, rowLimit, snapshotFile } from "../parameters.ts";
import type { RetainerLine, Retainers } from "../schemas/retainers.ts";

const USUAL_LIMIT = 10;

export const retainers: Command = defineCommand({
  name: "retainers",
  summary: "what holds an object",
  description:
    "Prints the objects that refer to an object, those nearest to a GC root first, as the Retainers pane of\n" +
    "Chrome DevTools does. For the whole way to a root see: heapscope help path",
  group: "One snapshot:",
  arguments: { file: snapshotFile("the snapshot"), id: objectId("the object: @12345") },
  options: {
    depth: levels(1, "levels of retainers to print"),
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
      retainers: describeRetainers(object, input.depth, rows, new Set([object.id])).lines,
    };
  },
  print: async () => (await import("../print/retainers.ts")).printRetainers,
});

/** The retainers of an object down to `depth` levels; `branch` holds the ids on the way down to it. */
function describeRetainers(
  object: HeapObject,
  depth: number,
  rows: number,
  branch: ReadonlySet<number>,
): { lines: RetainerLine[]; omitted: number } {
  const edges = object.retainers();
  const lines = edges.slice(0, rows).map((edge): RetainerLine => {
    const retainer = edge.from;
    const line: RetainerLine = {
      id: retainer.id,
      name: retainer.name,
      type: retainer.type,
      edge: { type: edge.type, name: edge.name },
      distance: retainer.distance,
      shallowSize: retainer.shallowSize,
      retainedSize: retainer.retainedSize,
    };
    if (branch.has(retainer.id)) return { ...line, repeated: true };
    if (depth <= 1) return line;
    const above = describeRetainers(retainer, depth - 1, rows, new Set(branch).add(retainer.id));
    if (above.lines.length > 0) line.retainers = above.lines;
    if (above.omitted > 0) line.omitted = above.omitted;
    return line;
  });
  return { lines, omitted: edges.length - lines.length };
}
