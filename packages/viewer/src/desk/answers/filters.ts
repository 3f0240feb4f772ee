/** What the Summary's filter can offer for a file. */
import type { RunOptions } from "@heapscope/engine";
import type { Ask, FilterOffer } from "../../protocol/index.ts";
import { cutText } from "../object-row.ts";
import type { DeskContext } from "../table-maker.ts";

/** Contexts that are offered; more cannot be told apart in a menu. */
const MOST_CONTEXTS = 100;

export async function answerFilters(
  desk: DeskContext,
  { file }: Ask<"filters">,
  run: RunOptions,
): Promise<FilterOffer> {
  const snapshot = desk.snapshot(file);
  await snapshot.prepare(["nativeContexts"], run);
  const { contexts, sharedSize, unattributedSize } = snapshot.nativeContexts;
  const named = contexts.map(({ node, attributedSize }) => {
    const object = snapshot.object(node);
    return { id: object.id, name: cutText(object.nameStart(1000)).text, size: attributedSize };
  });
  return {
    // With one, everything is its own or nobody's.
    nativeContexts:
      named.length > 1 ? named.sort((a, b) => b.size - a.size || a.id - b.id).slice(0, MOST_CONTEXTS) : [],
    sharedSize,
    unattributedSize,
  };
}
