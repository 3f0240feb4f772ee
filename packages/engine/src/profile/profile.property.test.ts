import { runParameters } from "@heapscope/testkit";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { findCallers } from "./callers.ts";
import { parseProfile } from "./parse-profile.ts";

interface Call {
  readonly name: string;
  readonly selfSize: number;
  readonly children: Call[];
}

/** Trees of few functions, so that they recur. */
const arbitraryCall = fc
  .array(fc.record({ name: fc.constantFrom("a", "b", "c"), selfSize: fc.nat(9), above: fc.nat() }), {
    minLength: 1,
    maxLength: 30,
  })
  .map((drawn) => {
    const calls = drawn.map(({ name, selfSize }): Call => ({ name, selfSize, children: [] }));
    // Mostly deep: a call is below one of the three before it.
    drawn.forEach(({ above }, i) => {
      if (i > 0) calls[Math.max(0, i - 1 - (above % 3))]!.children.push(calls[i]!);
    });
    return calls[0]!;
  });

const toJson = (call: Call): object => ({
  callFrame: { functionName: call.name },
  selfSize: call.selfSize,
  children: call.children.map(toJson),
});
const sum = (call: Call): number =>
  call.children.reduce((before, child) => before + sum(child), call.selfSize);

/** Every call below the root with its stack, innermost first, without the root. */
function* stacks(call: Call, above: readonly Call[] = []): Generator<readonly Call[]> {
  for (const child of call.children) {
    const stack = [child, ...above];
    yield stack;
    yield* stacks(child, stack);
  }
}

const startsWith = (stack: readonly Call[], chain: readonly string[]): boolean =>
  chain.every((name, i) => stack[i]?.name === name);

/** By definition: each row from all stacks, a total where no caller's stack is in the same row. */
function naiveCallers(root: Call, chain: readonly string[]): Record<string, readonly unknown[]> {
  const all = [...stacks(root)];
  const rows: Record<string, readonly unknown[]> = {};
  for (const name of ["a", "b", "c"]) {
    const longer = [...chain, name];
    const inRow = all.filter((stack) => startsWith(stack, longer));
    if (inRow.length === 0) continue;
    const outermost = inRow.filter(
      (stack) => !stack.some((_, i) => i > 0 && startsWith(stack.slice(i), longer)),
    );
    rows[name] = [
      inRow.reduce((before, [call]) => before + call!.selfSize, 0),
      outermost.reduce((before, [call]) => before + sum(call!), 0),
      inRow.some((stack) => stack.length > longer.length),
    ];
  }
  return rows;
}

it("sums rows of callers as their definition says, for every chain", () => {
  fc.assert(
    fc.property(arbitraryCall, fc.array(fc.constantFrom("a", "b", "c"), { maxLength: 4 }), (root, chain) => {
      const profile = parseProfile(JSON.stringify({ head: toJson(root) }));
      expect(profile.total).toBe(sum(root));
      const indexOf = (name: string): number => profile.functions.findIndex((each) => each.name === name);
      const rows = findCallers(profile, chain.map(indexOf));
      expect(
        Object.fromEntries(
          rows.map((row) => [
            profile.functions[row.function].name,
            [row.selfValue, row.totalValue, row.hasCallers],
          ]),
        ),
      ).toEqual(naiveCallers(root, chain));
    }),
    runParameters(500),
  );
});

it("reads a list of nodes as it reads nested ones", () => {
  fc.assert(
    fc.property(arbitraryCall, fc.integer(), (root, seed) => {
      const nodes: { id: number; callFrame: object; hitCount: number; children: number[] }[] = [];
      const add = (call: Call): number => {
        const node = {
          id: nodes.length + 1,
          callFrame: { functionName: call.name },
          hitCount: call.selfSize,
          children: [] as number[],
        };
        nodes.push(node);
        node.children = call.children.map(add);
        return node.id;
      };
      add(root);
      const hits = nodes.reduce((before, node) => before + node.hitCount, 0);
      // The order of the list means nothing.
      nodes.sort((a, b) => ((a.id * 7919 + seed) % 13) - ((b.id * 7919 + seed) % 13));
      const cpu = parseProfile(JSON.stringify({ nodes, startTime: 0, endTime: hits }));
      const heap = parseProfile(JSON.stringify({ head: toJson(root) }));
      const names = (profile: typeof cpu): string[] =>
        Array.from(profile.tree.functionOf, (at) => profile.functions[at].name);
      expect(names(cpu)).toEqual(names(heap));
      expect({ ...cpu.tree, functionOf: [] }).toEqual({ ...heap.tree, functionOf: [] });
    }),
    runParameters(300),
  );
});
