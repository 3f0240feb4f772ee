/**
 * From the scrollbar to the rows and back, for any number of rows.
 *
 * Browsers clamp the height of an element (Chromium at 33,554,428 px, Firefox at about 17.8 million), which is 1.5 million rows
 * of 22 px. A higher table gets an element of the greatest height, and the scrollbar's position is mapped: one to one near both
 * ends, so that the first and last rows are reached exactly, and stretched in between. Dragging the scrollbar by one pixel is
 * then a jump over thousands of rows; but the wheel, a finger and keys move by pixels of rows, however high the table is: small
 * steps are taken as they are (`follow`), and the scrollbar is put right when the scrolling rests.
 *
 *     scroll   0 ── EDGE ─────────────────── range-EDGE ── range
 *              │ 1:1 │       stretched           │   1:1    │
 *     top      0 ── EDGE ─────────────────── limit-EDGE ── limit
 */

/** Height that all browsers can do. */
export const GREATEST_HEIGHT = 16_000_000;

/** The length of the parts that are mapped one to one. */
const EDGE = 1_000_000;

/** The scrollbar of a table whose rows are `height` pixels, seen through `view` pixels. */
export class ScrollMap {
  /** Height of the element that is scrolled. */
  readonly elementHeight: number;
  /** The greatest `top`. */
  readonly limit: number;
  /** The greatest scroll position. */
  private readonly range: number;

  constructor(height: number, view: number, greatest: number = GREATEST_HEIGHT) {
    this.elementHeight = Math.min(height, greatest);
    this.limit = Math.max(0, height - view);
    this.range = Math.max(0, this.elementHeight - view);
  }

  /** Whether the scroll position is the position in the rows. */
  get isExact(): boolean {
    return this.range === this.limit;
  }

  /** The pixel of the rows that is at the top of the view, for a scroll position. */
  topOf(scroll: number): number {
    return clamp(stretch(scroll, this.range, this.limit, this.edge), this.limit);
  }

  /** The scroll position for a top. */
  scrollOf(top: number): number {
    return clamp(stretch(top, this.limit, this.range, this.edge), this.range);
  }

  /**
   * The new top, after the browser has scrolled from one position to another. A step of at most two views is a wheel's, a
   * finger's or a key's; one pixel of a scrollbar is more.
   */
  follow(top: number, from: number, to: number, view: number): number {
    if (this.isExact) return clamp(to, this.limit);
    if (to <= 0 && from <= EDGE) return 0;
    return Math.abs(to - from) <= 2 * view + 200 ? clamp(top + to - from, this.limit) : this.topOf(to);
  }

  private get edge(): number {
    return Math.min(EDGE, this.range / 4);
  }
}

/** Maps [0, from] to [0, to], one to one at both ends. */
function stretch(value: number, from: number, to: number, edge: number): number {
  if (from === to || value <= edge) return value;
  if (value >= from - edge) return to - (from - value);
  return edge + ((value - edge) / (from - 2 * edge)) * (to - 2 * edge);
}

function clamp(value: number, most: number): number {
  return Math.min(Math.max(value, 0), most);
}
