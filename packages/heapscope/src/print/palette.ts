// The few colours of the output, by what they mean. Every one of them may be left out: nothing is said by colour alone.

/** Wraps a text in the escape sequences of a style, or returns it as it is where colours are off. */
export type Style = (text: string) => string;

export interface Palette {
  readonly strong: Style;
  /** What is not the point of a line: percentages, references of the engine, hints. */
  readonly muted: Style;
  /** A handle that can be pasted into the next command. */
  readonly handle: Style;
  /** A bar, or what needs a look. */
  readonly accent: Style;
  readonly warning: Style;
  readonly error: Style;
  readonly grown: Style;
  readonly shrunk: Style;
}

const style =
  (open: number, close: number): Style =>
  (text) =>
    text === "" ? text : `\u001b[${open}m${text}\u001b[${close}m`;

const plain: Style = (text) => text;

/** The palette for a stream that shows colours, or for one that does not. */
export function createPalette(colour: boolean): Palette {
  const pick = (open: number, close: number): Style => (colour ? style(open, close) : plain);
  return {
    strong: pick(1, 22),
    muted: pick(2, 22),
    handle: pick(36, 39),
    accent: pick(34, 39),
    warning: pick(33, 39),
    error: pick(31, 39),
    grown: pick(31, 39),
    shrunk: pick(32, 39),
  };
}
