/**
 * The widths of a table's columns. The first one takes what is left, so the line between two columns moves what is left and
 * right of it, and all other lines stay where they are. Remembered for the session of the browser, where it allows that.
 */

/** Narrower than this nothing can be read. */
const LEAST = 44;

type Sized = { readonly id: string; readonly width: number };

/** Pixels of the columns, the first one's being only the least that it takes. */
export type Widths = readonly number[];

export function usualWidths(columns: readonly Sized[]): Widths {
  return columns.map(({ width }) => width);
}

/** Moves the line on the left of a column (at least the second) by some pixels to the right. */
export function moveLine(widths: Widths, column: number, pixels: number): Widths {
  const left = column - 1;
  const roomRight = widths[column]! - LEAST;
  // The first column gives and takes without bounds: the table scrolls sideways when it has too little.
  const roomLeft = left === 0 ? Infinity : widths[left]! - LEAST;
  const by = Math.min(Math.max(Math.round(pixels), -roomLeft), roomRight);
  return widths.map((width, at) => {
    if (at === column) return width - by;
    return at === left && left > 0 ? width + by : width;
  });
}

/** Makes a column wider; the first one at the cost of the second, the others at the cost of the first. */
export function widen(widths: Widths, column: number, pixels: number): Widths {
  if (widths.length < 2) return widths;
  const at = Math.max(column, 1);
  const by = column === 0 ? -pixels : pixels;
  return widths.map((width, index) => (index === at ? Math.max(LEAST, width + by) : width));
}

/** The columns on both sides of a line get their usual widths. */
export function resetLine(widths: Widths, columns: readonly Sized[], column: number): Widths {
  return widths.map((width, at) => (at === column || at === column - 1 ? columns[at]!.width : width));
}

/** For CSS: `grid-template-columns`. */
export function gridTemplate(widths: Widths): string {
  return widths.map((width, at) => (at === 0 ? `minmax(${width}px, 1fr)` : `${width}px`)).join(" ");
}

export function recallWidths(columns: readonly Sized[]): Widths {
  try {
    const text = sessionStorage.getItem(nameOf(columns));
    const kept: unknown = text === null ? undefined : JSON.parse(text);
    if (Array.isArray(kept) && kept.length === columns.length && kept.every(isWidth)) return kept;
  } catch {
    // A page without storage: a file, or a browser that forbids it.
  }
  return usualWidths(columns);
}

export function rememberWidths(columns: readonly Sized[], widths: Widths): void {
  try {
    sessionStorage.setItem(nameOf(columns), JSON.stringify(widths));
  } catch {
    // Then the next table has its usual widths.
  }
}

function nameOf(columns: readonly Sized[]): string {
  return `hs-widths ${columns.map(({ id }) => id).join(" ")}`;
}

function isWidth(value: unknown): value is number {
  return typeof value === "number" && value >= LEAST && value < 5000;
}
