// Where Node would open the inspector of a process: where its flags say, or at the usual place; and who is there already.
// Nobody can tell a running process another one.

import { ifReadable } from "./proc-file.ts";
import type { ProcessFacts } from "./read-process.ts";
import { findPortHolder, type PortHolder } from "./sockets.ts";

export const DEFAULT_INSPECTOR_PORT = 9229;
const DEFAULT_ADDRESS = "127.0.0.1";

/** An address with a port; port 0 is any free one. */
export interface InspectorPlace {
  readonly address: string;
  readonly port: number;
}

export function inspectorPlaceOf({ inspectorFlags }: ProcessFacts): InspectorPlace {
  return {
    address: inspectorFlags.address ?? DEFAULT_ADDRESS,
    port: inspectorFlags.port ?? DEFAULT_INSPECTOR_PORT,
  };
}

/** Who listens there, be it the process itself; `undefined`: nobody, or any port will do. */
export function findPlaceHolder(facts: ProcessFacts): PortHolder | undefined {
  const { address, port } = inspectorPlaceOf(facts);
  return port === 0 ? undefined : ifReadable(() => findPortHolder(facts.pid, address, port));
}
