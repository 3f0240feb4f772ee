import { runParameters } from "@heapscope/testkit";
import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { IntegerScanner, ScanResult } from "../format/integer-scanner.ts";
import { IntegerKernels, KERNEL_INPUT_SIZE, type IntegerKernel } from "./integer-kernel.ts";
import { KERNELS_WASM } from "./kernels.wasm.ts";

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

const FIELDS = 3;

const kernels = new IntegerKernels();
let kernel: IntegerKernel;

beforeEach(() => {
  kernel = kernels.borrow(FIELDS)!;
});

afterEach(() => {
  kernels.giveBack(kernel);
});

/** All that a section sees while it reads `bytes` in chunks that end at `cuts`: results, positions and values. */
function read(
  bytes: Uint8Array,
  cuts: readonly number[],
  rows: number,
  withKernel?: IntegerKernel,
): unknown[] {
  const scanner = new IntegerScanner(FIELDS * rows, withKernel);
  const seen: unknown[] = [];
  let from = 0;
  for (const to of [...cuts, bytes.length]) {
    // A chunk of its own, so that reading behind its end shows.
    const chunk = bytes.slice(from, to);
    let position = 0;
    let result: number = ScanResult.full;
    while (result === ScanResult.full) {
      result = scanner.scan(chunk, position, chunk.length);
      position = scanner.position;
      seen.push([
        result,
        from + position,
        scanner.values.slice(0, scanner.count).join(),
        scanner.widePositions.join(),
        scanner.wideValues.join(),
      ]);
      scanner.drain(scanner.count % FIELDS);
    }
    if (result !== ScanResult.chunkEnd) return seen;
    from = to;
  }
  return seen;
}

function expectSame(bytes: Uint8Array, cuts: readonly number[], rows: number): void {
  expect(read(bytes, cuts, rows, kernel)).toEqual(read(bytes, cuts, rows));
}

const digits = (minLength: number, maxLength: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(..."0123456789"), minLength, maxLength });
const plainInteger = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 99_999 }).map(String) },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 2 ** 32 - 1 }).map(String) },
);
const oddInteger = fc.oneof(
  fc.constantFrom("-0", "-", "00", "01", "-01", "--1", "1-"),
  fc.constantFrom(
    "999999999",
    "1000000000",
    "3999999999",
    "4000000000",
    "4294967295",
    "4294967296",
    "9999999999",
  ),
  fc.maxSafeInteger().map(String),
  digits(8, 24),
  digits(18, 24).map((text) => `-${text}`),
);
const space = fc.constantFrom("", "", "", "", "\n", " ", "\r\n", "\t");
const separator = fc.tuple(space, space).map(([before, after]) => `${before},${after}`);
const junk = fc.oneof(
  fc.constantFrom("]", ",", ",,", "\0", "/", ":", ".5", "e1", '"', "[", "\u00e9"),
  fc.string({ minLength: 1, maxLength: 1, unit: "binary-ascii" }),
);

/** The text behind the opening bracket. `oddity` in a hundred integers are odd, `damage` in a hundred separators. */
function arrayText(oddity: number, damage: number, maxLength: number): fc.Arbitrary<string> {
  const integer = fc.oneof(
    { weight: 100 - oddity, arbitrary: plainInteger },
    { weight: oddity, arbitrary: oddInteger },
  );
  const between = fc.oneof(
    { weight: 100 - damage, arbitrary: separator },
    { weight: damage, arbitrary: junk },
  );
  return fc
    .tuple(space, fc.array(fc.tuple(integer, between), { maxLength, size: "max" }), integer, space)
    .map(([first, items, last, end]) => `${first}${items.flat().join("")}${last}${end}]`);
}

describe("reading integers with the kernel", () => {
  it("ends each call where the reference does, with its values, wherever the text is cut in two", () => {
    const property = fc.property(arrayText(20, 5, 12), fc.integer({ min: 1, max: 4 }), (text, rows) => {
      const bytes = encode(text);
      for (let cut = 0; cut <= bytes.length; cut++) expectSame(bytes, [cut], rows);
    });
    fc.assert(property, runParameters(300));
  });

  it("does so in chunks of 1, 2, 3 and 7 bytes", () => {
    const property = fc.property(arrayText(20, 2, 30), fc.constantFrom(1, 2, 3, 7), (text, size) => {
      const bytes = encode(text);
      const cuts = Array.from({ length: Math.floor((bytes.length - 1) / size) }, (_, i) => (i + 1) * size);
      expectSame(bytes, cuts, 2);
    });
    fc.assert(property, runParameters(200));
  });

  it("does so in chunks that are longer than what it takes in at a time", () => {
    const property = fc.property(arrayText(5, 0, 60), arrayText(30, 5, 30), (repeated, end) => {
      const part = repeated.replace("]", ",");
      const text = part.repeat(Math.ceil((3 * KERNEL_INPUT_SIZE) / part.length)) + end;
      expectSame(encode(text), [], 64);
    });
    fc.assert(property, runParameters(100));
  });

  it("does so with any integer at the end of what it takes in at a time", () => {
    const integers = ["7", "123456789", "4294967295", "4294967296", "-12", "-0", "012", "-012"];
    for (const integer of [...integers, "1".repeat(20), "1".repeat(21), "0".repeat(KERNEL_INPUT_SIZE)]) {
      for (let before = 0; before <= 48; before++) {
        const spaces = " ".repeat(KERNEL_INPUT_SIZE - before);
        expectSame(encode(`${spaces}5,${integer},6,${integer} ,8]`), [], 1);
      }
    }
  });
});

describe("the compiled kernel", () => {
  const run = (text: string, capacity = 100): { read: string; values: number[]; expect: number } => {
    const bytes = encode(text);
    kernel.load(bytes, 0, bytes.length);
    const stop = kernel.scan(0, 0, capacity, 0);
    return {
      read: text.slice(0, stop),
      values: [...kernel.values.subarray(0, kernel.count)],
      expect: kernel.expect,
    };
  };

  it("reads values of 32 bits, commas and white space by itself", () => {
    const text = "\t0,12 ,\r\n3456789\n,1073741824,3999999999,5,";
    expect(run(text)).toEqual({ read: text, values: [0, 12, 3456789, 1073741824, 3999999999, 5], expect: 1 });
  });

  it.each(["4294967296", "10000000000", "-1", "01", "1.5", "12", "]", "\0", ","])(
    "leaves %j alone",
    (text) => {
      expect(run(`7, ${text}`)).toEqual({ read: "7, ", values: [7], expect: 1 });
    },
  );

  it("stops in front of the value for which there is no room", () => {
    expect(run("1,2,3,4]", 2)).toEqual({ read: "1,2,", values: [1, 2], expect: 1 });
  });

  it("is small enough for the main thread of a browser", () => {
    expect(KERNELS_WASM.length / 2).toBeLessThan(4096);
  });
});

describe("borrowing a kernel", () => {
  it("gives the same one again after its return, and another one to a reader at the same time", () => {
    const other = kernels.borrow(1)!;
    expect(other).not.toBe(kernel);
    kernels.giveBack(other);
    expect(kernels.borrow(1)).toBe(other);
  });

  it("gives none when more values are to be staged than it has room for", () => {
    expect(kernels.borrow(kernel.values.length + 1)).toBeUndefined();
  });
});

describe("reading a file", () => {
  beforeEach(() => {
    vi.resetModules();
  });

  afterEach(() => {
    vi.unstubAllGlobals();
    vi.resetModules();
  });

  const openTwice = async (): Promise<void> => {
    const { openSnapshot } = await import("@heapscope/engine");
    const { drawFile } = await import("@heapscope/testkit");
    for (let i = 0; i < 2; i++) {
      const file = drawFile("global -a-> A:Map(8)<1:2:3> -[0]-> B:string(16)");
      const snapshot = await openSnapshot(encode(file));
      expect(snapshot.graph.edgeCount).toBeGreaterThan(2);
    }
  };

  it("compiles the kernel when a file is read, once for all its sections", async () => {
    const { WebAssembly } = globalThis as unknown as {
      WebAssembly: Record<"Module" | "Instance", new (of: object) => object>;
    };
    const compile = vi.fn(WebAssembly.Module);
    const instantiate = vi.fn(WebAssembly.Instance);
    vi.stubGlobal("WebAssembly", { Module: compile, Instance: instantiate });
    await import("@heapscope/engine");
    expect(compile).not.toHaveBeenCalled();
    await openTwice();
    expect(compile).toHaveBeenCalledTimes(2);
    expect(instantiate).toHaveBeenCalledTimes(2);
  });

  it("works where WebAssembly is missing", async () => {
    vi.stubGlobal("WebAssembly", undefined);
    await openTwice();
  });

  it("works where WebAssembly is forbidden, and asks for it once for each file", async () => {
    const compile = vi.fn(function () {
      throw new Error("Refused to compile: wasm-unsafe-eval is not allowed");
    });
    vi.stubGlobal("WebAssembly", { Module: compile });
    await openTwice();
    expect(compile).toHaveBeenCalledTimes(2);
  });
});
