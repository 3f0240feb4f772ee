/**
 * Binds the WebAssembly kernels: the integer loop (`integer-scanner.assemblyscript`) for `format/integer-scanner.ts`, and the
 * splitting of rows (`gather.ts`) for the sections.
 *
 * A kernel has 576 kB of memory: the staged values, which the sections read in place, a column of some rows, and a part of
 * the chunk, which is copied in. Memory that is never used is never made. Compiling takes about 0.1 ms and happens when the first section of integers is read, not at import. It is
 * synchronous, which browsers allow on the main thread for modules below 4 kB.
 *
 * Where WebAssembly is missing or forbidden (a content security policy without `wasm-unsafe-eval`, `--jitless`, no
 * address space left), there is no kernel, and the reference reads everything, at half the speed.
 */
import { GATHER_MEMORY, GatherKernel, type GatherExports } from "./gather.ts";
import { KERNELS_WASM } from "./kernels.wasm.ts";

/** What we use of WebAssembly; the engine is compiled without the types of any platform. */
interface WebAssemblyNamespace {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: object };
}

interface Exports extends GatherExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  /** All addresses; returns where it stopped. */
  readonly scan: (from: number, end: number, out: number, outEnd: number, expect: number) => number;
}

/** The most values that can be staged: those of a block of `format/row-blocks.ts`, and what is left of the block before. */
export const MOST_STAGED: number = (1 << 17) + 32;

// The layout of the memory, in bytes. The first two words are the results of `scan`.
const VALUES_AT = 16;
const GATHER_AT = VALUES_AT + 4 * MOST_STAGED;
const INPUT_AT = GATHER_AT + GATHER_MEMORY;

/** Bytes of input that are copied in at a time: they stay in the processor's first-level cache. */
export const KERNEL_INPUT_SIZE: number = 1 << 14;

export class IntegerKernel {
  /** Where values are staged; its length is the most that can be. */
  readonly values: Uint32Array;
  /** Splits rows that are staged in `values`. */
  readonly gather: GatherKernel;
  /** After `scan`: how many of `values` are filled. */
  count = 0;
  /** After `scan`: what may stand at the position where it stopped. */
  expect = 0;

  readonly #scan: Exports["scan"];
  readonly #results: Uint32Array;
  readonly #input: Uint8Array;
  /** Position in the chunk of the first and behind the last byte of the input. */
  #from = 0;
  #to = 0;

  constructor(exports: Exports) {
    const { buffer } = exports.memory;
    this.#scan = exports.scan;
    this.#results = new Uint32Array(buffer, 0, 2);
    this.values = new Uint32Array(buffer, VALUES_AT, MOST_STAGED);
    this.gather = new GatherKernel(exports, buffer, GATHER_AT);
    this.#input = new Uint8Array(buffer, INPUT_AT, KERNEL_INPUT_SIZE);
  }

  /** Copies the input for the next calls of `scan`: at most `KERNEL_INPUT_SIZE` bytes, from position `from` to `to`. */
  load(bytes: Uint8Array, from: number, to: number): void {
    this.#input.set(bytes.subarray(from, to));
    this.#from = from;
    this.#to = to;
  }

  /**
   * Reads on at `position` with `count` values staged, until the input ends, `capacity` values are staged, or something
   * comes that the reference must read. Returns the position where it stopped, never inside a number.
   */
  scan(position: number, count: number, capacity: number, expect: number): number {
    const stop = this.#scan(
      INPUT_AT + position - this.#from,
      INPUT_AT + this.#to - this.#from,
      VALUES_AT + 4 * count,
      VALUES_AT + 4 * capacity,
      expect,
    );
    this.count = (this.#results[0] - VALUES_AT) >>> 2;
    this.expect = this.#results[1];
    return stop - INPUT_AT + this.#from;
  }
}

/**
 * The kernels of one reader. The sections of a file are read one after the other, so one kernel serves them all. Where there
 * is no WebAssembly (or a policy forbids it, or the machine is big-endian), there are none, and the reference reads alone.
 */
export class IntegerKernels {
  #idle: IntegerKernel | undefined;
  #isAvailable = true;

  /** A kernel for as long as one section is read, or `undefined` where there is none or `capacity` values are too many. */
  borrow(capacity: number): IntegerKernel | undefined {
    if (!this.#isAvailable || capacity > MOST_STAGED) return undefined;
    const kernel = this.#idle ?? createIntegerKernel();
    this.#idle = undefined;
    this.#isAvailable = kernel !== undefined;
    return kernel;
  }

  /** Takes a kernel back; its `values` are not to be read any more. */
  giveBack(kernel: IntegerKernel | undefined): void {
    this.#idle = kernel ?? this.#idle;
  }
}

function createIntegerKernel(): IntegerKernel | undefined {
  const { WebAssembly } = globalThis as { WebAssembly?: WebAssemblyNamespace };
  // Its memory is little-endian, and the values are read as the machine's words.
  const isLittleEndian = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;
  if (WebAssembly === undefined || !isLittleEndian) return undefined;
  try {
    const compiled = new WebAssembly.Module(bytesOfHex(KERNELS_WASM));
    return new IntegerKernel(new WebAssembly.Instance(compiled).exports as Exports);
  } catch {
    return undefined;
  }
}

function bytesOfHex(hex: string): Uint8Array {
  return Uint8Array.from({ length: hex.length / 2 }, (_, i) =>
    Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16),
  );
}
