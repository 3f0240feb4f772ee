// Asks findLeaks and its peers about the snapshots of one example, and judges what they say.

import fs from "node:fs";
import path from "node:path";
import { findLeaks, foldPath } from "@heapscope/engine";
import { openFile } from "@heapscope/engine/node";
import { namedBy, rankOfClass, rankOfCulprit } from "./judge.mjs";
import { largestDeltas } from "./largest-delta.mjs";
import { askMemlab } from "./memlab.mjs";

/**
 * What was said about an example, and whether that is right.
 *
 * @typedef {object} Judged
 * @property {boolean} leaks the truth
 * @property {number} [rank] of the true culprit among the suspects
 * @property {boolean} alarm a leak is claimed
 * @property {string} said the first suspect or the verdict, briefly
 * @property {import("./judge.mjs").Named[]} [suspects] by findLeaks: all of them
 *
 * @typedef {object} Result
 * @property {string} name
 * @property {string} node
 * @property {boolean} leaks
 * @property {Judged} three by findLeaks with three snapshots
 * @property {Judged} two by findLeaks with the first and the last
 * @property {boolean} [placed] the line of the constructor or closure is the right one; absent if the truth has none
 * @property {Judged} [memlab] by the leaks that memlab finds
 * @property {Judged} [memlabAll] by memlab's groups of all that stays alive, by class only
 * @property {Judged} [delta] by the largest size delta, by class only
 * @property {number} ms that findLeaks took with three snapshots, opened already
 */

/** @returns {Promise<Result>} */
export async function examine(example, node, files, { peers }) {
  const { name, leaks } = example;
  const place = readPlaces(path.join(path.dirname(files[0]), "scripts.json"));
  const snapshots = [];
  for (const file of files) snapshots.push(await openFile(file));
  const startedAt = performance.now();
  const report = await findLeaks(snapshots);
  const ms = performance.now() - startedAt;
  const three = judge(report, example, place);
  const two = judge(await findLeaks([snapshots[0], snapshots.at(-1)]), example, place);
  const result = { name, node, leaks, three, two, ms };
  if (example.source !== undefined && three.rank !== undefined)
    result.placed = three.suspects[three.rank - 1].places.some((text) => example.source.includes(text));
  if (!peers) return result;

  const deltas = largestDeltas(snapshots[0], snapshots.at(-1)).map(({ className }) => className);
  result.delta = {
    leaks,
    rank: rankOfClass(deltas, example),
    alarm: deltas.length > 0,
    said: deltas[0] ?? "nothing",
  };
  result.memlab = await judgeMemlab(files, example, { all: false });
  result.memlabAll = await judgeMemlab(files, example, { all: true });
  return result;
}

async function judgeMemlab(files, example, options) {
  const { leaks: found, groups } = await askMemlab(files, options);
  const index = groups.findIndex((names) => rankOfClass(names, example) !== undefined);
  return {
    leaks: example.leaks,
    rank: index < 0 ? undefined : index + 1,
    alarm: found > 0,
    said: `${found} leaks`,
  };
}

function judge(report, example, place) {
  const suspects = report.suspects.map((suspect) => namedBy(suspect, foldPath, place));
  const [first] = report.suspects;
  return {
    leaks: example.leaks,
    suspects,
    rank: report.verdict === "no-leak" ? undefined : rankOfCulprit(suspects, example),
    alarm: report.verdict === "leak",
    said:
      first === undefined
        ? report.verdict
        : `${report.verdict}: ${first.className} in ${first.containerKind}`,
  };
}

/** Gives an object's place as `program.cjs:7`, by the names of scripts that the capture wrote down. */
function readPlaces(file) {
  const urls = new Map(JSON.parse(fs.readFileSync(file, "utf8")).map(({ scriptId, url }) => [scriptId, url]));
  return ({ location }) => {
    const url = location && urls.get(location.scriptId);
    return url ? `${path.posix.basename(url)}:${location.line + 1}` : undefined;
  };
}
