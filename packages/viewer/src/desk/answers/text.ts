/** A part of the value of a string: of one, or of a rope as a whole. */
import type { RunOptions } from "@heapscope/engine";
import { LinkError, type Answer, type Ask } from "../../protocol/index.ts";
import type { DeskContext } from "../table-maker.ts";
import { objectById } from "../tables/containment.ts";

export async function answerText(
  desk: DeskContext,
  { file, id, from, length }: Ask<"text">,
  _run: RunOptions,
): Promise<Answer<"text">> {
  const object = objectById(desk, file, id);
  if (object.type !== "string" && object.type !== "concatenated string")
    throw new LinkError("bad-question", `@${id} has no text; only strings have.`);
  return object.textPart(from, length);
}
