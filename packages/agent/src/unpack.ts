// The way to the rest of the agent. In the published file this module is another one, which unpacks it (scripts/build-agent.mjs).

import * as program from "./start.ts";

export function unpack(): typeof program {
  return program;
}
