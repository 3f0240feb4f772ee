// Decides before a capture whether it may be tried: what it will cost against what there is. A pure function; the facts are
// read by the others of this folder. Refusals are for what kills the process, or stops it for minutes; a caller overrides
// them when the user says so. The texts are for people, as they stand.

import { harmless, type CaptureErrorCode } from "../capture-error.ts";
import type { ProcessFacts } from "../process/read-process.ts";
import type { DiskRoom } from "./disk-room.ts";
import { formatDuration, formatPause, formatSize } from "./format-size.ts";
import type { HeapFacts } from "./heap-facts.ts";
import type { MemoryRoom } from "./memory-room.ts";
import { predictCost, type CostOptions, type CostPrediction } from "./predict-cost.ts";

/** What is known before a capture. What is absent is not judged. */
export interface PreflightInput {
  readonly heap: HeapFacts;
  readonly cost?: CostOptions;
  readonly memory?: MemoryRoom | undefined;
  /** Of the folder that gets the file. */
  readonly disk?: DiskRoom | undefined;
  /** Of the process now, bytes. */
  readonly residentSize?: number | undefined;
  readonly process?: Pick<ProcessFacts, "pid" | "state"> | undefined;
  /** Other programs at the inspector of the process. */
  readonly debuggers?: readonly { readonly pid?: number; readonly command?: string }[];
  /** The process writes the file itself, on a signal, and dies if it cannot. */
  readonly isWrittenByProcess?: boolean;
}

/** One number that a capture is expected to have, in words. */
export interface Estimate {
  readonly label: "Pause" | "Memory" | "File";
  /** `2–5 s`, `up to 1.0 GB more than the 181 MB now; 23.3 GB are free`. */
  readonly text: string;
  /** Where it comes from, one sentence with the numbers. */
  readonly rule: string;
}

/** Why a capture should not be tried, and what to do about it. */
export interface Refusal {
  /** As of the `CaptureError` that it becomes. */
  readonly code: Extract<CaptureErrorCode, "would-not-fit" | "blocked" | "in-use" | "too-slow">;
  readonly about: "memory" | "disk" | "process" | "debugger" | "time";
  readonly message: string;
}

export interface PreflightReport {
  readonly heap: HeapFacts;
  readonly prediction: CostPrediction;
  /** Pause, memory, file. */
  readonly estimates: readonly Estimate[];
  readonly memory: MemoryRoom | undefined;
  readonly disk: DiskRoom | undefined;
  /** None: go ahead. The most important one first. */
  readonly refusals: readonly Refusal[];
  readonly warnings: readonly string[];
  /** The process may stand still for 10 s or more: ask before. */
  readonly pauseIsLong: boolean;
}

/** Part of the free memory that a capture may take: other programs go on meanwhile. */
const USABLE_SHARE = 0.8;
/** Health checks of most platforms give up between 10 and 30 s. */
const LONG_PAUSE_MS = 10_000;
const TOO_LONG_PAUSE_MS = 5 * 60_000;

/** Whether so much extra memory can be taken. */
export function fits(extraMemory: number, { free }: MemoryRoom): boolean {
  return extraMemory <= USABLE_SHARE * free;
}

/** Whether a pause is so long that the user should be asked before. */
export function isLong({ to }: CostPrediction["pauseMs"]): boolean {
  return to >= LONG_PAUSE_MS;
}

/** Predicts and decides. */
export function judge(input: PreflightInput): PreflightReport {
  return judgePrediction(input, predictCost(input.heap, input.cost));
}

/** Decides where somebody else has predicted. */
export function judgePrediction(input: PreflightInput, prediction: CostPrediction): PreflightReport {
  const refusals = [
    refuseState(input),
    refuseDebuggers(input),
    refuseMemory(input, prediction),
    refuseDisk(input, prediction),
    refusePause(prediction),
  ];
  return {
    heap: input.heap,
    prediction,
    estimates: estimatesOf(input, prediction),
    memory: input.memory,
    disk: input.disk,
    refusals: refusals.filter((refusal) => refusal !== undefined),
    warnings: warningsOf(input, prediction),
    pauseIsLong: isLong(prediction.pauseMs),
  };
}

function estimatesOf(
  { memory, disk, residentSize }: PreflightInput,
  { pauseMs, extraMemory, fileSize, likely, rules }: CostPrediction,
): Estimate[] {
  const now = residentSize === undefined ? "" : ` than the ${formatSize(residentSize)} now`;
  const room = memory === undefined ? "" : `; ${formatSize(memory.free)} are free ${placeOf(memory)}`;
  const space = disk === undefined ? "" : `; ${formatSize(disk.free)} are free`;
  return [
    { label: "Pause", text: formatPause(pauseMs), rule: rules.pause },
    {
      label: "Memory",
      text: `${amount(likely?.extraMemory, extraMemory)} more${now}${room}`,
      rule: rules.memory,
    },
    { label: "File", text: `${amount(likely?.fileSize, fileSize)}${space}`, rule: rules.file },
  ];
}

/** `about 210 MB, at most 1.1 GB`. */
function amount(likely: number | undefined, most: number): string {
  if (likely === undefined || likely >= most) return `up to ${formatSize(most)}`;
  return `about ${formatSize(likely)}, at most ${formatSize(most)}`;
}

function placeOf({ binding, cgroup }: MemoryRoom): string {
  return binding === "machine" || cgroup === undefined
    ? "on the machine"
    : `in its control group (limit ${formatSize(cgroup.limit)}, ${formatSize(cgroup.used)} used)`;
}

function refuseState({ process }: PreflightInput): Refusal | undefined {
  if (process?.state !== "stopped") return undefined;
  return {
    code: "blocked",
    about: "process",
    message: `Process ${process.pid} is stopped, by a signal or a debugger such as gdb, and answers nothing; continue it (kill -CONT ${process.pid}), or use --force.`,
  };
}

function refuseDebuggers({ debuggers = [] }: PreflightInput): Refusal | undefined {
  if (debuggers.length === 0) return undefined;
  const names = debuggers.map(({ pid, command }) =>
    [
      command === undefined ? undefined : harmless(command, 60),
      pid === undefined ? undefined : `process ${pid}`,
    ]
      .filter((text) => text !== undefined)
      .join(", "),
  );
  const known = names.filter((name) => name !== "");
  const who = known.length === 0 ? "" : ` (${known.join("; ")})`;
  return {
    code: "in-use",
    about: "debugger",
    message: `A debugger is attached${who}, and a capture would get in its way; disconnect it, or use --force.`,
  };
}

function refuseMemory({ memory, disk }: PreflightInput, prediction: CostPrediction): Refusal | undefined {
  const { fileSize, isUpperBound } = prediction;
  const extraMemory = prediction.extraMemory + (disk?.isMemory === true ? fileSize : 0);
  if (memory === undefined || fits(extraMemory, memory)) return undefined;
  const doubt = isUpperBound ? " at worst" : "";
  const remedy =
    memory.binding === "cgroup"
      ? "raise the limit, capture a replica with more memory"
      : "free some memory, capture a replica on a larger machine";
  return {
    code: "would-not-fit",
    about: "memory",
    message: `The capture may take ${formatSize(extraMemory)} more memory${doubt}, and of the ${formatSize(memory.free)} that are free ${placeOf(memory)} no more than ${formatSize(USABLE_SHARE * memory.free)} should be used, or the system kills the process; ${remedy}, or use --force.`,
  };
}

function refuseDisk(
  { disk, isWrittenByProcess = false }: PreflightInput,
  { fileSize }: CostPrediction,
): Refusal | undefined {
  if (disk === undefined || fileSize <= disk.free) return undefined;
  const consequence = isWrittenByProcess ? ", and a process that cannot write its snapshot dies" : "";
  return {
    code: "would-not-fit",
    about: "disk",
    message: `The file may take ${formatSize(fileSize)}, but only ${formatSize(disk.free)} are free in ${harmless(disk.folder)}${consequence}; free some space, choose another folder, or use --force.`,
  };
}

function refusePause({ pauseMs }: CostPrediction): Refusal | undefined {
  if (pauseMs.to < TOO_LONG_PAUSE_MS) return undefined;
  return {
    code: "too-slow",
    about: "time",
    message: `The process may stand still for ${formatDuration(pauseMs.to)}; capture a replica that serves nobody, look with a sampling profile instead, or use --force.`,
  };
}

function warningsOf(
  { heap, memory, disk, isWrittenByProcess = false }: PreflightInput,
  prediction: CostPrediction,
): string[] {
  const warnings: string[] = [];
  const { nodeMajor = Infinity, census, isUpperBound } = heap;
  if (isLong(prediction.pauseMs)) {
    warnings.push(
      `The process stands still meanwhile, ${formatPause(prediction.pauseMs)}: health checks may fail, connections may be given up.`,
    );
  }
  if (nodeMajor < 22 && isWrittenByProcess) {
    warnings.push(
      `Node ${nodeMajor} looks up the line of each function in the slowest way here; with scripts of some MB that takes minutes, and an inspector avoids it.`,
    );
  }
  if (nodeMajor < 20 && census === undefined) {
    warnings.push(
      `Node ${nodeMajor} compares texts slowly: a heap with many different ones takes far longer, 30 s for 200,000 and four times that for twice as many.`,
    );
  }
  if (isUpperBound && prediction.isUpperBound) {
    warnings.push(
      "The size of the heap is not known on this route; memory, file and pause are upper bounds.",
    );
  }
  if (memory === undefined) {
    warnings.push(
      "How much memory is free there cannot be seen from here; a process that runs out of it is killed.",
    );
  }
  if (disk?.isMemory === true) {
    warnings.push(`${harmless(disk.folder)} is in memory, so that the file takes memory, too.`);
  }
  return warnings;
}
