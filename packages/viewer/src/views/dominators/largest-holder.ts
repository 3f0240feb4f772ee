/**
 * The one object that the Dominators name first: where most of the heap comes together. The largest object of the program is
 * often only the way to it (a module that holds a store that holds a Map), so it is followed down for as long as one object
 * has nearly all of what the one above it has.
 */
import type { BoxTree } from "../../protocol/index.ts";
import type { BoxChildren } from "../../canvas/box-layout.ts";

/** Of what is retained above must pass through one object for that to be the better answer. */
const NEARLY_ALL = 0.8;

/** The box below `top`; -1 when there is none of the program. */
export function findLargestHolder(boxes: BoxTree, children: BoxChildren, top = 0): number {
  let found = -1;
  for (let box = top + 1; box < boxes.parent.length; box++) {
    if (!isOfProgram(boxes, box) || !isBelow(boxes, box, top)) continue;
    if (found === -1 || boxes.value[box]! > boxes.value[found]!) found = box;
  }
  for (let next = found; next !== -1; next = mainChild(boxes, children, next)) found = next;
  return found;
}

/** The child through which nearly all of a box is held; -1 when it comes together in the box itself. */
function mainChild(boxes: BoxTree, { first, count }: BoxChildren, box: number): number {
  const child = first[box]!;
  return count[box]! > 0 && isOfProgram(boxes, child) && boxes.value[child]! >= NEARLY_ALL * boxes.value[box]!
    ? child
    : -1;
}

/** Not a root, a table of V8 or a sum: their classes are in brackets or begin with `system /`. The global object holds all. */
function isOfProgram({ id, kind, label }: BoxTree, box: number): boolean {
  const name = kind[box]!;
  return (
    id[box] !== 0 &&
    !name.startsWith("(") &&
    !name.startsWith("system /") &&
    !/^(?:global|Window|Object \(global\*?\))\b/u.test(label[box]!)
  );
}

function isBelow({ parent }: BoxTree, box: number, top: number): boolean {
  if (top === 0) return true;
  let at = box;
  while (at > top) at = parent[at]!;
  return at === top;
}
