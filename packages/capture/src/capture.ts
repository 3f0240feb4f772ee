// The whole of a capture, from what a person names to files that can be trusted:
//
//   findTarget ─▶ route ─▶ attach ─▶ facts, preflight ─▶ for each round, for each thread: snapshot, record ─▶ manifest ─▶ close
//                   ├─ by signal: preflight ─▶ for each round: snapshot, record ──────────────────────────────┤
//                   └─ by agent: status, preflight ─▶ for each round: capture, fetch, record, remove ────────────┘
//
// All rounds share one session, because object ids do not survive its end. Whatever happens, the session is closed, an
// inspector that was opened here is closed, and no file has its final name unless it is whole.

import fs from "node:fs";
import path from "node:path";
import type { Writable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { randomUUID } from "node:crypto";
import type { AgentCapture, AgentRedaction, AgentStatus } from "./agent/agent-answers.ts";
import { AgentClient } from "./agent/agent-client.ts";
import { agentThreadName, notesOnAgent } from "./agent/agent-notes.ts";
import { predictionOf } from "./agent/agent-preflight.ts";
import { readAgentRecord, type AgentRecord } from "./agent/agent-record.ts";
import { captureByAgent, fetchSnapshot } from "./agent/agent-snapshot.ts";
import { noticeRedaction } from "./agent/redaction-notice.ts";
import { attach, describeProcess, noRoute, type Attachment } from "./attach.ts";
import { CaptureError, harmless } from "./capture-error.ts";
import { fileNameOf, formatFileName, manifestName, parseFileName, type FileNames } from "./capture-files.ts";
import { buildManifest, buildRecord } from "./capture-record.ts";
import { findInspector } from "./process/find-inspector.ts";
import { findTarget, type ProcessTarget, type Target } from "./find-target.ts";
import { aborted } from "./inspector/errors.ts";
import type { InspectorSession } from "./inspector/inspector-session.ts";
import { readScripts, type Script } from "./inspector/script-locations.ts";
import { readTargetFacts, type TargetFacts } from "./inspector/target-facts.ts";
import { openThreads, type TargetThread, type TargetThreads } from "./inspector/threads.ts";
import { MemoryWatch } from "./memory-watch.ts";
import { readDiskRoom } from "./preflight/disk-room.ts";
import { examineHeap } from "./preflight/examine-heap.ts";
import { heapBoundOf, heapFactsOf, type HeapFacts } from "./preflight/heap-facts.ts";
import { judge, judgePrediction, type PreflightReport } from "./preflight/judge.ts";
import { memoryRoomOf, readMemoryRoom } from "./preflight/memory-room.ts";
import { goesOn } from "./process/read-process.ts";
import { recordTarget, type RecordedTarget } from "./recorded-target.ts";
import type { RouteName, RouteOffer } from "./route/route-offers.ts";
import { findWriteObstacle, takeSnapshotBySignal } from "./route/signal-snapshot.ts";
import {
  takeSnapshot,
  type CaptureProgress,
  type ReceiveOptions,
  type SnapshotReceipt,
  type TakeSnapshotOptions,
} from "./snapshot/take-snapshot.ts";
import { WholeFile } from "./snapshot/whole-file.ts";

export interface CaptureOptions extends TakeSnapshotOptions {
  /** The one way to take; otherwise the first that works, in the order of least harm. */
  route?: RouteName;
  /** Capture although a debugger is attached, or although it may not fit. */
  force?: boolean;
  /** Close the inspector afterwards although it was open before. */
  closeInspector?: boolean;
  /** `all` (default), `main`, or a part of the name of one: `worker 2`, `pool-0`. A stream gets the main thread. */
  threads?: string;
  /** How many snapshots of each thread; default 1. */
  count?: number;
  /** From the start of one round to the start of the next, milliseconds; default 60 000. Not with `beforeRound`. */
  intervalMs?: number;
  /**
   * Called before each round, the first one too, once the cost was confirmed; the snapshot waits for it. `round` counts
   * from 1; `session` is the capture's own, `undefined` where a signal takes the snapshots. What it throws ends the
   * capture. It must leave the target as it was, and must come to its end when the session does. With it, ways that have
   * a session come before the agent.
   */
  beforeRound?: (round: number, session: InspectorSession | undefined) => Promise<void>;
  /** Write what is known about each capture beside it; default true. Not for streams. */
  records?: boolean;
  /** The cost is known, and nothing has been done yet. Return false to leave it at that (`declined`). */
  confirm?: (report: PreflightReport) => boolean | Promise<boolean>;
  onEvent?: (event: CaptureEvent) => void;
  onProgress?: never;
  /** Name and version of the program that captures, for the records. */
  tool?: string;
}

/** What happens meanwhile. */
export type CaptureEvent =
  /** Something that may take a moment. */
  | { readonly kind: "step"; readonly text: string }
  | { readonly kind: "preflight"; readonly report: PreflightReport }
  /** One snapshot under way, `number` of `total`, as far as is known. */
  | {
      readonly kind: "progress";
      readonly file: string;
      readonly thread: string;
      readonly number: number;
      readonly total: number;
      readonly progress: CaptureProgress;
      /** Since this snapshot was begun. */
      readonly elapsedMs: number;
    }
  | { readonly kind: "captured"; readonly snapshot: CapturedSnapshot }
  /** Until the next round of a series. */
  | { readonly kind: "waiting"; readonly round: number; readonly rounds: number; readonly untilMs: number }
  | { readonly kind: "warning"; readonly text: string };

/** One file. */
export interface CapturedSnapshot {
  /** Absolute; `undefined` if it went to a stream. */
  readonly path: string | undefined;
  /** On disk: compressed, if it is. */
  readonly byteLength: number;
  /** Of these bytes, hexadecimal. */
  readonly sha256: string;
  readonly nodeCount: number;
  readonly edgeCount: number;
  readonly thread: { readonly id: number; readonly name: string };
  /** From 1. */
  readonly round: number;
  readonly capturedAt: Date;
  readonly durationMs: number;
  readonly pauseMs: number | undefined;
  /** Memory that the process took on top of what it had; `undefined` where it cannot be seen. */
  readonly extraMemory: number | undefined;
  /** Equal in snapshots whose object ids mean the same. */
  readonly idSpace: string;
  /** What the agent of the process replaced in it. */
  readonly redacted?: AgentRedaction;
  readonly warnings: readonly string[];
}

/** All of it. */
export interface CaptureResult {
  readonly target: RecordedTarget;
  readonly route: RouteName;
  /** For people: `process 4242 (node server.js)`. */
  readonly description: string;
  readonly options: {
    readonly collectGarbage: boolean;
    readonly numericValues: boolean;
    readonly exposeInternals: boolean;
  };
  readonly preflight: PreflightReport;
  readonly snapshots: readonly CapturedSnapshot[];
  /** Of several files: what they have in common. */
  readonly manifest: string | undefined;
  readonly warnings: readonly string[];
}

const DEFAULT_INTERVAL_MS = 60_000;
/** Threads answer also in the middle of their code, but not while they wait in the system or start. */
const WORKER_ANSWER_MS = 5000;

/**
 * Captures what `target` names into `destination`: a file name, from which the names of several files are made, or a
 * stream, which gets one snapshot and is not ended. Throws `CaptureError`; snapshots that were whole by then stay.
 */
export async function capture(
  target: string | Target,
  destination: string | Writable,
  options: CaptureOptions = {},
): Promise<CaptureResult> {
  const { count = 1 } = options;
  if (typeof destination !== "string" && count > 1)
    throw new RangeError("A stream takes one snapshot; give a file name for several.");
  return start(target, destination, options, true);
}

/** The cost of a capture, without one. Opens a session, and the inspector if it must; both are closed again. */
export async function preflight(
  target: string | Target,
  options: CaptureOptions = {},
): Promise<PreflightReport> {
  let report: PreflightReport | undefined;
  const onEvent = (event: CaptureEvent): void => {
    if (event.kind === "preflight") report = event.report;
    options.onEvent?.(event);
  };
  try {
    // For the room there; nothing is written, and no file of that name is in the way.
    const nowhere = path.join(process.cwd(), `preflight-${randomUUID()}`);
    await start(target, nowhere, { ...options, confirm: () => false, onEvent }, false);
  } catch (error) {
    if (report === undefined) throw error;
  }
  return report!;
}

async function start(
  target: string | Target,
  destination: string | Writable,
  options: CaptureOptions,
  isForReal: boolean,
): Promise<CaptureResult> {
  const { signal } = options;
  const found = typeof target === "string" ? await findTarget(target, signal && { signal }) : target;
  const run = new CaptureRun(found, destination, options);
  if (isForReal) run.checkDestination();
  if (found.kind === "address") return run.bySession();
  const route = options.route ?? chooseRoute(found, options.beforeRound !== undefined);
  if (route === "agent") return run.byAgent(found);
  await run.heedRedaction(found);
  return route === "signal" ? run.bySignal(found) : run.bySession();
}

/** A record that a capture wrote may be replaced with its snapshot; anything else of that name is somebody's. */
function isRecord(file: string): boolean {
  if (fs.lstatSync(file, { throwIfNoEntry: false })?.isFile() !== true) return false;
  const descriptor = fs.openSync(file, "r");
  try {
    const head = Buffer.alloc(40);
    fs.readSync(descriptor, head, 0, head.length, 0);
    return head.toString("latin1").startsWith('{"schema":"heapscope/capture-record@');
  } finally {
    fs.closeSync(descriptor);
  }
}

/** Threads of one name get their ids into it: files are named after them. */
function withOwnNames<Thread extends { readonly id: number; readonly name: string }>(
  threads: readonly Thread[],
): readonly Thread[] {
  const seen = new Set<string>();
  return threads.map((thread) => {
    const file = fileNameOf(thread.name);
    const isTaken = seen.has(file);
    seen.add(file);
    return isTaken ? { ...thread, name: `${thread.id} ${thread.name}` } : thread;
  });
}

/** The first that works; what is done between snapshots wants a session, if one can be had. */
function chooseRoute({ routes }: ProcessTarget, wantsSession: boolean): RouteName | undefined {
  const hasSession = ({ route }: RouteOffer): boolean => route === "inspector" || route === "sigusr1";
  const working = routes.filter(({ works }) => works);
  return ((wantsSession ? working.find(hasSession) : undefined) ?? working[0])?.route;
}

class CaptureRun {
  readonly #target: Target;
  readonly #destination: string | Writable;
  readonly #names: FileNames | undefined;
  readonly #options: CaptureOptions;
  readonly #taken: CapturedSnapshot[] = [];
  readonly #warnings: string[] = [];
  /** Ids of threads that do not answer. */
  readonly #silent = new Set<number>();
  #report: PreflightReport | undefined;

  constructor(target: Target, destination: string | Writable, options: CaptureOptions) {
    this.#target = target;
    this.#destination = destination;
    this.#options = options;
    if (typeof destination === "string") this.#names = parseFileName(destination, options.gzip === true);
  }

  get #rounds(): number {
    return this.#options.count ?? 1;
  }

  /** Before the process is touched: the folder can be written, and no name is taken. */
  checkDestination(): void {
    for (const file of this.#planFiles(["main"])) {
      this.#checkFree(file);
    }
  }

  /** All names that threads will get. */
  #planFiles(threads: readonly string[]): string[] {
    const names = this.#names;
    if (names === undefined) return [];
    return Array.from({ length: this.#rounds }, (_, index) => index + 1).flatMap((round) =>
      threads.map((thread) => formatFileName(names, round, this.#rounds, thread)),
    );
  }

  /** That this file and its record can be written, and nothing is lost to their names. */
  #checkFree(file: string): void {
    const overwrite = this.#options.overwrite === true;
    const record = `${file}.json`;
    new WholeFile(file, { overwrite }).discard();
    new WholeFile(record, { overwrite: overwrite || isRecord(record) }).discard();
  }

  async bySession(): Promise<CaptureResult> {
    const { signal, route, force, closeInspector, timeoutMs } = this.#options;
    const attachment = await attach(this.#target, {
      ...(signal && { signal }),
      ...(route === "inspector" || route === "sigusr1" ? { route } : {}),
      ...(force === undefined ? {} : { force }),
      ...(closeInspector === undefined ? {} : { closeInspector }),
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
      onStep: (text) => this.#emit({ kind: "step", text }),
    });
    let threads: TargetThreads | undefined;
    let facts: TargetFacts | undefined;
    try {
      const limits = signal && { signal };
      facts = await readTargetFacts(attachment.session, limits);
      const isMainOnly = this.#options.threads === "main" || this.#names === undefined;
      if (!isMainOnly) threads = await openThreads(attachment.session, limits);
      await this.#examine(attachment, facts, threads);
      const scripts = new Map<number, readonly Script[]>();
      await this.#series(attachment.session, async (round) => {
        for (const thread of this.#choose(attachment, threads))
          await this.#takeFrom(attachment, facts!, thread, round, scripts);
      });
      if (this.#taken.length === 0)
        throw new CaptureError(
          this.#label(),
          "target-lost",
          `No thread that was asked for has lived long enough for its snapshot; capture others.`,
        );
    } catch (error) {
      throw await this.#explain(error);
    } finally {
      // Nothing of ours may outlive this, and nothing waits for a target that still works on a snapshot.
      for (const warning of await attachment.close()) this.#warn(warning);
    }
    return this.#finish(attachment.route, attachment.description, recordTarget(this.#target, facts));
  }

  async bySignal(target: ProcessTarget): Promise<CaptureResult> {
    const { facts, routes } = target;
    const label = `process ${facts.pid}`;
    const description = describeProcess(facts);
    const offer = routes.find(({ route }) => route === "signal");
    if (offer?.works !== true) throw noRoute(label, offer === undefined ? [] : [offer]);
    const { threads = "main" } = this.#options;
    if (threads !== "main" && threads !== "all")
      throw new CaptureError(
        label,
        "no-route",
        `A signal reaches the main thread only; leave --threads out, or take another route than signal.`,
      );
    const { pid, residentSize } = facts;
    const { numericValues: _, ...cost } = this.#cost();
    const report = judge({
      heap: heapBoundOf(facts),
      cost,
      memory: readMemoryRoom(pid),
      disk: this.#disk(),
      residentSize,
      process: facts,
      isWrittenByProcess: true,
    });
    await this.#decide(report, label);
    this.#warn(
      "A snapshot on a signal holds the main thread only, leaves out numeric values and reports no progress.",
    );
    const ids = this.#watchIds(target);
    let idSpace = randomUUID();
    try {
      await this.#series(
        undefined,
        async (round) => {
          const warnings = await ids.before(round);
          if (warnings.length > 0) idSpace = randomUUID();
          this.#checkObstacle(facts, report);
          const capturedAt = new Date();
          const file = this.#file(round, "main");
          const watch = new MemoryWatch(facts.pid);
          const receipt = await takeSnapshotBySignal(facts, file, {
            ...this.#options,
            onProgress: (progress) => this.#progress(file, "main", round, capturedAt, progress),
          }).finally(() => watch.stop());
          const main = { id: 0, name: "main" };
          this.#keep(
            { ...receipt, thread: main, round, capturedAt, extraMemory: watch.stop(), idSpace, warnings },
            { route: "signal", scripts: [], facts: undefined },
          );
        },
        ids.look,
      );
    } catch (error) {
      throw await this.#explain(error);
    }
    return this.#finish("signal", description, recordTarget(this.#target, undefined));
  }

  /**
   * Without a session nobody can be asked whether ids still hold: that takes an inspector that was closed all the time.
   * `before` says so in the warnings that it returns, `look` is for the time between two rounds.
   */
  #watchIds({ facts, inspector }: ProcessTarget): {
    look: () => Promise<void>;
    before: (round: number) => Promise<string[]>;
  } {
    let wasOpen = inspector.state !== "closed";
    const look = async (): Promise<void> => {
      if (!wasOpen) wasOpen = (await findInspector(facts)).state !== "closed";
    };
    const before = async (round: number): Promise<string[]> => {
      await look();
      if (round === 1 || !wasOpen) return [];
      wasOpen = false;
      const warning = `The inspector of ${this.#label()} was open, so somebody may have come and gone, and objects may have other ids in snapshot ${round} than before.`;
      this.#warn(warning);
      return [warning];
    };
    return { look, before };
  }

  /** Another way than the agent's gets around what the agent would redact: that is said, once the cost is known. */
  async heedRedaction(target: ProcessTarget): Promise<void> {
    const notice = await noticeRedaction(target, { signal: this.#options.signal });
    if (notice !== undefined) this.#warn(notice);
  }

  async byAgent(target: ProcessTarget): Promise<CaptureResult> {
    const { facts, routes } = target;
    const label = this.#label();
    const offer = routes.find(({ route }) => route === "agent");
    if (offer?.works !== true) throw noRoute(label, offer === undefined ? [] : [offer]);
    const { signal, timeoutMs, threads = "all" } = this.#options;
    const isMainOnly = threads === "main" || this.#names === undefined;
    const client = AgentClient.open(facts);
    try {
      this.#emit({ kind: "step", text: `asking the agent of ${label}` });
      const status = await client.status({ signal, timeoutMs });
      for (const note of notesOnAgent(status, label, this.#options)) this.#warn(note);
      await this.#decide(this.#judgeAgent(target, status), label);
      const request = {
        threads: isMainOnly ? ("main" as const) : ("all" as const),
        numericValues: this.#options.numericValues !== false,
        force: this.#options.force === true,
      };
      const ids = this.#watchIds(target);
      let idSuffix = "";
      const take = async (round: number): Promise<void> => {
        const warnings = await ids.before(round);
        if (warnings.length > 0) idSuffix = `.${randomUUID()}`;
        const watch = new MemoryWatch(facts.pid);
        const startedAt = new Date();
        const wait = { stage: "building", done: 0, total: 0, byteLength: 0 } as const;
        const file = this.#file(round, "main");
        const left = await captureByAgent(
          client,
          label,
          { signal, timeoutMs, request, onWait: () => this.#progress(file, "main", round, startedAt, wait) },
          (made) =>
            this.#fetch(client, facts, made, { round, idSuffix, warnings, extraMemory: watch.stop() }),
        ).finally(() => watch.stop());
        if (left !== undefined) this.#warn(left);
      };
      await this.#series(undefined, take, ids.look);
    } catch (error) {
      throw error instanceof CaptureError ? this.#explainPartial(error) : error;
    } finally {
      client.close();
    }
    return this.#finish("agent", describeProcess(facts), recordTarget(this.#target, undefined));
  }

  #judgeAgent({ facts }: ProcessTarget, { preflight }: AgentStatus): PreflightReport {
    const report = judgePrediction(
      {
        heap: heapBoundOf(facts),
        memory: readMemoryRoom(facts.pid),
        disk: this.#disk(),
        residentSize: facts.residentSize,
        process: facts,
      },
      predictionOf(preflight, this.#cost()),
    );
    if (preflight.fits || report.refusals.some(({ code }) => code === "would-not-fit")) return report;
    const message = `The agent would refuse: ${harmless(preflight.reason, 300).replace(/\.$/, "")}; --force makes it try.`;
    return { ...report, refusals: [{ code: "would-not-fit", about: "memory", message }, ...report.refusals] };
  }

  /** What the agent has made, as files of ours. */
  async #fetch(
    client: AgentClient,
    { pid }: ProcessTarget["facts"],
    made: AgentCapture,
    of: {
      readonly round: number;
      /** Tells apart what the agent takes for the same space of ids. */
      readonly idSuffix: string;
      readonly warnings: readonly string[];
      readonly extraMemory: number | undefined;
    },
  ): Promise<void> {
    const { round } = of;
    const { signal } = this.#options;
    for (const warning of made.warnings)
      this.#warn(`The agent says: ${harmless(warning)}.`.replace(/\.\.$/, "."));
    const files = withOwnNames(
      made.files.map(({ thread }, index) => ({ id: thread.id, name: agentThreadName(thread), index })),
    );
    for (const { id, name, index } of this.#select(files, `process ${pid}`)) {
      const file = made.files[index]!;
      const record = readAgentRecord(pid, file.path);
      const destination = this.#file(round, name);
      const capturedAt = new Date(made.startedAt);
      const receipt = await fetchSnapshot(client, `process ${pid}`, made.id, index, file, destination, {
        ...this.#options,
        signal,
        onProgress: (progress) => this.#progress(destination, name, round, capturedAt, progress),
      } as ReceiveOptions);
      const warnings = [
        ...of.warnings,
        ...(record?.warnings ?? []),
        ...(record === undefined
          ? [
              "The agent's own record could not be read, so it is not known which of its snapshots share object ids.",
            ]
          : []),
      ];
      if (record === undefined) this.#warn(warnings.at(-1)!);
      this.#keep(
        {
          ...receipt,
          thread: { id, name },
          round,
          capturedAt,
          durationMs: made.durationMs,
          pauseMs: file.pauseMs,
          // One after the other, and seen from outside together.
          extraMemory: index === 0 ? of.extraMemory : undefined,
          idSpace: record === undefined ? randomUUID() : `${record.ids.space}${of.idSuffix}`,
          ...(file.redacted === undefined ? {} : { redacted: file.redacted }),
          warnings,
        },
        { route: "agent", scripts: [], facts: undefined, agentRecord: record },
      );
    }
  }

  /** Right before each signal: what the process would die of. */
  #checkObstacle(facts: ProcessTarget["facts"], report: PreflightReport): void {
    const obstacle = findWriteObstacle(facts, report.prediction.fileSize);
    if (obstacle === undefined || (this.#options.force === true && obstacle.includes("MB free"))) return;
    const label = this.#label();
    throw new CaptureError(
      label,
      "would-not-fit",
      `${label} would die of a snapshot that it cannot write: ${obstacle}; make room, or take another route.`,
    );
  }

  async #examine(
    attachment: Attachment,
    facts: TargetFacts,
    threads: TargetThreads | undefined,
  ): Promise<void> {
    const { signal } = this.#options;
    const limits = signal && { signal };
    const chosen = this.#choose(attachment, threads);
    for (const file of this.#planFiles(chosen.map(({ name }) => name))) this.#checkFree(file);
    const answers = await Promise.all(
      chosen.filter(({ id }) => id !== 0).map((worker) => this.#askWorker(worker)),
    );
    const workers = answers.filter((heap) => heap !== undefined);
    const readMemory = (): ReturnType<typeof readMemoryRoom> =>
      attachment.pid === undefined ? memoryRoomOf(facts) : readMemoryRoom(attachment.pid);
    const [first = heapFactsOf(facts), ...others] = workers;
    const hasMain = chosen.some(({ id }) => id === 0);
    const cost = { ...this.#cost(), threads: hasMain ? workers : others };
    // Only the heap of the main thread can be counted.
    const heap = !hasMain
      ? first
      : await examineHeap(attachment.session, facts, {
          ...limits,
          memory: readMemory(),
          cost,
          onCount: () =>
            this.#emit({
              kind: "step",
              text: "counting the objects, since sizes do not tell what it would cost",
            }),
        });
    const report = judge({
      heap,
      cost,
      memory: readMemory(),
      disk: this.#disk(),
      residentSize: facts.residentSize,
      ...(this.#target.kind === "process" ? { process: this.#target.facts } : {}),
    });
    await this.#decide(report, attachment.session.target.label);
  }

  /** A worker that is blocked, or has yet to start, must not keep the others from being captured. */
  async #askWorker({ id, name, session }: TargetThread): Promise<HeapFacts | undefined> {
    const { signal } = this.#options;
    try {
      return heapFactsOf(
        await readTargetFacts(session, { timeoutMs: WORKER_ANSWER_MS, ...(signal && { signal }) }),
      );
    } catch (error) {
      const isSilent =
        error instanceof CaptureError && (error.code === "timeout" || error.code === "target-lost");
      if (!isSilent || this.#options.threads === name) throw error;
      this.#silent.add(id);
      this.#warn(
        `The thread “${harmless(name, 60)}” does not answer, as one that is blocked or about to end; it is left out.`,
      );
      return undefined;
    }
  }

  #cost(): { numericValues: boolean; gzip: boolean; snapshots: number } {
    const { numericValues, gzip } = this.#options;
    return { numericValues: numericValues !== false, gzip: gzip === true, snapshots: this.#rounds };
  }

  /** Room for the files; `undefined` for a stream. */
  #disk(): ReturnType<typeof readDiskRoom> | undefined {
    const [file] = this.#planFiles(["main"]);
    return file === undefined ? undefined : readDiskRoom(path.dirname(file));
  }

  async #decide(report: PreflightReport, label: string): Promise<void> {
    this.#report = report;
    this.#emit({ kind: "preflight", report });
    for (const text of report.warnings) this.#warn(text);
    const [refusal] = report.refusals;
    if (refusal !== undefined) {
      if (this.#options.force !== true) throw new CaptureError(label, refusal.code, refusal.message);
      this.#warn(`Forced, although: ${refusal.message}`);
    }
    const isWanted = await this.#options.confirm?.(report);
    if (isWanted === false)
      throw new CaptureError(label, "declined", "Left as it was: the capture was declined.");
  }

  #file(round: number, thread: string): string | Writable {
    if (this.#names === undefined) return this.#destination;
    return formatFileName(this.#names, round, this.#rounds, thread);
  }

  /** Runs the rounds at their times, or when the caller has done what comes before each. */
  async #series(
    session: InspectorSession | undefined,
    take: (round: number) => Promise<void>,
    whileWaiting: () => Promise<void> = () => Promise.resolve(),
  ): Promise<void> {
    const { signal, intervalMs = DEFAULT_INTERVAL_MS, beforeRound } = this.#options;
    const ended = session?.ended;
    for (let round = 1; round <= this.#rounds; round++) {
      const startedAt = performance.now();
      if (beforeRound !== undefined) {
        await beforeRound(round, session);
        this.#endIfAborted();
      }
      await take(round);
      if (round === this.#rounds) return;
      if (beforeRound !== undefined) {
        await whileWaiting();
        continue;
      }
      const untilMs = startedAt + intervalMs;
      while (performance.now() < untilMs) {
        this.#emit({
          kind: "waiting",
          round: round + 1,
          rounds: this.#rounds,
          untilMs: untilMs - performance.now(),
        });
        const end = AbortSignal.any([signal, ended].filter((each) => each !== undefined));
        const pause = Math.min(1000, untilMs - performance.now());
        await sleep(Math.max(0, pause), undefined, { signal: end }).catch(() => {});
        this.#endIfAborted();
        await whileWaiting();
        if (ended?.aborted === true) throw ended.reason;
      }
    }
  }

  #endIfAborted(): void {
    const { signal } = this.#options;
    if (signal?.aborted === true) throw aborted(this.#label(), signal);
  }

  /** The threads that are wanted, as they are now. */
  #choose(attachment: Attachment, threads: TargetThreads | undefined): readonly TargetThread[] {
    const main = { id: 0, name: "main", session: attachment.session };
    if (threads === undefined) return [main];
    return this.#select(withOwnNames(threads.current()), attachment.description);
  }

  /** Of all threads those that are wanted; one that does not answer cannot be had. */
  #select<Thread extends { readonly id: number; readonly name: string }>(
    all: readonly Thread[],
    description: string,
  ): readonly Thread[] {
    const { threads: wanted = "all" } = this.#options;
    const answering = all.filter(({ id }) => !this.#silent.has(id));
    if (wanted === "all") return answering;
    const matching = answering.filter(({ id, name }) => name === wanted || String(id) === wanted);
    const chosen = matching.length > 0 ? matching : answering.filter(({ name }) => name.includes(wanted));
    if (chosen.length > 0) return chosen;
    throw new CaptureError(
      this.#label(),
      "bad-address",
      `There is no thread “${harmless(wanted)}” in ${description}; it has: ${all.map(({ name }) => harmless(name, 60)).join(", ")}.`,
    );
  }

  async #takeFrom(
    attachment: Attachment,
    facts: TargetFacts,
    thread: TargetThread,
    round: number,
    scripts: Map<number, readonly Script[]>,
  ): Promise<void> {
    const file = this.#file(round, thread.name);
    const watch = new MemoryWatch(attachment.pid);
    const capturedAt = new Date();
    let receipt: SnapshotReceipt;
    try {
      receipt = await takeSnapshot(thread.session, file, {
        ...this.#options,
        numericValues: this.#options.numericValues !== false,
        onProgress: (progress) => this.#progress(file, thread.name, round, capturedAt, progress),
      } as TakeSnapshotOptions);
    } catch (error) {
      watch.stop();
      const isGone = error instanceof CaptureError && ["target-lost", "timeout"].includes(error.code);
      if (thread.id === 0 || !isGone || attachment.session.ended.aborted) throw error;
      this.#warn(
        `The thread “${harmless(thread.name, 60)}” ended before its snapshot was whole; it is left out.`,
      );
      return;
    }
    const extraMemory = watch.stop();
    const warnings: string[] = [];
    if (receipt.renumbered) {
      warnings.push(
        `Another client's inspector session ended between snapshots ${round - 1} and ${round}: from here on objects have other ids, so snapshots before and after cannot be compared object by object.`,
      );
    }
    if (receipt.interrupted)
      warnings.push(
        "Its JavaScript never came to rest, so it was stopped in the middle of its code for the snapshot.",
      );
    for (const warning of warnings) this.#warn(warning);
    scripts.set(thread.id, await this.#readScripts(thread, scripts.get(thread.id)));
    const { id, name } = thread;
    this.#keep(
      { ...receipt, thread: { id, name }, round, capturedAt, extraMemory, warnings },
      { route: attachment.route, scripts: scripts.get(thread.id) ?? [], facts },
    );
  }

  async #readScripts(
    thread: TargetThread,
    before: readonly Script[] | undefined,
  ): Promise<readonly Script[]> {
    if (this.#names === undefined || this.#options.records === false) return [];
    try {
      return [...(await readScripts(thread.session, { timeoutMs: 10_000 })).values()];
    } catch {
      return before ?? []; // the snapshot is whole, even if the process has ended now; the names of scripts are an extra
    }
  }

  /** Notes a snapshot that is whole, and writes its record. */
  #keep(
    snapshot: CapturedSnapshot,
    {
      route,
      scripts,
      facts,
      agentRecord,
    }: {
      route: RouteName;
      scripts: readonly Script[];
      facts: TargetFacts | undefined;
      agentRecord?: AgentRecord | undefined;
    },
  ): void {
    this.#taken.push(snapshot);
    if (snapshot.path !== undefined && this.#options.records !== false) {
      const record = buildRecord({
        snapshot,
        route,
        scripts,
        facts,
        target: recordTarget(this.#target, facts),
        options: this.#recordedOptions(route),
        prediction: this.#report?.prediction,
        tool: this.#options.tool ?? "@heapscope/capture",
      });
      const { options, heap, scripts: loaded } = agentRecord ?? record;
      this.#writeBeside(`${snapshot.path}.json`, { ...record, options, heap, scripts: loaded });
    }
    this.#emit({ kind: "captured", snapshot });
  }

  #writeBeside(file: string, value: object): void {
    try {
      const whole = new WholeFile(file, { overwrite: true });
      try {
        whole.write(`${JSON.stringify(value)}\n`);
        whole.commit();
      } catch (error) {
        whole.discard();
        throw error;
      }
    } catch (error) {
      this.#warn(
        `What is known about the capture could not be written beside it: ${(error as Error).message}`,
      );
    }
  }

  #recordedOptions(route: RouteName): CaptureResult["options"] {
    const { collectGarbage, numericValues, exposeInternals } = this.#options;
    if (route === "signal") return { collectGarbage: false, numericValues: false, exposeInternals: false };
    if (route === "agent")
      return { collectGarbage: false, numericValues: numericValues !== false, exposeInternals: false };
    return {
      collectGarbage: collectGarbage === true,
      numericValues: numericValues !== false,
      exposeInternals: exposeInternals === true,
    };
  }

  #finish(route: RouteName, description: string, target: RecordedTarget): CaptureResult {
    const result = {
      target,
      route,
      description,
      options: this.#recordedOptions(route),
      preflight: this.#report!,
      snapshots: this.#taken,
      warnings: this.#warnings,
    };
    let manifest: string | undefined;
    if (this.#names !== undefined && this.#taken.length > 1 && this.#options.records !== false) {
      manifest = manifestName(this.#names);
      this.#writeBeside(manifest, buildManifest(result));
    }
    return { ...result, manifest };
  }

  /** What was whole before the failure is still there, and the reader should know; also that the process is. */
  async #explain(error: unknown): Promise<unknown> {
    if (!(error instanceof CaptureError)) return error;
    const target = this.#target;
    if (error.code === "target-lost" && target.kind === "process" && (await goesOn(target.facts))) {
      const label = this.#label();
      return this.#explainPartial(
        new CaptureError(
          label,
          "target-lost",
          `The inspector of ${label} was closed meanwhile, by the program or by another tool; the process itself goes on: try again.`,
          error,
        ),
      );
    }
    return this.#explainPartial(error);
  }

  #explainPartial(error: CaptureError): CaptureError {
    if (this.#taken.length === 0) return error;
    const files = this.#taken.map(({ path: file }) => file).filter((file) => file !== undefined);
    const list = files.map((file) => harmless(path.basename(file), 100)).join(", ");
    return new CaptureError(
      error.target,
      error.code,
      `${error.message.replace("; nothing was kept", "")} ${files.length === 1 ? "One snapshot is whole and stays" : `${files.length} snapshots are whole and stay`}: ${list}.`,
      error,
    );
  }

  #progress(
    file: string | Writable,
    thread: string,
    number: number,
    capturedAt: Date,
    progress: CaptureProgress,
  ): void {
    this.#emit({
      kind: "progress",
      file: typeof file === "string" ? file : "",
      thread,
      number,
      total: this.#rounds,
      progress,
      elapsedMs: Date.now() - capturedAt.getTime(),
    });
  }

  #label(): string {
    return this.#target.kind === "process" ? `process ${this.#target.facts.pid}` : this.#target.address;
  }

  #warn(text: string): void {
    this.#warnings.push(text);
    this.#emit({ kind: "warning", text });
  }

  #emit(event: CaptureEvent): void {
    this.#options.onEvent?.(event);
  }
}
