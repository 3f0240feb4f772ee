/**
 * The naive definitions against Chrome DevTools' own worker: what is compared with the engine everywhere else is compared
 * with DevTools here. Runs when `npm run oracle` has bundled the worker into .cache/oracle, and is skipped elsewhere.
 */
import { existsSync, readdirSync } from "node:fs";
import { MessageChannel } from "node:worker_threads";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { formatHeap } from "../file/format-heap.ts";
import type { SnapshotLayout } from "../file/layout.ts";
import type { PlainHeap } from "../plain-heap.ts";
import { arbitraryHeap, arbitraryLayout, arbitraryPair } from "../random/arbitrary-heap.ts";
import { runParameters } from "../random/run-parameters.ts";
import * as naive from "./index.ts";

const cache = new URL("../../../../.cache/oracle/", import.meta.url);
const bundles = existsSync(cache)
  ? readdirSync(cache).filter((name) => /^heap-snapshot-worker.*\.mjs$/.test(name))
  : [];
const bundle = bundles.at(-1);

/** The parts of DevTools' classes that are asked; node indexes are multiples of the row's width there. */
interface Worker {
  HeapSnapshotLoader: new (dispatcher: { sendEvent(): void }) => Loader;
  SecondaryInitManager: new (port: unknown) => unknown;
  HeapSnapshotModel: {
    ComparatorConfig: new (...config: unknown[]) => unknown;
    SearchConfig: new (...config: unknown[]) => unknown;
    NodeFilter: new (minNodeId?: number, maxNodeId?: number) => { filterName?: string };
  };
}
interface Loader {
  write(text: string): void;
  close(): void;
  buildSnapshot(port: unknown): Promise<Oracle>;
}
interface OracleNode {
  name(): string;
  rawName(): string;
  className(): string;
  selfSize(): number;
  detachedness(): number;
}
interface Aggregate {
  name: string;
  count: number;
  self: number;
  maxRet: number;
  distance: number;
  idxs: number[];
}
interface Diff {
  addedCount: number;
  removedCount: number;
  countDelta: number;
  addedSize: number;
  removedSize: number;
  sizeDelta: number;
  addedIndexes: number[];
  deletedIndexes: number[];
}
interface Oracle {
  createNode(nodeIndex: number): OracleNode;
  dominatorsTree: Uint32Array;
  retainedSizes: Float64Array;
  nodeDistances: Int32Array;
  nodeNativeContextAttribution: Int32Array;
  interfaceDefinitions(): string;
  getStatistics(): object;
  getAggregatesByClassKey(sorted: boolean, key: string): Record<string, Aggregate>;
  getDuplicateStrings(): {
    value: string;
    truncated: boolean;
    totalSelfSize: number;
    totalRetainedSize: number;
    nodes: { id: number }[];
  }[];
  createRetainingEdgesProvider(nodeIndex: number): {
    sortAndRewind(order: unknown): void;
    isEmpty(): boolean;
    serializeItemsRange(
      begin: number,
      end: number,
    ): { items: { edgeIndex: number; name: string; node: { distance: number } }[] };
  };
  aggregatesWithFilter(filter: object): Record<string, Aggregate>;
  search(config: unknown, filter: object): number[];
  ignoreNodeInRetainersView(nodeIndex: number): void;
  aggregatesForDiff(interfaces: string): unknown;
  calculateSnapshotDiff(uid: number, base: unknown): Record<string, Diff>;
}

/** Loads DevTools' worker, which is written for a later Node than 20. */
async function loadWorker(): Promise<Worker> {
  const promise = Promise as unknown as { withResolvers?: () => object };
  promise.withResolvers ??= () => {
    const parts: Record<string, unknown> = {};
    parts["promise"] = new Promise((resolve, reject) => Object.assign(parts, { resolve, reject }));
    return parts;
  };
  console.warn = () => {}; // it tells of every unreachable node
  return (await import(new URL(bundle!, cache).href)) as Worker;
}

async function openOracle(worker: Worker, heap: PlainHeap, layout: SnapshotLayout): Promise<Oracle> {
  const loader = new worker.HeapSnapshotLoader({ sendEvent() {} });
  loader.write(formatHeap(heap, layout));
  await new Promise(setImmediate);
  loader.close();
  const { port1, port2 } = new MessageChannel();
  const secondThread = new worker.SecondaryInitManager(port2);
  try {
    return await loader.buildSnapshot(port1);
  } finally {
    port1.close();
    port2.close();
    void secondThread;
  }
}

/** DevTools keeps sizes in 32 bits. */
function withSmallSizes(heap: PlainHeap): PlainHeap {
  for (const node of heap.nodes) if (node.selfSize > 1e6) node.selfSize = 1_234_568;
  return heap;
}

function prepare(heap: PlainHeap, layout: SnapshotLayout): PlainHeap {
  const prepared = naive.propagateDetachedness(heap, layout.nodeFields.includes("detachedness"));
  if (!layout.extraNativeBytes) prepared.extraNativeBytes = 0;
  return prepared;
}

it.skipIf(bundle === undefined)("the definitions say of every heap what DevTools' worker says", async () => {
  const worker = await loadWorker();
  const { ComparatorConfig } = worker.HeapSnapshotModel;
  const property = fc.asyncProperty(arbitraryHeap(), arbitraryLayout(), async (written, layout) => {
    const oracle = await openOracle(worker, withSmallSizes(written), layout);
    const heap = prepare(written, layout);
    const width = layout.nodeFields.length;
    const ask = <T>(question: (node: OracleNode) => T) =>
      heap.nodes.map((_node, index) => question(oracle.createNode(index * width)));

    expect(heap.nodes.map((node) => node.detachedness)).toEqual(ask((node) => node.detachedness()));
    expect(heap.nodes.map((node) => node.name)).toEqual(ask((node) => node.rawName()));
    expect(naive.shallowSizes(heap)).toEqual(ask((node) => node.selfSize()));
    expect(naive.displayNames(heap)).toEqual(ask((node) => node.name()));
    expect(naive.classNames(heap)).toEqual(ask((node) => node.className()));
    expect(naive.immediateDominators(heap)).toEqual([...oracle.dominatorsTree]);
    expect(naive.retainedSizes(heap)).toEqual([...oracle.retainedSizes]);
    expect(naive.distances(heap)).toEqual([...oracle.nodeDistances]);
    expect(naive.nativeContexts(heap)).toEqual([...oracle.nodeNativeContextAttribution]);
    expect(naive.inferInterfaces(heap)).toEqual(JSON.parse(oracle.interfaceDefinitions()));
    expect(naive.statistics(heap)).toEqual({ ...oracle.getStatistics() });
    const aggregates = Object.entries(oracle.getAggregatesByClassKey(false, "allObjects"));
    expect([...naive.groupByClass(heap).values()]).toEqual(
      aggregates.map(([key, { name, count, self, maxRet, distance, idxs }]) => ({
        key,
        className: name,
        count,
        shallowSize: self,
        retainedSize: maxRet,
        distance,
        nodes: idxs.map((index) => index / width),
      })),
    );
    expect(naive.duplicateStrings(heap)).toEqual(
      oracle.getDuplicateStrings().map(({ value, truncated, totalSelfSize, totalRetainedSize, nodes }) => ({
        value,
        markedTruncated: truncated,
        shallowSize: totalSelfSize,
        retainedSize: totalRetainedSize,
        nodes: nodes.map(({ id }) => heap.nodes.findIndex((node) => node.id === id)),
      })),
    );
    heap.nodes.forEach((_node, index) => {
      const provider = oracle.createRetainingEdgesProvider(index * width);
      provider.sortAndRewind(new ComparatorConfig("!edgeDistance", true, "name", true));
      const rows = provider.isEmpty() ? [] : provider.serializeItemsRange(0, 1000).items;
      expect(
        naive.retainersPane(heap, index).map((row) => [row.index, String(naive.edgeName(row.edge))]),
      ).toEqual(rows.map((row) => [row.edgeIndex / layout.edgeFields.length, row.name]));
    });
  });
  await fc.assert(property, runParameters(500));
});

/** DevTools' names of the filters. */
const filterNames = [
  ["duplicatedStrings", "duplicatedStrings"],
  ["retainedByDetachedDom", "objectsRetainedByDetachedDomNodes"],
  ["retainedByContexts", "objectsRetainedByContexts"],
  ["retainedByEventHandlers", "objectsRetainedByEventHandlers"],
  ["retainedByConsole", "objectsRetainedByConsole"],
  ["sharedNativeContexts", "sharedNativeContext"],
  ["noNativeContext", "noNativeContext"],
] as const;

it.skipIf(bundle === undefined)(
  "the definitions filter, search and ignore retainers as DevTools' worker does",
  async () => {
    const worker = await loadWorker();
    const { ComparatorConfig, NodeFilter, SearchConfig } = worker.HeapSnapshotModel;
    const property = fc.asyncProperty(
      arbitraryHeap(),
      arbitraryLayout(),
      fc.uniqueArray(fc.nat(25), { minLength: 1, maxLength: 3 }),
      async (written, layout, numbers) => {
        const oracle = await openOracle(worker, withSmallSizes(written), layout);
        const heap = prepare(written, layout);
        const width = layout.nodeFields.length;

        const filters = filterNames.map(
          ([kind, filterName]) => [{ kind }, Object.assign(new NodeFilter(), { filterName })] as const,
        );
        const ids = { kind: "ids", after: 5, upTo: 23 } as const;
        for (const [filter, theirs] of [...filters, [ids, new NodeFilter(5, 23)] as const]) {
          const passing = new Set(naive.filterNodes(heap, filter));
          const groups = naive.groupByClass(heap, naive.inferInterfaces(heap), (node) => passing.has(node));
          const aggregates = Object.entries(oracle.aggregatesWithFilter(theirs));
          expect([...groups.values()], filter.kind).toEqual(
            aggregates.map(([key, { name, count, self, maxRet, distance, idxs }]) => ({
              key,
              className: name,
              count,
              shallowSize: self,
              retainedSize: maxRet,
              distance,
              nodes: idxs.map((index) => index / width),
            })),
          );
        }

        for (const [text, test] of [
          ["O", /O/i],
          ["{", /\{/],
          ["e, ", /e, /i],
        ] as const) {
          const found = oracle.search(
            new SearchConfig(text, false, false, false, false, false),
            new NodeFilter(),
          );
          expect(naive.searchNodes(heap, "name", test).map((node) => heap.nodes[node]!.id)).toEqual(found);
        }

        const ignored = new Set(numbers.map((number) => number % heap.nodes.length));
        for (const node of ignored) oracle.ignoreNodeInRetainersView(node * width);
        heap.nodes.forEach((_node, index) => {
          const provider = oracle.createRetainingEdgesProvider(index * width);
          provider.sortAndRewind(new ComparatorConfig("!edgeDistance", true, "name", true));
          const rows = provider.isEmpty() ? [] : provider.serializeItemsRange(0, 1000).items;
          expect(naive.retainersPane(heap, index, ignored).map((row) => [row.index, row.distance])).toEqual(
            rows.map((row) => [row.edgeIndex / layout.edgeFields.length, row.node.distance]),
          );
        });
      },
    );
    await fc.assert(property, runParameters(300));
  },
);

it.skipIf(bundle === undefined)(
  "the definitions compare every pair of heaps as DevTools' worker does",
  async () => {
    const worker = await loadWorker();
    const property = fc.asyncProperty(arbitraryPair(), arbitraryLayout(), async ([base, target], layout) => {
      const before = await openOracle(worker, withSmallSizes(base), layout);
      const after = await openOracle(worker, withSmallSizes(target), layout);
      const width = layout.nodeFields.length;
      const rows = after.calculateSnapshotDiff(1, before.aggregatesForDiff(after.interfaceDefinitions()));
      const expected = Object.entries(rows).map(
        ([key, row]): [string, Omit<naive.NaiveDiff, "addedRetainedSize">] => [
          key,
          {
            added: row.addedCount,
            removed: row.removedCount,
            countDelta: row.countDelta,
            addedSize: row.addedSize,
            removedSize: row.removedSize,
            sizeDelta: row.sizeDelta,
            addedNodes: row.addedIndexes.map((index) => index / width),
            removedNodes: row.deletedIndexes.map((index) => index / width),
          },
        ],
      );
      const found = naive.compareHeaps(prepare(base, layout), prepare(target, layout));
      expect([...found.keys()].toSorted()).toEqual(expected.map(([key]) => key).toSorted());
      for (const [key, row] of expected) expect(found.get(key)).toMatchObject(row);
    });
    await fc.assert(property, runParameters(500));
  },
);
