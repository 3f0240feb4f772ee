/**
 * Where scripts come from. The snapshot tells it of scripts of which a closure is alive: that has a location with its
 * script's id, and leads to the script itself through `closure -shared-> function info -script-> script -name-> url`
 * (Node 18 and 20: `script_or_debug_info`). The record of the capture tells it of all scripts, also of evaluated code that
 * names itself with `//# sourceURL`; it was written by who asked the process, so it wins.
 *
 * Cost: O(locations) in all; one short chain for each script.
 */
import type { CaptureRecord } from "../capture-record.ts";
import type { HeapGraph, NodeIndex } from "../graph/heap-graph.ts";
import { EdgeType, NodeType } from "../graph/node-types.ts";
import { CHECK_MASK, type Pass } from "./pass.ts";
import { scriptPath } from "./script-path.ts";

/** Script id -> path or url; scripts without a name (evaluated code) are left out. */
export function* findScriptUrls(
  graph: HeapGraph,
  recorded: CaptureRecord["scripts"],
): Pass<ReadonlyMap<number, string>> {
  const { nodeType, nodeName, firstEdge, edgeType, edgeName, edgeTarget, strings } = graph;
  const { count, node: locationNode, place, places } = graph.locations;
  const [shared, script, scriptUntil20, name] = strings.findAll([
    "shared",
    "script",
    "script_or_debug_info",
    "name",
  ]);
  const steps = [shared, new Set([...script, ...scriptUntil20]), name];
  const follow = (from: NodeIndex, names: ReadonlySet<number>): NodeIndex => {
    for (let edge = firstEdge[from]; edge < firstEdge[from + 1]; edge++)
      if (edgeType[edge] === EdgeType.internal && names.has(edgeName[edge])) return edgeTarget[edge];
    return -1;
  };

  const urls = new Map<number, string>();
  const tried = new Map<number, number>();
  for (let row = 0; row < count; row++) {
    if ((row & CHECK_MASK) === 0) yield row / count;
    const id = places.scriptId[place[row]];
    if (urls.has(id) || nodeType[locationNode[row]] !== NodeType.closure) continue;
    // A script without a name is not looked for over and over.
    const tries = tried.get(id) ?? 0;
    if (tries >= 3) continue;
    tried.set(id, tries + 1);
    let node: NodeIndex = locationNode[row];
    for (const names of steps) {
      node = follow(node, names);
      if (node === -1) break;
    }
    if (node === -1 || nodeType[node] !== NodeType.string) continue;
    const url = strings.get(nodeName[node]);
    if (url !== "") urls.set(id, scriptPath(url));
  }
  for (const { id, url } of recorded) if (url !== "") urls.set(id, scriptPath(url));
  return urls;
}
