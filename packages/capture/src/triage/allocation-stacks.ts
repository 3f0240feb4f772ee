// Who made the objects of one kind: the stacks of sampling profiles that run through one function, such as the constructor
// of what leaks. V8 samples an allocation with its stack but not with the object's id, so the function is the link between
// an object of a snapshot and its samples. Line and column are the same in both, since both are of one process.
//
//   main ─ serve ─ open ─ Session 300 kB ─ Array 100 kB        Session 400 kB ◀─ open ◀─ serve ◀─ main
//        └ warmUp ─ Session 20 kB                       ──▶    Session  20 kB ◀─ warmUp ◀─ main
//
// What V8 has inlined has no place of its own in a stack. Cost: O(nodes of the profiles).

import type { ScriptLocation } from "../inspector/script-locations.ts";
import type { SamplingProfile, SamplingProfileNode } from "../inspector/protocol.ts";

/** A function in a stack. Texts are not escaped. */
export interface StackFunction extends ScriptLocation {
  /** "" for an anonymous one; in parentheses what is no function: `(V8 API)`. */
  readonly name: string;
  /** "" for what has no source. */
  readonly url: string;
}

/** What was allocated in one stack, and on its behalf. */
export interface AllocationStack {
  /** Estimated bytes. */
  readonly size: number;
  /** Part of all that was sampled. */
  readonly share: number;
  /** The function that was asked for first, then its callers. */
  readonly functions: readonly StackFunction[];
}

/** Callers further out tell how the program was started. */
const DEEPEST = 12;

/**
 * Stacks with the function that begins at this place, what several profiles say put together, largest first. A function
 * that runs inside itself counts once.
 */
export function findStacksOf(
  profiles: readonly SamplingProfile[],
  { scriptId, line, column }: ScriptLocation,
): AllocationStack[] {
  const stacks = new StackTable();
  for (const stack of allStacks(profiles)) {
    const { callFrame } = stack.node;
    stacks.total += stack.node.selfSize;
    stack.isInside = stack.caller?.isInside === true;
    if (stack.isInside || Number(callFrame.scriptId) !== scriptId) continue;
    if (callFrame.lineNumber !== line || callFrame.columnNumber !== column) continue;
    stack.isInside = true;
    stacks.add(stack, sizeBelow(stack.node));
  }
  return stacks.list();
}

/**
 * Stacks with the sampled function of the same script that begins last before this place: usually the function around a
 * closure that is written there.
 */
export function findStacksAround(
  profiles: readonly SamplingProfile[],
  place: ScriptLocation,
): AllocationStack[] {
  let nearest: ScriptLocation | undefined;
  for (const { node } of allStacks(profiles)) {
    const found = describe(node);
    if (found.scriptId !== place.scriptId || found.line < 0 || !isBefore(found, place)) continue;
    if (nearest === undefined || isBefore(nearest, found)) nearest = found;
  }
  return nearest === undefined ? [] : findStacksOf(profiles, nearest);
}

/** The stacks in which a function of the program's own allocated most, largest first. */
export function findLargestStacks(profiles: readonly SamplingProfile[]): AllocationStack[] {
  const stacks = new StackTable();
  for (const stack of allStacks(profiles)) {
    const { selfSize, callFrame } = stack.node;
    stacks.total += selfSize;
    const isOwn = callFrame.url !== "" && !callFrame.url.startsWith("node:");
    if (isOwn && selfSize > 0) stacks.add(stack, selfSize);
  }
  return stacks.list();
}

/** A node with the way back to the head. */
interface Stack {
  readonly node: SamplingProfileNode;
  readonly caller: Stack | undefined;
  /** The function that is looked for is on the stack. */
  isInside: boolean;
}

/** Callers before what they call. */
function* allStacks(profiles: readonly SamplingProfile[]): Generator<Stack> {
  const pending: Stack[] = profiles.map(({ head }) => ({ node: head, caller: undefined, isInside: false }));
  for (let stack = pending.pop(); stack !== undefined; stack = pending.pop()) {
    yield stack;
    for (const node of stack.node.children) pending.push({ node, caller: stack, isInside: false });
  }
}

/** Sums up equal stacks. */
class StackTable {
  /** All that was sampled. */
  total = 0;
  readonly #stacks = new Map<string, { size: number; readonly functions: readonly StackFunction[] }>();

  add(stack: Stack, size: number): void {
    const functions: StackFunction[] = [];
    // The head is no function: it holds the stacks together.
    for (let at: Stack | undefined = stack; at?.caller !== undefined; at = at.caller) {
      functions.push(describe(at.node));
      if (functions.length === DEEPEST) break;
    }
    const key = JSON.stringify(functions);
    const known = this.#stacks.get(key);
    if (known === undefined) this.#stacks.set(key, { size, functions });
    else known.size += size;
  }

  list(): AllocationStack[] {
    const { total } = this;
    return Array.from(this.#stacks.values(), ({ size, functions }) => ({
      size,
      share: total > 0 ? size / total : 0,
      functions,
    })).sort((a, b) => b.size - a.size);
  }
}

function sizeBelow(top: SamplingProfileNode): number {
  let size = 0;
  const pending = [top];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    size += node.selfSize;
    pending.push(...node.children);
  }
  return size;
}

function describe({ callFrame }: SamplingProfileNode): StackFunction {
  const { functionName, url, scriptId, lineNumber, columnNumber } = callFrame;
  return { name: functionName, url, scriptId: Number(scriptId), line: lineNumber, column: columnNumber };
}

function isBefore(a: ScriptLocation, b: ScriptLocation): boolean {
  return a.line < b.line || (a.line === b.line && a.column < b.column);
}
