// A result seen through a baseline: what is accepted is set aside, and the baseline is written if it is to be updated.

import type { BaselineFile } from "../schemas/baseline.ts";
import type { Leaks } from "../schemas/leaks.ts";
import { applyBaseline, emptyBaseline, extendBaseline, writeBaseline } from "./baseline.ts";
import { withAccepted } from "./describe-leaks.ts";

/** A baseline by the name that the user gave; `known` is `undefined` if the file is not there yet. */
export interface NamedBaseline {
  readonly file: string;
  readonly known: BaselineFile | undefined;
}

/** The verdict is about the other suspects. Throws `CommandError` if the file cannot be written. */
export function acceptSuspects(
  result: Leaks,
  { file, known: before = emptyBaseline }: NamedBaseline,
  options: { readonly "update-baseline": boolean },
): Leaks {
  let after = before;
  if (options["update-baseline"]) {
    after = extendBaseline(before, result.suspects);
    writeBaseline(file, after);
  }
  const { unknown, accepted, unseen } = applyBaseline(result.suspects, after);
  return {
    ...withAccepted(result, unknown, accepted),
    baseline: {
      file,
      known: before.accepted.length - unseen.length,
      added: after.accepted.length - before.accepted.length,
      unseen: unseen.length,
    },
  };
}
