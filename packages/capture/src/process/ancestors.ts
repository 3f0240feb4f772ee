// The processes above a process: its parent, that one's parent, and so on, as far as this process can see.

import { ifReadable } from "./proc-file.ts";
import { readStatus } from "./status.ts";

export function* ancestorsOf(pid: number): Generator<number> {
  let current = pid;
  for (;;) {
    const parent = ifReadable(() => readStatus(current).parentPid);
    if (parent === undefined || parent === 0) return;
    yield parent;
    current = parent;
  }
}
