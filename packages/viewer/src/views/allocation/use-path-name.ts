/**
 * What a row of the Allocation is called elsewhere: `make()`, or `make(), called from serve()`. Addresses and filters know its
 * functions by their numbers only, so their names are asked for.
 */
import { functionLabel } from "@heapscope/wording";
import { useAnswer } from "../../page/use-answer.ts";
import type { AllocationRow, FileIndex, FunctionPath, Link } from "../../protocol/index.ts";
import { say } from "../../words/words.ts";
import { ALLOCATION_WORDS } from "./words.ts";

/** The name of the row that a path leads to, if there is one; `undefined` while it is not known. */
export function usePathName(link: Link, file: FileIndex, path: FunctionPath | undefined): string | undefined {
  const name = useFunctionName(link, file, path?.slice(0, 1));
  const caller = useFunctionName(link, file, path !== undefined && path.length > 1 ? path : undefined);
  if (name === undefined || path === undefined) return undefined;
  if (path.length === 1) return name;
  return caller === undefined ? undefined : say(ALLOCATION_WORDS).calledFrom(name, caller);
}

function useFunctionName(link: Link, file: FileIndex, path: FunctionPath | undefined): string | undefined {
  const question = {
    table: "allocation",
    params: { file, ...(path === undefined ? {} : { path }) },
    of: "",
    start: 0,
    count: 1,
  } as const;
  const answer = useAnswer(link, "rows", path === undefined ? undefined : question);
  const row = answer.value?.rows[0] as AllocationRow | undefined;
  // An earlier answer may be that to another path.
  return row === undefined || row.path.join() !== path?.join() ? undefined : callLabel(row.functionName);
}

/** `make()`; names that V8 made up, such as `(root)`, are no calls. */
function callLabel(functionName: string): string {
  const label = functionLabel(functionName);
  return label.startsWith("(") ? label : `${label}()`;
}
