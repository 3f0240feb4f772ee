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
import { NameKind, type NodeNames } from "./node-names.ts";
import { CHECK_MASK, type Pass } from "./pass.ts";
import { scriptPath } from "./script-path.ts";

/** Script id -> path or url; scripts without a name (evaluated code) are left out. */
export function* findScriptUrls(
  graph: HeapGraph,
  { kindOfString }: NodeNames,
  recorded: CaptureRecord["scripts"],
): Pass<ReadonlyMap<number, string>> {
  const { nodeType, nodeName, firstEdge, edgeType, edgeName, edgeTarget, strings } = graph;
  const { count, node: locationNode, place, places } = graph.locations;
  const steps = [[NameKind.shared], [NameKind.script, NameKind.scriptUntilNode20], [NameKind.name]];
  const follow = (from: NodeIndex, kinds: readonly number[]): NodeIndex => {
    for (let edge = firstEdge[from]; edge < firstEdge[from + 1]; edge++)
      if (edgeType[edge] === EdgeType.internal && kinds.includes(kindOfString[edgeName[edge]]))
        return edgeTarget[edge];
    return -1;
  };

  const urls = new Map<number, string>();
  // Place -> number of its script in the order in which they are met: there are fewer places than rows.
  const scriptOfPlace = new Uint32Array(places.count);
  const numberOfId = new Map<number, number>();
  for (let i = 0; i < places.count; i++) {
    const id = places.scriptId[i];
    let number = numberOfId.get(id);
    if (number === undefined) numberOfId.set(id, (number = numberOfId.size));
    scriptOfPlace[i] = number;
  }
  // Script -> closures that it may still be looked for from: one without a name is not looked for over and over.
  const triesLeft = new Uint8Array(numberOfId.size).fill(3);
  for (let row = 0; row < count; row++) {
    if ((row & CHECK_MASK) === 0) yield row / count;
    const number = scriptOfPlace[place[row]];
    if (triesLeft[number] === 0 || nodeType[locationNode[row]] !== NodeType.closure) continue;
    triesLeft[number]--;
    let node: NodeIndex = locationNode[row];
    for (const kinds of steps) {
      node = follow(node, kinds);
      if (node === -1) break;
    }
    if (node === -1 || nodeType[node] !== NodeType.string) continue;
    const url = strings.get(nodeName[node]);
    if (url === "") continue;
    urls.set(places.scriptId[place[row]], scriptPath(url));
    triesLeft[number] = 0;
  }
  for (const { id, url } of recorded) if (url !== "") urls.set(id, scriptPath(url));
  return urls;
}
