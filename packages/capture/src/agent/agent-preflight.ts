// What an agent predicts, in the form in which captures are judged here. The agent knows the sizes of V8's spaces from
// inside and uses the rates of preflight/predict-cost.ts, but says the result for its own options, of which recording
// numbers is the one that counts, and off unless the service says otherwise. With numbers everything is scaled by what they
// cost at most. That is a bound for the question whether to begin; the agent decides again with the options it is given.

import type { CostPrediction } from "../preflight/predict-cost.ts";
import type { AgentPreflight } from "./agent-answers.ts";

/** Small objects with their numbers, to those without: memory, file, pause. */
const WITH_NUMBERS = { memory: 32 / 12, file: 7.5 / 3.6, pause: 2 } as const;
const PACKED_SHARE = 0.3;

export interface WantedSnapshots {
  readonly numericValues: boolean;
  readonly gzip: boolean;
  /** Of the main thread. */
  readonly snapshots: number;
}

export function predictionOf(said: AgentPreflight, wanted: WantedSnapshots): CostPrediction {
  const { numericValues, gzip, snapshots } = wanted;
  const factor = numericValues ? WITH_NUMBERS : { memory: 1, file: 1, pause: 1 };
  const numbers = (times: number): string =>
    numericValues ? `, times ${times.toFixed(1)} for the values of numbers` : "";
  const packing = gzip ? ` Compressed to ${PACKED_SHARE * 100} % of it or less.` : "";
  const series = snapshots === 1 ? "" : ` Times ${snapshots} snapshots.`;
  return {
    smallObjects: 0, // the agent keeps that to itself
    extraMemory: said.extraMemory * factor.memory,
    fileSize: said.fileSize * factor.file * snapshots * (gzip ? PACKED_SHARE : 1),
    pauseMs: { from: said.pauseMs.from, to: said.pauseMs.to * factor.pause },
    likely: undefined,
    isUpperBound: false,
    rules: {
      memory: `As the agent says of its main thread${numbers(factor.memory)}.`,
      file: `As the agent says of its main thread${numbers(factor.file)}.${packing}${series}`,
      pause: `As the agent says of its main thread${numbers(factor.pause)}.`,
    },
  };
}
