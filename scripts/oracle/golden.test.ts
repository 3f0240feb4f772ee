/** Checks that goldens notice what they must: one value of one node, one row, one order. */
import { describe, expect, test } from "vitest";
import { chunkLength, goldenDifferences, goldenOf, pairGoldenDifferences, pairGoldenOf } from "./golden.mjs";
import { textHash } from "./heap-analysis.mjs";
import type { AllocationRow, HeapAnalysis, PairAnalysis } from "./heap-analysis.mjs";

const nodeCount = 3 * chunkLength;

describe("a golden", () => {
  test("equals the analysis it was made from, after going through JSON", async () => {
    expect(await differencesAfter(() => {})).toEqual([]);
  });

  test("names the chunk in which one node's value differs, though the node is not a sampled one", async () => {
    const differences = await differencesAfter((analysis) => analysis.retainedSize[chunkLength + 7]++);
    expect(differences).toEqual([
      `retainedSize: 1 of 3 chunks differ, the first is chunk 1 (nodes ${chunkLength} to ${2 * chunkLength - 1})`,
    ]);
  });

  test("gives both values of a sampled node", async () => {
    const differences = await differencesAfter((analysis) => (analysis.distance[0] = 9));
    expect(differences.at(-1)).toBe('sampled nodes: "node 0": distance 0 ≠ 9');
  });

  test("tells class names apart although their table is in another order", async () => {
    const swapped = await differencesAfter((analysis) => {
      analysis.classNames.reverse();
      analysis.classOf = analysis.classOf.map((index) => 1 - index);
    });
    expect(swapped).toEqual([]);
    const renamed = await differencesAfter((analysis) => (analysis.classNames[0] = "Other"));
    expect(renamed[0]).toMatch(/^className: 3 of 3 chunks differ/);
  });

  test("notices a group that counts another node", async () => {
    const differences = await differencesAfter((analysis) => (analysis.groups[0].nodes[0] = 5));
    expect(differences).toHaveLength(1);
    expect(differences[0]).toMatch(/^groups: ",A": nodes /);
  });

  test("notices retainers in another order", async () => {
    const differences = await differencesAfter((analysis) => analysis.retainers[0].rows.reverse());
    expect(differences[0]).toMatch(/^retainers: "node 3": first /);
  });

  test("notices another member of a group under a filter", async () => {
    const differences = await differencesAfter(
      (analysis) => (analysis.filteredGroups[0].groups[0].nodes[0] = 2),
    );
    expect(differences).toHaveLength(1);
    expect(differences[0]).toMatch(/^groups under filters: ".*ids.*": all /);
  });

  test("notices another object found by a search", async () => {
    const differences = await differencesAfter((analysis) => (analysis.searches[0].ids[0] = 5));
    expect(differences).toHaveLength(1);
    expect(differences[0]).toMatch(/^searches: .* ids /);
  });

  test("notices another distance when retainers are ignored", async () => {
    const differences = await differencesAfter((analysis) => (analysis.ignoredRetainers[0].distanceHash = 8));
    expect(differences).toEqual(['ignored retainers: "without 2 retainers of 3": distanceHash 7 ≠ 8']);
  });

  test("notices another object that a function allocated", async () => {
    const differences = await differencesAfter(
      (analysis) => (analysis.allocations![1]!.liveObjects[0]!.nodes[0] = 2),
    );
    expect(differences).toHaveLength(1);
    expect(differences[0]).toMatch(/^allocations: "0.0": liveObjects /);
  });

  test("notices a comparison row that is missing or new", () => {
    const golden = pairGoldenOf(pair());
    const changed = pair();
    changed.rows[0].key = ",B";
    expect(pairGoldenDifferences(golden, pair())).toEqual([]);
    const differences = pairGoldenDifferences(golden, changed);
    expect(differences[0]).toMatch(/^comparison rows: ",A" is missing in the engine/);
    expect(differences[1]).toMatch(/^comparison rows: ",B" is only in the engine/);
  });
});

describe("textHash", () => {
  test("tells lone surrogates from each other and from the replacement character", () => {
    expect(new Set(["\ud83d", "\ude00", "\ufffd", ""].map(textHash)).size).toBe(4);
  });
});

async function differencesAfter(change: (analysis: HeapAnalysis) => unknown): Promise<string[]> {
  const golden = JSON.parse(JSON.stringify(await goldenOf(analysis())));
  const changed = analysis();
  change(changed);
  return goldenDifferences(golden, changed);
}

/** A chain of nodes, each 8 bytes and held by the one before it, in two classes by turns. */
function analysis(): HeapAnalysis {
  const nodes = Array.from({ length: nodeCount }, (_, node) => node);
  return {
    nodeCount,
    id: Uint32Array.from(nodes, (node) => 2 * node + 1),
    shallowSize: new Float64Array(nodeCount).fill(8),
    retainedSize: Float64Array.from(nodes, (node) => 8 * (nodeCount - node)),
    distance: Int32Array.from(nodes),
    dominator: Uint32Array.from(nodes, (node) => Math.max(0, node - 1)),
    detachedness: new Uint8Array(nodeCount),
    nameHash: Float64Array.from(nodes, (node) => textHash(`object ${node}`)),
    classOf: Uint32Array.from(nodes, (node) => node % 2),
    classNames: ["A", "B"],
    groups: [
      {
        key: ",A",
        className: "A",
        count: nodeCount / 2,
        shallowSize: 4 * nodeCount,
        retainedSize: 8 * nodeCount,
        distance: 0,
        nodes: Uint32Array.from(nodes.filter((node) => node % 2 === 0)),
      },
    ],
    overwrittenKeys: [],
    statistics: {
      total: 8 * nodeCount,
      native: 0,
      typedArrays: 0,
      v8Heap: 8 * nodeCount,
      code: 0,
      jsArrays: 0,
      strings: 0,
      system: 0,
    },
    duplicateStrings: [
      { value: "twice", count: 2, shallowSize: 16, retainedSize: 16, ids: Uint32Array.of(3, 5) },
    ],
    nativeContexts: {
      owner: new Int32Array(nodeCount).fill(-1),
      contexts: [],
      sharedSize: 0,
      unattributedSize: 8 * nodeCount,
    },
    retainers: [
      {
        node: 3,
        rows: [
          { edge: 2, type: "property", name: "next", from: 2, distance: 1, ignored: false },
          { edge: 9, type: "element", name: "4", from: 1, distance: 2, ignored: false },
        ],
      },
    ],
    filteredGroups: [
      {
        filter: { kind: "ids", after: 0, upTo: 1 },
        groups: [
          {
            key: ",A",
            className: "A",
            count: 1,
            shallowSize: 8,
            retainedSize: 8,
            distance: 0,
            nodes: Uint32Array.of(0),
          },
        ],
      },
    ],
    searches: [{ query: "a", isRegex: false, caseSensitive: false, ids: Uint32Array.of(1, 3) }],
    ignoredRetainers: [
      {
        ignored: [2],
        nodes: [3],
        distanceHash: 7,
        rows: [{ edge: 2, type: "property", name: "next", from: 2, distance: 200_000_001, ignored: true }],
      },
    ],
    allocations: [allocation([0]), allocation([0, 0])],
    samples: undefined,
    names: async (wanted) => Array.from(wanted, (node) => `object ${node}`),
  };
}

function allocation(way: number[]): AllocationRow {
  return {
    way,
    functionName: "make",
    scriptName: "a.js",
    scriptId: 1,
    line: 2,
    column: 3,
    count: 4,
    size: 32,
    liveCount: 1,
    liveSize: 8,
    liveObjects: [
      {
        key: ",A",
        className: "A",
        count: 1,
        shallowSize: 8,
        retainedSize: 8,
        distance: 0,
        nodes: Uint32Array.of(0),
      },
    ],
  };
}

function pair(): PairAnalysis {
  return {
    rows: [
      {
        key: ",A",
        className: "A",
        added: 2,
        removed: 1,
        countDelta: 1,
        addedSize: 16,
        removedSize: 8,
        sizeDelta: 8,
        addedNodes: Uint32Array.of(1, 2),
        removedNodes: Uint32Array.of(7),
      },
    ],
  };
}
