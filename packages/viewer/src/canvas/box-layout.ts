/**
 * Where the boxes of a tree are: as a treemap (squarified: each box inside of the one around it) or as an icicle (one row a
 * level; a flame chart is an icicle of calls). Boxes too small to be seen are left out with all that is in them, so that the
 * cost is that of what can be seen, and at most O(boxes · log boxes).
 */
import { treemapSquarify } from "d3-hierarchy";
import type { BoxTree } from "../protocol/index.ts";

/** The children of each box, which follow each other: `first[box]` to `first[box] + count[box] - 1`. */
export interface BoxChildren {
  readonly first: Int32Array;
  readonly count: Int32Array;
}

export interface BoxLayout {
  /** By box, in CSS pixels. */
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly width: Float64Array;
  readonly height: Float64Array;
  /** The boxes that can be seen, parents before children. */
  readonly shown: readonly number[];
  /** By box: 1 when it can be seen. */
  readonly isShown: Uint8Array;
  /** By box: 1 when a box below it can be seen. */
  readonly hasShown: Uint8Array;
  /** Of all rows of an icicle, which may be more than the window shows. */
  readonly contentHeight: number;
}

export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Height of a row of an icicle, and of a box's title in a treemap. */
export const ROW_HEIGHT = 20;
export const TITLE_HEIGHT = 17;
/** Between a box and those inside of it. */
const MARGIN = 2;
/** Boxes that are smaller cannot be seen. */
const LEAST_SIDE = 1.5;
const LEAST_WIDTH = 0.5;

export function findChildren({ parent }: BoxTree): BoxChildren {
  const first = new Int32Array(parent.length);
  const count = new Int32Array(parent.length);
  for (let box = 1; box < parent.length; box++) {
    const above = parent[box]!;
    if (count[above]!++ === 0) first[above] = box;
  }
  return { first, count };
}

/** Whether a treemap shows the title of a box above those inside of it. */
export function hasTitle(width: number, height: number): boolean {
  return width >= 48 && height >= 2.5 * TITLE_HEIGHT;
}

export function layOutTreemap(
  boxes: BoxTree,
  children: BoxChildren,
  top: number,
  area: { readonly width: number; readonly height: number },
): BoxLayout {
  const layout = emptyLayout(boxes, area.height);
  show(layout, top, { x: 0, y: 0, width: area.width, height: area.height });
  // Those that are shown are put behind each other here, and looked at in turn.
  for (let i = 0; i < layout.shown.length; i++) {
    const box = layout.shown[i]!;
    const count = children.count[box]!;
    if (count === 0) continue;
    const { x, y, width, height } = rectangleOf(layout, box);
    const margin = Math.min(width, height) > 12 ? MARGIN : 0.5;
    const title = hasTitle(width, height) ? TITLE_HEIGHT : margin;
    const inner = { right: x + width - margin, bottom: y + height - margin };
    if (inner.right - x - margin < LEAST_SIDE || inner.bottom - y - title < LEAST_SIDE) continue;
    const first = children.first[box]!;
    const tiles = Array.from({ length: count }, (_, n) => ({ value: boxes.value[first + n]! })) as Tile[];
    // What the box is worth beyond its children stays free.
    squarify({ value: boxes.value[box]!, children: tiles }, x + margin, y + title, inner.right, inner.bottom);
    tiles.forEach(({ x0, y0, x1, y1 }, n) => {
      if (x1 - x0 >= LEAST_SIDE && y1 - y0 >= LEAST_SIDE)
        show(layout, first + n, { x: x0, y: y0, width: x1 - x0, height: y1 - y0 }, box);
    });
  }
  return layout;
}

interface Tile {
  readonly value: number;
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
}

/** It writes the places into the children, of which it reads the value alone. */
const squarify = treemapSquarify as unknown as (
  parent: { readonly value: number; readonly children: readonly Tile[] },
  x0: number,
  y0: number,
  x1: number,
  y1: number,
) => void;

export function layOutIcicle(
  boxes: BoxTree,
  children: BoxChildren,
  top: number,
  area: { readonly width: number },
): BoxLayout {
  const layout = emptyLayout(boxes, 0);
  show(layout, top, { x: 0, y: 0, width: area.width, height: ROW_HEIGHT });
  let contentHeight = ROW_HEIGHT;
  for (let i = 0; i < layout.shown.length; i++) {
    const box = layout.shown[i]!;
    const y = layout.y[box]! + ROW_HEIGHT;
    const scale = boxes.value[box]! > 0 ? layout.width[box]! / boxes.value[box]! : 0;
    let x = layout.x[box]!;
    let from = x;
    const first = children.first[box]!;
    for (let child = first; child < first + children.count[box]!; child++) {
      x += boxes.value[child]! * scale;
      // Of boxes that are too narrow to be seen, one stands for as many as can be seen together: so there is no hole.
      if (x - from < LEAST_WIDTH) continue;
      show(layout, child, { x: from, y, width: x - from, height: ROW_HEIGHT }, box);
      contentHeight = y + ROW_HEIGHT;
      from = x;
    }
  }
  return { ...layout, contentHeight };
}

/** The innermost box at a point; -1 when there is none. */
export function findBoxAt(
  layout: BoxLayout,
  children: BoxChildren,
  point: { readonly x: number; readonly y: number },
  isNested: boolean,
): number {
  const [top] = layout.shown;
  if (top === undefined) return -1;
  let found = -1;
  let candidates = { first: top, count: 1 };
  for (;;) {
    const { first, count } = candidates;
    let inside = -1;
    let below = -1;
    for (let box = first; box < first + count; box++) {
      if (layout.isShown[box] === 0) continue;
      const isInColumn = point.x >= layout.x[box]! && point.x < layout.x[box]! + layout.width[box]!;
      const bottom = layout.y[box]! + layout.height[box]!;
      if (!isInColumn || point.y < layout.y[box]!) continue;
      if (point.y < bottom) inside = box;
      // In an icicle what belongs to a box hangs below it.
      else if (!isNested) below = box;
    }
    if (inside !== -1) found = inside;
    const next = isNested ? inside : below;
    if (next === -1) return found;
    candidates = { first: children.first[next]!, count: children.count[next]! };
  }
}

export type Direction = "parent" | "child" | "previous" | "next";

/** The box that an arrow key leads to, among those that can be seen; the same where there is none. */
export function walkFrom(
  { parent }: BoxTree,
  children: BoxChildren,
  layout: BoxLayout,
  box: number,
  direction: Direction,
): number {
  const isThere = (other: number): boolean => layout.isShown[other] === 1;
  const above = parent[box]!;
  if (direction === "parent") return above >= 0 && isThere(above) ? above : box;
  if (direction === "child") {
    const first = children.first[box]!;
    for (let child = first; child < first + children.count[box]!; child++) if (isThere(child)) return child;
    return box;
  }
  if (above < 0 || !isThere(above)) return box;
  const step = direction === "next" ? 1 : -1;
  const first = children.first[above]!;
  const end = first + children.count[above]!;
  for (let other = box + step; other >= first && other < end; other += step) if (isThere(other)) return other;
  return box;
}

/** The boxes around a box, the outermost first, up to and with `top`. */
export function chainTo({ parent }: BoxTree, box: number, top = 0): number[] {
  const chain: number[] = [];
  for (let at = box; at >= top && at !== -1; at = parent[at]!) chain.push(at);
  return chain.reverse();
}

export function rectangleOf(layout: BoxLayout, box: number): Rectangle {
  return { x: layout.x[box]!, y: layout.y[box]!, width: layout.width[box]!, height: layout.height[box]! };
}

function emptyLayout({ parent }: BoxTree, contentHeight: number): BoxLayout & { shown: number[] } {
  const { length } = parent;
  return {
    x: new Float64Array(length),
    y: new Float64Array(length),
    width: new Float64Array(length),
    height: new Float64Array(length),
    shown: [],
    isShown: new Uint8Array(length),
    hasShown: new Uint8Array(length),
    contentHeight,
  };
}

function show(
  layout: BoxLayout & { shown: number[] },
  box: number,
  { x, y, width, height }: Rectangle,
  parent = -1,
): void {
  layout.x[box] = x;
  layout.y[box] = y;
  layout.width[box] = width;
  layout.height[box] = height;
  layout.isShown[box] = 1;
  layout.shown.push(box);
  if (parent !== -1) layout.hasShown[parent] = 1;
}
