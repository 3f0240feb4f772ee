/**
 * Draws boxes. Cost: O(boxes shown); about 1 µs a box, and as much again for each with a text on it. Fills come first and
 * texts after them, since changing between the two is what a canvas is slow at.
 */
import type { BoxTree } from "../protocol/index.ts";
import { hasTitle, TITLE_HEIGHT, type BoxLayout } from "./box-layout.ts";
import type { Palette } from "./palette.ts";

/** The layout is moved and stretched while it is zoomed: x becomes `x · scaleX + moveX`. */
export interface View {
  readonly scaleX: number;
  readonly scaleY: number;
  readonly moveX: number;
  readonly moveY: number;
}

export const STILL: View = { scaleX: 1, scaleY: 1, moveX: 0, moveY: 0 };

export interface Drawing {
  readonly boxes: BoxTree;
  readonly layout: BoxLayout;
  readonly isNested: boolean;
  readonly palette: Palette;
  readonly texts: CutTexts;
  readonly nameOf: (box: number) => string;
  /** When something is looked for: the other boxes are dimmed. */
  readonly isFound: ((box: number) => boolean) | undefined;
}

/** Of a window with `width` and `height`. */
export function drawBoxes(
  context: CanvasRenderingContext2D,
  { boxes, layout, isNested, palette, texts, nameOf, isFound }: Drawing,
  { scaleX, scaleY, moveX, moveY }: View,
  { width, height }: { readonly width: number; readonly height: number },
): void {
  context.globalAlpha = 1;
  context.fillStyle = palette.paper;
  context.fillRect(0, 0, width, height);
  const titled: number[] = [];
  const isPale: boolean[] = [];
  for (const box of layout.shown) {
    const x = layout.x[box]! * scaleX + moveX;
    const y = layout.y[box]! * scaleY + moveY;
    const w = layout.width[box]! * scaleX;
    const h = layout.height[box]! * scaleY;
    if (x > width || y > height || x + w < 0 || y + h < 0) continue;
    const hasInside = isNested && layout.hasShown[box] === 1;
    const fill = palette.fillOf(boxes.kind[box]!);
    context.globalAlpha = isFound === undefined || isFound(box) ? 1 : 0.25;
    context.fillStyle = hasInside ? fill.pale : fill.body;
    // A line of paper between boxes, where there is room for one.
    context.fillRect(x, y, w > 3 ? w - 1 : Math.max(w, 0.5), h > 3 ? h - 1 : Math.max(h, 0.5));
    if (w >= 28 && h >= 12) {
      titled.push(box);
      isPale.push(hasInside);
    }
  }
  context.globalAlpha = 1;
  context.font = palette.font;
  context.textBaseline = "middle";
  titled.forEach((box, i) => {
    const w = layout.width[box]! * scaleX;
    const h = layout.height[box]! * scaleY;
    if (isPale[i] && !hasTitle(layout.width[box]!, layout.height[box]!)) return;
    const x = layout.x[box]! * scaleX + moveX;
    const y = layout.y[box]! * scaleY + moveY;
    // What begins left of the window is named where the window begins.
    const left = Math.max(x, 0) + 4;
    const text = texts.cut(context, nameOf(box), Math.min(x + w, width) - left - 4);
    if (text === "") return;
    const fill = palette.fillOf(boxes.kind[box]!);
    context.fillStyle = isPale[i] ? fill.paleInk : fill.ink;
    context.globalAlpha = isFound === undefined || isFound(box) ? 1 : 0.5;
    context.fillText(text, left, y + Math.min(h, isNested ? TITLE_HEIGHT : h) / 2);
  });
  context.globalAlpha = 1;
}

/** Pixels that a letter has on average at least. */
const NARROW = 4;

/** Texts cut to a width, each measured once. */
export class CutTexts {
  readonly #widths = new Map<string, number>();

  /** As much of the text as there is room for, with `…` where it is cut; "" where that would be nothing. */
  cut(context: CanvasRenderingContext2D, text: string, room: number): string {
    // Most of a long text cannot have room, and measuring is slow.
    const start = text.slice(0, Math.max(0, Math.ceil(room / NARROW)));
    const width = this.#widthOf(context, start);
    if (width <= room && start.length === text.length) return text;
    // Letters differ in width: the share that fits is a guess, and it is shortened until it does.
    let length = Math.floor(start.length * Math.min(1, room / width) - 1);
    while (length > 1) {
      const cut = `${text.slice(0, length).trimEnd()}…`;
      if (this.#widthOf(context, cut) <= room) return cut;
      length -= Math.max(1, length >> 4);
    }
    return "";
  }

  #widthOf(context: CanvasRenderingContext2D, text: string): number {
    let width = this.#widths.get(text);
    if (width === undefined) {
      width = context.measureText(text).width;
      if (this.#widths.size > 20_000) this.#widths.clear();
      this.#widths.set(text, width);
    }
    return width;
  }
}
