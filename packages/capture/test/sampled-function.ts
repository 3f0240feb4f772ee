// Functions of a sampling profile, for the tests of what is made of profiles.

import type { SamplingProfileNode } from "../src/inspector/protocol.ts";

let lastId = 0;

/** A function `name` of script 7, /srv/app.js, on the line that its name ends with; one in parentheses has no source. */
export function called(
  name: string,
  selfSize: number,
  ...children: SamplingProfileNode[]
): SamplingProfileNode {
  const isSource = /^\w+$/.test(name);
  return {
    callFrame: {
      functionName: name,
      scriptId: isSource ? "7" : "0",
      url: isSource ? "file:///srv/app.js" : "",
      lineNumber: isSource ? Number(/\d*$/.exec(name)?.[0] ?? 0) : -1,
      columnNumber: isSource ? 4 : -1,
    },
    selfSize,
    id: ++lastId,
    children,
  };
}
