/**
 * The rest of a raw path, as the rules see it, and what they answer: a word, and how many steps it stands for.
 */
import type { HeapObject, HeapPath } from "../../heap-object.ts";
import { edgeNameOf, rawName } from "../short-names.ts";
import type { StepKind } from "../path-words.ts";

/** A folded step before it is finished; see `FoldedStep`. */
export interface PathWord {
  readonly edge: string;
  readonly stable: string;
  readonly kind: StepKind;
  readonly object: HeapObject;
  /** What the step leads to, when it is not what the object is called. */
  readonly node?: string | undefined;
}

/** What a rule answers: a word, and how many raw steps it stands for. */
export interface Match extends PathWord {
  readonly steps: number;
  /** 1; see `FoldedStep`. */
  readonly repeats: number;
}

/** Says what the next steps are, if it knows them. */
export type Rule = (walk: Walk) => Match | undefined;

/** The rest of a path, as the rules see it. */
export class Walk {
  readonly path: HeapPath;
  readonly at: number;
  /** The object that the path has come to. */
  readonly from: HeapObject;

  constructor(path: HeapPath, at: number, from: HeapObject) {
    this.path = path;
    this.at = at;
    this.from = from;
  }

  /** Name of the reference `ahead` steps on; empty past the end. */
  edge(ahead = 0): string {
    const step = this.path[this.at + ahead];
    return step === undefined ? "" : edgeNameOf(step.edge);
  }

  type(ahead = 0): string {
    return this.path[this.at + ahead]?.edge.type ?? "";
  }

  /** What that reference leads to. */
  object(ahead = 0): HeapObject | undefined {
    return this.path[this.at + ahead]?.object;
  }

  raw(ahead = 0): string {
    const object = this.object(ahead);
    return object === undefined ? "" : rawName(object);
  }

  has(ahead: number): boolean {
    return this.at + ahead < this.path.length;
  }

  /** A word for `length` steps. */
  say(length: number, kind: StepKind, edge: string, stable: string = edge, node?: string): Match {
    const { object } = this.path[this.at + length - 1];
    return { edge, stable, kind, object, node, steps: length, repeats: 1 };
  }
}
