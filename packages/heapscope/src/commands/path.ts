// `heapscope path`: why an object is still there, as the ways from a GC root to it.

import { defineCommand, type Command } from "../command.ts";
import { findObject, nameObject } from "../describe-snapshot.ts";
import { flag, limitForAll, noCache, objectId, rowLimit, snapshotFile, sourceMaps } from "../parameters.ts";
import type { Paths, PathStepLine } from "../schemas/path.ts";
import { formatPlace } from "../source/source-place.ts";

const USUAL_LIMIT = 10;

export const path: Command = defineCommand({
  name: "path",
  summary: "why an object is still there: the way from a GC root",
  description:
    "Prints the shortest way from a GC root to an object, or with --all more of them, shortest first.",
  group: "One snapshot:",
  arguments: { file: snapshotFile("the snapshot"), id: objectId("the object: @12345") },
  options: {
    all: flag("more than the shortest path"),
    limit: limitForAll(USUAL_LIMIT, "with --all, paths"),
    "source-maps": sourceMaps(),
    "no-cache": noCache(),
  },
  examples: [
    { line: "path app.heapsnapshot @4711", meaning: "the shortest way" },
    { line: "path app.heapsnapshot @4711 --all", meaning: "ten ways" },
  ],
  async run(context, input): Promise<Paths> {
    const snapshot = await context.openSnapshot(input.file);
    await snapshot.prepare(
      ["retainedSize", "distance", "retainers", "classes", "nodesById", "scriptUrls"],
      context.runOptions,
    );
    const object = findObject(snapshot, input.file, input.id);
    const wanted = input.all ? rowLimit(input.limit, USUAL_LIMIT, false) : 1;
    // One more than wanted tells whether there are more. The search for a second one may take far longer than that for
    // the shortest, which is not held up by it.
    const found = object.findPaths(input.all ? wanted + 1 : wanted);
    const sources = await context.openSources([snapshot], input["source-maps"]);
    return {
      schema: "heapscope/path@1",
      object: { ...nameObject(object), distance: object.distance },
      paths: found.paths.slice(0, wanted).map((steps) =>
        steps.map(({ edge, object: node }): PathStepLine => {
          const place = sources.placeOf(node);
          return {
            edge: edge.description,
            node: node.name,
            id: node.id,
            className: node.className,
            type: node.type,
            retainedSize: node.retainedSize,
            distance: node.distance,
            ...(place === undefined ? {} : { location: formatPlace(place) }),
          };
        }),
      ),
      more: found.isCut || found.paths.length > wanted,
    };
  },
  print: async () => (await import("../print/path.ts")).printPaths,
});
