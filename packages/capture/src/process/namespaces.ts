// Whether a process sees the same network, files and process numbers as this one. A container has its own of each;
// `unshare` can make any of them alone. Two processes share one if the kernel's links for it are equal.

import { ifReadable, readProcLink } from "./proc-file.ts";

/** `undefined`: this user may not know. */
export interface SharedNamespaces {
  /** Ports of the process can be reached from here. */
  readonly sameNetwork: boolean | undefined;
  /** Paths of the process mean the same here. */
  readonly sameMount: boolean | undefined;
  /** Process numbers of the process mean the same here. */
  readonly samePidNamespace: boolean | undefined;
}

export function readNamespaces(pid: number): SharedNamespaces {
  return {
    sameNetwork: isShared(pid, "net"),
    sameMount: isShared(pid, "mnt"),
    samePidNamespace: isShared(pid, "pid"),
  };
}

function isShared(pid: number, name: string): boolean | undefined {
  const theirs = ifReadable(() => readProcLink(pid, `ns/${name}`));
  const ours = ifReadable(() => readProcLink("self", `ns/${name}`));
  return theirs === undefined || ours === undefined ? undefined : theirs === ours;
}
