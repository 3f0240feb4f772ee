/**
 * Reads one section of rows (`nodes`, `edges`) by several threads at once. The bytes of the section are cut into blocks; each
 * thread takes the next block that nobody has, and turns its text into integers. Which rows these belong to is known only when
 * all blocks before have been counted, so the threads tell each other through a chain in shared memory: each link says how
 * many rows end before a block, and has the values of the row that is cut by its begin. A thread passes its link on before it
 * writes its rows, so nobody waits for writing, and blocks of equal length hardly wait at all.
 *
 *     block 0          block 1          block 2
 *     3,12,7,2,1 …     … 40,7,2,9,1     …
 *              └ link 1 ┘      └ link 2 ┘      a link: rows before; values of the cut row
 *
 * The result does not depend on the number of threads, or on their pace: each row has one place, and is written once.
 *
 * (The chain of prefixes is the one of Merrill and Garland, "Single-pass parallel prefix scan with decoupled look-back", 2016,
 * without the look-back, which few threads do not need.)
 *
 * Nothing is reported here: at the first thing that is wrong (a byte, a count, a type, the file's length) all threads stop, and
 * the file is read again by `SnapshotReader` alone, which says what it is and where.
 */
import { allocateColumn } from "../graph/column-memory.ts";
import { PlainGather, MOST_GATHERED_ROWS } from "../kernels/gather.ts";
import { IntegerKernels, MOST_STAGED } from "../kernels/integer-kernel.ts";
import { Expect, IntegerScanner, LONGEST_INTEGER, ScanResult, type Expectation } from "./integer-scanner.ts";
import type { RowWriter, WideValues } from "./section.ts";

/** Bytes of a block: as many as make the staged values fit, whatever they are. */
export const BLOCK_SIZE: number = 1 << 18;
/** Rows of more fields are not read in blocks. */
export const MOST_FIELDS = 16;
/** Bytes in front of a block in which the number that its begin cuts is looked for, with the white space around it. */
const LOOK_BEHIND = 64;

/** What the threads share. Can be sent to another thread. */
export interface RowBlocks {
  /** Offset of the first byte behind the opening bracket. */
  readonly begin: number;
  /** Length of the file. */
  readonly fileLength: number;
  readonly blockSize: number;
  readonly fieldCount: number;
  readonly rowCount: number;
  /** `Control`, then the state of each link. */
  readonly states: Int32Array;
  /** By thread: the greatest name, and whether a row is marked. Behind them, the offset behind the closing bracket. */
  readonly results: Float64Array;
  /** By block: rows before, number of values of the cut row, the values. */
  readonly links: Float64Array;
}

/** Positions in `states`. */
const Control = {
  /** The next block that nobody has. */
  next: 0,
  /** Blocks of which all rows are written. */
  written: 1,
  /** 1 when something is wrong, or nobody wants the result any more. */
  stopped: 2,
  /** Threads that have begun, and that have ended. */
  joined: 3,
  left: 4,
  /** 1 when who comes now comes too late. */
  closed: 5,
} as const;
const FIRST_STATE = 6;

const LinkState = { pending: 0, ready: 1, behindEnd: 2 } as const;

const LINK_LENGTH = 2 + MOST_FIELDS;
const MOST_THREADS = 64;
const END_OFFSET = 2 * MOST_THREADS;

/** How `BlockReader.step` ended. */
export const Step = {
  /** Something was done, and there may be more. */
  done: 0,
  /** The link is not there yet: wait, then call again. */
  waiting: 1,
  /** There is nothing more to do for this reader. */
  ended: 2,
} as const;

/** Reads bytes of the file at an offset into a buffer, as many as fit. Returns how many there were. */
export type ReadAt = (into: Uint8Array, offset: number) => number;

/** @param blockSize for tests; at most `BLOCK_SIZE` */
export function planRowBlocks(
  section: { readonly begin: number; readonly fieldCount: number; readonly rowCount: number },
  fileLength: number,
  blockSize: number = BLOCK_SIZE,
): RowBlocks {
  const blockCount = Math.ceil(Math.max(0, fileLength - section.begin) / blockSize);
  const links = new Float64Array(allocateColumn(8 * LINK_LENGTH * (blockCount + 1)));
  const states = new Int32Array(allocateColumn(4 * (FIRST_STATE + blockCount + 1)));
  // No row ends before the first block, and none is cut.
  states[FIRST_STATE] = LinkState.ready;
  const results = new Float64Array(allocateColumn(8 * (END_OFFSET + 1)));
  return { ...section, fileLength, blockSize, states, results, links };
}

/** Stops all threads. */
export function stopRowBlocks({ states }: RowBlocks): void {
  Atomics.store(states, Control.stopped, 1);
}

/** How many bytes are read, for progress. */
export function bytesOfRowBlocks({ states, blockSize }: RowBlocks): number {
  return Atomics.load(states, Control.written) * blockSize;
}

/**
 * Keeps out threads that have not begun, and tells how many are still at work. Once it returns 0, the memory of the columns
 * is written by nobody.
 */
export function closeRowBlocks({ states }: RowBlocks): number {
  Atomics.store(states, Control.closed, 1);
  return Atomics.load(states, Control.joined) - Atomics.load(states, Control.left);
}

/** What came of it, once `closeRowBlocks` has returned 0; undefined when something is wrong. */
export interface WrittenRows {
  readonly greatestName: number;
  readonly isMarked: boolean;
  /** Offset behind the closing bracket. */
  readonly endOffset: number;
}

export function resultOfRowBlocks({ states, results }: RowBlocks): WrittenRows | undefined {
  const endOffset = results[END_OFFSET];
  if (Atomics.load(states, Control.stopped) !== 0 || endOffset === 0) return undefined;
  let greatestName = 0;
  let isMarked = false;
  for (let thread = 0; thread < MOST_THREADS; thread++) {
    greatestName = Math.max(greatestName, results[2 * thread]);
    isMarked ||= results[2 * thread + 1] !== 0;
  }
  return { greatestName, isMarked, endOffset };
}

/** One thread's part. Make one in each thread, and call `step` until it says `ended`. */
export class BlockReader {
  readonly #blocks: RowBlocks;
  readonly #writer: RowWriter;
  readonly #readAt: ReadAt;
  readonly #scanner: IntegerScanner;
  readonly #gather;
  readonly #bytes: Uint8Array;
  readonly #thread: number;
  readonly #isTooLate: boolean;
  /** The block that was turned into integers and waits for its link; -1 for none. */
  #block = -1;
  #result: number = ScanResult.chunkEnd;
  /** Offset of the byte at which the integers ended. */
  #endOffset = 0;

  constructor(blocks: RowBlocks, writer: RowWriter, readAt: ReadAt) {
    this.#blocks = blocks;
    this.#writer = writer;
    this.#readAt = readAt;
    const kernel = new IntegerKernels().borrow(MOST_STAGED);
    this.#scanner = new IntegerScanner(MOST_STAGED, kernel);
    this.#gather = kernel?.gather ?? new PlainGather();
    this.#bytes = new Uint8Array(LOOK_BEHIND + blocks.blockSize);
    // Joins first and looks afterwards, so that whoever closes either counts this thread or keeps it out.
    this.#thread = Atomics.add(blocks.states, Control.joined, 1);
    this.#isTooLate = Atomics.load(blocks.states, Control.closed) !== 0 || this.#thread >= MOST_THREADS;
  }

  /** Reads a block, or writes the one that was read. */
  step(): (typeof Step)[keyof typeof Step] {
    const { states } = this.#blocks;
    if (this.#isTooLate || Atomics.load(states, Control.stopped) !== 0) return this.#leave();
    if (this.#block === -1 && !this.#readNext()) return this.#leave();
    switch (Atomics.load(states, FIRST_STATE + this.#block)) {
      case LinkState.pending:
        return Step.waiting;
      case LinkState.behindEnd:
        this.#pass(LinkState.behindEnd);
        return this.#leave();
      default:
        this.#write();
        return Step.done;
    }
  }

  /** Waits for the link that `step` waits for, for at most so many milliseconds. */
  wait(ms: number): void {
    Atomics.wait(this.#blocks.states, FIRST_STATE + this.#block, LinkState.pending, ms);
  }

  #leave(): typeof Step.ended {
    const { states, results } = this.#blocks;
    if (!this.#isTooLate) {
      results[2 * this.#thread] = this.#writer.greatestName;
      results[2 * this.#thread + 1] = this.#writer.isMarked ? 1 : 0;
    }
    Atomics.add(states, Control.left, 1);
    Atomics.notify(states, Control.left);
    return Step.ended;
  }

  /** Turns the next block into integers; false when there is none. */
  #readNext(): boolean {
    const { states, begin, blockSize, fileLength, links } = this.#blocks;
    const block = Atomics.add(states, Control.next, 1);
    const from = begin + block * blockSize;
    if (from >= fileLength || (block + 1) * LINK_LENGTH >= links.length) return false;
    const loadFrom = Math.max(begin, from - LOOK_BEHIND);
    const length = Math.min(from + blockSize, fileLength) - loadFrom;
    const bytes = this.#bytes.subarray(0, length);
    this.#block = block;
    this.#result = ScanResult.unexpectedByte;
    if (this.#readAt(bytes, loadFrom) !== length) return true;

    const start = findStart(bytes, from - loadFrom, loadFrom === begin);
    if (start === undefined) return true;
    const scanner = this.#scanner;
    scanner.restart(start.expect, MOST_FIELDS);
    this.#result = scanner.scan(bytes, start.position, length);
    this.#endOffset = loadFrom + scanner.position;
    return true;
  }

  /** Passes the link on, then writes the rows. */
  #write(): void {
    const { links, fieldCount, rowCount } = this.#blocks;
    const scanner = this.#scanner;
    const isEnd = this.#result === ScanResult.arrayEnd;
    if (!isEnd && this.#result !== ScanResult.chunkEnd) return this.#stop();

    const link = LINK_LENGTH * this.#block;
    const firstRow = links[link];
    const carried = links[link + 1];
    const from = MOST_FIELDS - carried;
    const rows = Math.floor((scanner.count - from) / fieldCount);
    const left = scanner.count - from - rows * fieldCount;
    const isWhole = firstRow + rows === rowCount && left === 0;
    // Not more rows than were announced; all of them at the end, and an end.
    if (isEnd ? !isWhole : firstRow + rows > rowCount) return this.#stop();

    const { values } = scanner;
    const wide: WideList = { positions: [], values: [] };
    for (let i = 0; i < carried; i++) {
      const value = links[link + 2 + i];
      values[from + i] = value;
      if (value >= 0 && value < 2 ** 32) continue;
      wide.positions.push(from + i);
      wide.values.push(value);
    }
    for (const [i, position] of scanner.widePositions.entries()) {
      wide.positions.push(position);
      wide.values.push(scanner.wideValues[i]);
    }
    if (isEnd) {
      this.#blocks.results[END_OFFSET] = this.#endOffset;
      this.#pass(LinkState.behindEnd);
    } else {
      const next = link + LINK_LENGTH;
      links[next] = firstRow + rows;
      links[next + 1] = left;
      for (let i = 0; i < left; i++) {
        const at = scanner.count - left + i;
        const position = wide.positions.indexOf(at);
        links[next + 2 + i] = position === -1 ? values[at] : wide.values[position];
      }
      this.#pass(LinkState.ready);
    }

    try {
      for (let row = 0; row < rows; row += MOST_GATHERED_ROWS) {
        const count = Math.min(MOST_GATHERED_ROWS, rows - row);
        const at = from + row * fieldCount;
        const piece = wideWithin(wide, at, at + count * fieldCount);
        this.#writer.write(firstRow + row, values.subarray(at), count, piece, this.#gather);
      }
    } catch {
      // A type or a target that cannot be.
      return this.#stop();
    }
    Atomics.add(this.#blocks.states, Control.written, 1);
    this.#block = -1;
  }

  /** Tells the state of the next link to whoever waits for it. */
  #pass(state: (typeof LinkState)[keyof typeof LinkState]): void {
    const { states } = this.#blocks;
    const at = FIRST_STATE + this.#block + 1;
    Atomics.store(states, at, state);
    Atomics.notify(states, at);
  }

  #stop(): void {
    stopRowBlocks(this.#blocks);
  }
}

/**
 * Where the first integer begins that ends at or behind `from`, and what may stand there. Looks back over the number that is
 * cut, or over white space; undefined when that is longer than what was loaded.
 */
function findStart(
  bytes: Uint8Array,
  from: number,
  isLoadedFromBegin: boolean,
): { readonly position: number; readonly expect: Expectation } | undefined {
  const isPartOfNumber = (byte: number): boolean => (byte >= 0x30 && byte <= 0x39) || byte === 0x2d;
  let position = from;
  while (position > 0 && isPartOfNumber(bytes[position - 1])) position--;
  if (from - position > LONGEST_INTEGER) return undefined;
  let before = position;
  while (before > 0 && bytes[before - 1] <= 0x20) before--;
  if (before === 0) return isLoadedFromBegin ? { position, expect: Expect.firstValueOrEnd } : undefined;
  return { position, expect: bytes[before - 1] === 0x2c ? Expect.value : Expect.commaOrEnd };
}

interface WideList {
  readonly positions: number[];
  readonly values: number[];
}

const NOTHING_WIDE: WideValues = { positions: [], values: [] };

/** Those of the wide values that stand between two positions, counted from the first. */
function wideWithin(wide: WideList, from: number, to: number): WideValues {
  if (wide.positions.length === 0) return NOTHING_WIDE;
  const positions: number[] = [];
  const values: number[] = [];
  for (const [i, position] of wide.positions.entries()) {
    if (position < from || position >= to) continue;
    positions.push(position - from);
    values.push(wide.values[i]);
  }
  return { positions, values };
}
