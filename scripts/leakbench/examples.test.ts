// A few of the examples, captured and judged for real: one of each kind, and some that must not be accused. All of them, and
// other tools beside, are in `npm run leakbench`.
import { expect, test } from "vitest";
import { findCapture } from "./capture.mjs";
import { examine } from "./examine.mjs";
import { listExamples } from "./examples.mjs";

const CHOSEN = [
  "session-map",
  "price-listeners",
  "undo-linked-list",
  "rate-limit-dictionary",
  "shutdown-promise-race",
  "steady-lru",
  "draining-queue",
  "ending-contexts",
];

test.for(listExamples(CHOSEN).map((example) => ({ name: example.name, leaks: example.leaks, example })))(
  "$name (leaks: $leaks)",
  { timeout: 60_000 },
  async ({ example }) => {
    const files = await findCapture(example, { node: "node-20", fresh: false, print: () => {} });
    const { three } = await examine(example, "node-20", files, { peers: false });
    if (example.leaks) expect(three.rank).toBe(1);
    else expect(three.alarm).toBe(false);
  },
);
