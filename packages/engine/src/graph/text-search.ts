/**
 * A text that is looked for in many others, in any case or exactly, as DevTools' search does: without regard to case it is
 * a regular expression with the flag `i`, which folds characters one by one.
 *
 * A part of plain ASCII can be found in the bytes of a file without decoding them (`StringTable.contains`): no character
 * outside of ASCII folds into it, and no byte of such a character looks like one of its own.
 */
const PLAIN_ASCII = /^[ !#-[\]-~]+$/;

export class TextSearch {
  /** The text in bytes, folded as `fold` says; `undefined` when it can only be found in decoded texts. */
  readonly bytes: Uint8Array | undefined;
  /** Byte -> the byte that stands for it and its other case. */
  readonly fold: Uint8Array;
  /** Whether the text stands in another. */
  readonly test: (text: string) => boolean;

  constructor(text: string, matchCase: boolean) {
    this.fold = Uint8Array.from({ length: 256 }, (_, byte) =>
      !matchCase && byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte,
    );
    this.bytes = PLAIN_ASCII.test(text)
      ? Uint8Array.from(text, (character) => this.fold[character.charCodeAt(0)])
      : undefined;
    const expression = new RegExp(text.replace(/[$()*+.?[\\\]^{|}]/g, "\\$&"), "i");
    this.test = matchCase ? (other) => other.includes(text) : (other) => expression.test(other);
  }
}
