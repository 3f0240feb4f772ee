// The text that a command prints for people, collected line by line: a sentence with the answer, tables, notes, and a
// last line with the command that is useful next. It knows the width of a line and the colours; printers know neither.

import { textWidth, wrapWords } from "../text/text-width.ts";
import type { Palette, Style } from "./palette.ts";
import { fitCell, formatTable, paint, type Column, type Segment } from "./table.ts";

export class Page {
  readonly palette: Palette;
  /** Columns of a line; `undefined` where nothing has to fit. */
  readonly width: number | undefined;
  readonly #lines: string[] = [];

  constructor(palette: Palette, width: number | undefined) {
    this.palette = palette;
    this.width = width;
  }

  /** The lines so far. */
  get lines(): readonly string[] {
    return this.#lines;
  }

  /** The answer, in one sentence. */
  answer(text: string): void {
    this.#sentence(text, this.palette.strong);
  }

  /** One line of text as it is, cut nowhere. */
  line(text: string = ""): void {
    this.#lines.push(text);
  }

  /** One line of segments, cut where they allow it. */
  segments(segments: readonly Segment[]): void {
    const fitted = this.width === undefined ? segments : fitCell(segments, this.width);
    this.#lines.push(paint(fitted).trimEnd());
  }

  /** A table with its titles. */
  table<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): void {
    // One by one: a spread of a hundred thousand lines would overflow the stack.
    for (const line of formatTable(columns, rows, this.width, this.palette.muted)) this.#lines.push(line);
  }

  /** Says that a list was cut, and how to get all of it. Nothing when `omitted` is zero. */
  omission(omitted: number, what: string): void {
    if (omitted > 0) this.note(`… ${what}; --limit 0 shows all`);
  }

  /** What the reader must not overlook. */
  warning(text: string): void {
    this.#sentence(text, this.palette.warning);
  }

  /** A heading within the page. */
  heading(text: string): void {
    this.#lines.push(this.palette.strong(text));
  }

  /** Less important words. */
  note(text: string): void {
    this.#sentence(text, this.palette.muted);
  }

  /** The useful next commands, each with what it shows where there is room for it. */
  next(commands: readonly (readonly [command: string, meaning: string])[]): void {
    this.#lines.push("");
    const longest = Math.max(...commands.map(([command]) => command.length));
    for (const [index, [command, meaning]] of commands.entries()) {
      const label = index === 0 ? "next: " : "      ";
      const line = `${label}${command.padEnd(longest)}   ${meaning}`;
      const fits = this.width === undefined || textWidth(line) <= this.width;
      this.#lines.push(this.palette.muted(fits ? line : label + command));
    }
  }

  #sentence(text: string, style: Style): void {
    const lines = this.width === undefined ? [text] : wrapWords(text, this.width);
    this.#lines.push(...lines.map(style));
  }
}
