// The agent's one error. A class for the sake of `instanceof`; its type is declared in api.ts.

import type { AgentError } from "./api.ts";

/** Why nothing was captured. */
export class Refusal extends Error implements AgentError {
  override readonly name = "AgentError";
  readonly code: AgentError["code"];
  readonly retryAfterMs?: number;

  constructor(code: AgentError["code"], message: string, retryAfterMs?: number) {
    super(message);
    this.code = code;
    if (retryAfterMs !== undefined) this.retryAfterMs = retryAfterMs;
  }
}
