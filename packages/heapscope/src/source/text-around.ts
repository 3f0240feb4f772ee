// A text in lines, seen from a position in it: what stands before and behind, across lines, without joining all of them.

/** A name and where it stands. Lines and columns count from 0. */
export interface NameInText {
  readonly name: string;
  readonly line: number;
  readonly column: number;
}

/** A text seen from a position in it. */
export class TextAround {
  readonly #lines: readonly string[];
  readonly #line: number;
  readonly #column: number;

  constructor(lines: readonly string[], line: number, column: number) {
    this.#lines = lines;
    this.#line = line;
    this.#column = column;
  }

  /** So many characters from here on. */
  after(count: number): string {
    let text = this.#lines[this.#line]!.slice(this.#column, this.#column + count);
    for (let line = this.#line + 1; text.length < count && line < this.#lines.length; line++)
      text += `\n${this.#lines[line]!.slice(0, count)}`;
    return text.slice(0, count);
  }

  /** So many characters up to here. */
  before(count: number): string {
    const pieces = [this.#lines[this.#line]!.slice(Math.max(0, this.#column - count), this.#column)];
    let length = pieces[0]!.length;
    for (let line = this.#line - 1; length < count && line >= 0; line--) {
      const piece = `${this.#lines[line]!.slice(-count)}\n`;
      pieces.push(piece);
      length += piece.length;
    }
    return pieces.reverse().join("").slice(-count);
  }

  /** A name that begins so many characters from here. */
  at(name: string, offset: number): NameInText {
    let line = this.#line;
    let column = this.#column + offset;
    while (column < 0 && line > 0) column += this.#lines[--line]!.length + 1;
    while (column > this.#lines[line]!.length && line + 1 < this.#lines.length)
      column -= this.#lines[line++]!.length + 1;
    return { name, line, column };
  }

  /** Seen from so many characters before. */
  back(count: number): TextAround {
    const { line, column } = this.at("", -count);
    return new TextAround(this.#lines, line, column);
  }

  /** The name that is the first group of a match of `after`. */
  named(found: RegExpExecArray): NameInText | undefined {
    const name = found[1];
    return name === undefined ? undefined : this.at(name, found[0].lastIndexOf(name));
  }
}
