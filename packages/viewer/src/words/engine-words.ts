/**
 * What the engine, the desk and the links say in fixed English words, in the page's language. Each has its phrases in a table
 * (`…-phrases.ts`); what is in none of them stays as it is. Texts of the heap are in it unescaped.
 *
 * Numbers and sizes keep DevTools' form in every language (1,234.5 kB), since developers compare them with what DevTools, V8
 * and logs print; only dates follow the language.
 */
import { ERROR_PHRASES } from "./error-phrases.ts";
import { LEAK_PHRASES } from "./leak-phrases.ts";
import { EDGE_PHRASES, NODE_PHRASES } from "./path-phrases.ts";
import { makePhraseBook, type PhraseBook } from "./phrase-book.ts";
import { STAGE_WORDS } from "./stage-words.ts";
import { defineWords, say } from "./words.ts";

/** A text as it came, or as the language says it. */
type Saying = (text: string) => string;

const same: Saying = (text) => text;
const leakBook = makePhraseBook(LEAK_PHRASES);
const errorBook = makePhraseBook(ERROR_PHRASES);
const nodeBook = makePhraseBook(NODE_PHRASES);
const edgeBook: PhraseBook = makePhraseBook(EDGE_PHRASES, (text) => nodeBook(text) ?? edgeBook(text));

const SAYINGS = defineWords(
  { clause: same, problem: same, edge: same, node: same, stage: same },
  {
    clause: (text) => leakBook(text) ?? text,
    problem: (text) => errorBook(text) ?? text,
    edge: (text) => edgeBook(text) ?? text,
    node: (text) => nodeBook(text) ?? text,
    stage: (text) => STAGE_WORDS[text] ?? text,
  },
);

/** Evidence, advice, why growth is no leak, what a verdict rests on. */
export function sayClause(clause: string): string {
  return say(SAYINGS).clause(clause);
}

/** Why something cannot be shown. */
export function sayProblem(sentence: string): string {
  return say(SAYINGS).problem(sentence);
}

/** A reference in the words of a program: `variable rooms in closure scope of serve()`. */
export function sayEdge(edge: string): string {
  return say(SAYINGS).edge(edge);
}

/** What an object is called in a path: `anonymous function`. */
export function sayNode(node: string): string {
  return say(SAYINGS).node(node);
}

/** What is being done: `computing dominators`. */
export function sayStage(stage: string): string {
  return say(SAYINGS).stage(stage);
}
