// `heapscope strings`: texts that are kept more than once.

import { defineCommand, type Command } from "../command.ts";
import { flag, limit, noCache, rowLimit, snapshotFile } from "../parameters.ts";
import type { Strings } from "../schemas/strings.ts";

const USUAL_LIMIT = 20;
const SAMPLE_IDS = 3;

export const strings: Command = defineCommand({
  name: "strings",
  summary: "texts that are kept many times",
  description:
    "Lists texts that more than one string holds, those that cost most first. V8 writes at most 1,024\n" +
    "characters of a string into the file; longer strings that are equal so far are marked.",
  group: "One snapshot:",
  arguments: { file: snapshotFile("the snapshot") },
  options: {
    duplicates: flag("list duplicate strings; this is the default, and the only list so far"),
    limit: limit(USUAL_LIMIT, "texts"),
    "no-cache": noCache(),
  },
  examples: [{ line: "strings app.heapsnapshot --duplicates", meaning: "the 20 texts that cost most" }],
  async run(context, input): Promise<Strings> {
    const snapshot = await context.openSnapshot(input.file);
    await snapshot.prepare(["retainedSize", "duplicateStrings"], context.runOptions);
    const groups = snapshot.duplicateStrings;
    const rows = rowLimit(input.limit, USUAL_LIMIT, context.json);
    const { shallowSize } = snapshot;
    return {
      schema: "heapscope/strings@1",
      groupCount: groups.length,
      count: groups.reduce((sum, group) => sum + group.count, 0),
      shallowSize: groups.reduce((sum, group) => sum + group.shallowSize, 0),
      // One of equal strings must stay: the smallest, which is the most that could be had.
      wastedSize: groups.reduce((sum, group) => {
        let smallest = Number.POSITIVE_INFINITY;
        for (const node of group.nodes) smallest = Math.min(smallest, shallowSize[node]!);
        return sum + group.shallowSize - smallest;
      }, 0),
      groups: groups.slice(0, rows).map((group) => ({
        value: group.value,
        count: group.count,
        shallowSize: group.shallowSize,
        retainedSize: group.retainedSize,
        truncated: group.truncated,
        ids: group.nodes.slice(0, SAMPLE_IDS).map((node) => snapshot.graph.nodeId[node]!),
      })),
    };
  },
  print: async () => (await import("../print/strings.ts")).printStrings,
});
