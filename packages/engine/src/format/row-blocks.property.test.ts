/** Reading in blocks, by readers that take turns in one thread, against `SnapshotReader` alone. */
import { arbitraryFileText, firstDifference, mutate, runParameters, tablesOf } from "@heapscope/testkit";
import * as fc from "fast-check";
import { readdirSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { afterEach, describe, expect, it, vi } from "vitest";
import { SnapshotFormatError } from "../errors.ts";
import { HeapSnapshot } from "../heap-snapshot.ts";
import {
  BLOCK_SIZE,
  BlockReader,
  closeRowBlocks,
  planRowBlocks,
  resultOfRowBlocks,
  Step,
  stopRowBlocks,
  type ReadAt,
} from "./row-blocks.ts";
import { rowWriterOf, SnapshotReader, type SnapshotFile } from "./snapshot-reader.ts";

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Which reader has the next turn, of so many. */
type Choose = (count: number) => number;

const readerOf =
  (bytes: Uint8Array): ReadAt =>
  (into, offset) => {
    const part = bytes.subarray(offset, offset + into.length);
    into.set(part);
    return part.length;
  };

/** What the readers together make of a file; undefined when it is for one reader alone. */
function readTogether(
  bytes: Uint8Array,
  blockSize: number,
  readers: number,
  choose: Choose,
): SnapshotFile | undefined {
  const reader = new SnapshotReader({ byteLength: bytes.length, handsOver: true });
  try {
    while (reader.byteOffset < bytes.length) {
      reader.push(bytes.subarray(reader.byteOffset));
      const section = reader.handedOver;
      if (section === undefined) break;
      const blocks = planRowBlocks(section, bytes.length, blockSize);
      const atWork = Array.from(
        { length: readers },
        () => new BlockReader(blocks, rowWriterOf(section), readerOf(bytes)),
      );
      while (atWork.length > 0) {
        const at = choose(atWork.length);
        if (atWork[at]!.step() === Step.ended) atWork.splice(at, 1);
      }
      expect(closeRowBlocks(blocks)).toBe(0);
      const written = resultOfRowBlocks(blocks);
      if (written === undefined) return undefined;
      reader.accept(written);
    }
    return reader.finish();
  } catch (error) {
    if (error instanceof SnapshotFormatError) return undefined;
    throw error;
  }
}

function readAlone(bytes: Uint8Array): SnapshotFile | undefined {
  const reader = new SnapshotReader({ byteLength: bytes.length });
  try {
    reader.push(bytes);
    return reader.finish();
  } catch (error) {
    if (error instanceof SnapshotFormatError) return undefined;
    throw error;
  }
}

const tables = (file: SnapshotFile | undefined) => file && tablesOf(new HeapSnapshot(file));

/** `maySkip`: files that are valid, but so odd that they are left to one reader. */
function expectSame(bytes: Uint8Array, together: SnapshotFile | undefined, maySkip: boolean): void {
  const alone = readAlone(bytes);
  if (alone === undefined) {
    expect(together).toBeUndefined();
    return;
  }
  if (maySkip && together === undefined) return;
  expect(together).toBeDefined();
  expect(firstDifference(tables(together)!, tables(alone)!)).toBeUndefined();
}

const turns = fc.record({
  blockSize: fc.integer({ min: 1, max: 200 }),
  readers: fc.integer({ min: 1, max: 4 }),
  order: fc.array(fc.nat(), { minLength: 1, maxLength: 50 }),
});

const inOrder = (order: readonly number[]): Choose => {
  let turn = 0;
  return (count) => order[turn++ % order.length]! % count;
};

afterEach(() => {
  vi.unstubAllGlobals();
});

describe.each(["with WebAssembly", "without"])("rows that are read in blocks, %s", (kind) => {
  const hide = (): void => {
    if (kind === "without") vi.stubGlobal("WebAssembly", undefined);
  };

  it("are those that one reader reads, whoever reads which block, and however the file is spelled", () => {
    hide();
    let skipped = 0;
    let read = 0;
    const property = fc.property(arbitraryFileText(), turns, (text, { blockSize, readers, order }) => {
      const bytes = encode(text);
      const together = readTogether(bytes, blockSize, readers, inOrder(order));
      if (together === undefined) skipped++;
      else read++;
      expectSame(bytes, together, true);
    });
    fc.assert(property, runParameters(500));
    // Only what stands in more white space than is looked at.
    expect(skipped).toBeLessThan(read / 10);
  });

  it("are left to one reader when the file is damaged", () => {
    hide();
    const property = fc.property(
      arbitraryFileText(),
      turns,
      fc.array(fc.nat(), { minLength: 8, maxLength: 8 }),
      (text, { blockSize, readers, order }, draws) => {
        const bytes = mutate(encode(text), inOrder(draws));
        expectSame(bytes, readTogether(bytes, blockSize, readers, inOrder(order)), true);
      },
    );
    fc.assert(property, runParameters(500));
  });
});

it.each(
  readdirSync(new URL("../../../../fixtures/snapshots/", import.meta.url)).filter((name) =>
    name.endsWith("default.heapsnapshot.gz"),
  ),
)("reads %s in blocks of usual and of odd size", (name) => {
  const bytes = gunzipSync(readFileSync(new URL(`../../../../fixtures/snapshots/${name}`, import.meta.url)));
  for (const blockSize of [BLOCK_SIZE, 4097]) {
    let turn = 0;
    expectSame(
      bytes,
      readTogether(bytes, blockSize, 3, (count) => turn++ % count),
      false,
    );
  }
});

describe("a section", () => {
  const text = `{"snapshot":{"meta":{"node_fields":["type","name","id","self_size","edge_count"],"node_types":[["object"]],"edge_fields":["type","name_or_index","to_node"],"edge_types":[["property"]]},"node_count":4,"edge_count":1},"nodes":[0,0,1,8589934592,1,0,1,3,4294967296,0,0,0,5,1,0,0,1,7,2,0],"edges":[0,1,5],"strings":["","a"]}`;
  const bytes = encode(text);

  it("has sizes of 4 GiB and more, also where a block cuts their row", () => {
    for (let blockSize = 1; blockSize < 100; blockSize++) {
      const file = readTogether(bytes, blockSize, 2, () => 0);
      expect(file?.graph.selfSize).toEqual(Float64Array.of(8589934592, 4294967296, 1, 2));
    }
  });

  it("that nobody wants any more ends all its readers, and has no result", () => {
    const reader = new SnapshotReader({ byteLength: bytes.length, handsOver: true });
    reader.push(bytes);
    const section = reader.handedOver!;
    const blocks = planRowBlocks(section, bytes.length, 4);
    const first = new BlockReader(blocks, rowWriterOf(section), readerOf(bytes));
    expect(first.step()).toBe(Step.done);
    expect(closeRowBlocks(blocks)).toBe(1);
    stopRowBlocks(blocks);
    expect(first.step()).toBe(Step.ended);
    // Who comes after the section was closed does not touch it.
    const late = new BlockReader(blocks, rowWriterOf(section), () => expect.fail("read by who is too late"));
    expect(late.step()).toBe(Step.ended);
    expect(closeRowBlocks(blocks)).toBe(0);
    expect(resultOfRowBlocks(blocks)).toBeUndefined();
  });

  it("of a file that has become shorter is left to one reader", () => {
    const shorter = bytes.slice(0, bytes.indexOf(0x5d, bytes.indexOf(0x5d) + 40) + 30);
    const reader = new SnapshotReader({ byteLength: bytes.length, handsOver: true });
    reader.push(bytes);
    const section = reader.handedOver!;
    const blocks = planRowBlocks(section, bytes.length, 64);
    const only = new BlockReader(
      blocks,
      rowWriterOf(section),
      readerOf(shorter.subarray(0, section.begin + 20)),
    );
    while (only.step() !== Step.ended);
    expect(resultOfRowBlocks(blocks)).toBeUndefined();
  });
});
