/**
 * Sentences that come in English from elsewhere (the engine, the desk, the links), said in another language. A phrase has holes for
 * what changes:
 *
 *     "grew in {grown} of {rounds} rounds"                 -> "tumbuh dalam {grown} dari {rounds} putaran"
 *     "{reason} So places were followed by class."         -> "{reason~} Karena itu …"       (~: the hole is a phrase itself)
 *
 * What no phrase fits is `undefined`. Texts of the heap in the holes stay as they are.
 *
 * Cost: one regular expression for each phrase with holes, at worst.
 */

/** English phrase -> the same in the other language. */
export type Phrases = Readonly<Record<string, string>>;

export type PhraseBook = (text: string) => string | undefined;

interface Pattern {
  readonly expression: RegExp;
  readonly holes: readonly string[];
  readonly said: string;
}

/** Phrases without holes come first, then those with holes in their order. `inner` says holes marked with `~`; this book if absent. */
export function makePhraseBook(phrases: Phrases, inner?: PhraseBook): PhraseBook {
  const fixed = new Map(Object.entries(phrases).filter(([phrase]) => !HOLE.test(phrase)));
  const patterns = Object.entries(phrases)
    .filter(([phrase]) => HOLE.test(phrase))
    .map(([phrase, said]) => makePattern(phrase, said));
  const find: PhraseBook = (text) => {
    const known = fixed.get(text);
    if (known !== undefined) return known;
    for (const { expression, holes, said } of patterns) {
      const match = expression.exec(text);
      if (match === null) continue;
      const values = new Map(holes.map((hole, index) => [hole, match[index + 1] ?? ""]));
      return said.replace(HOLES, (_, hole: string, mark: string) => {
        const value = values.get(hole) ?? "";
        return mark === "" ? value : ((inner ?? find)(value) ?? value);
      });
    }
    return undefined;
  };
  return find;
}

const HOLE = /\{\w+\}/;
const HOLES = /\{(\w+)(~?)\}/g;

function makePattern(phrase: string, said: string): Pattern {
  const holes = [...phrase.matchAll(HOLES)].map(([, hole]) => hole!);
  const source = phrase.replace(/[\\^$.*+?()[\]|]/g, "\\$&").replace(HOLES, "(.+?)");
  return { expression: new RegExp(`^${source}$`, "s"), holes, said };
}
