#!/usr/bin/env node
// The program `heapscope`: words of the command line in, text or JSON out, and an exit code.
//
//   0  done
//   1  done, and what was asked for as a gate (`leaks --fail-on-leak`, `check`) does not pass
//   2  could not be done: one sentence on standard error, and with --json an error object on standard output
//   130  interrupted with Ctrl-C; 143 terminated
//
// The result goes to standard output, everything else to standard error. A reader that closes the pipe early (`| head`)
// has what it wanted: that is no error, and hides none. Only this file touches the process: arguments, streams, signals,
// exit code.

import { readFileSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { escapeText } from "@heapscope/wording";
import type { CacheSettings } from "./cache/cache-settings.ts";
import type { Outcome } from "./command.ts";
import { parseCommandLine, type Request } from "./command-line.ts";
import { describeError, UsageError, type ErrorDescription } from "./command-error.ts";
import { commands } from "./commands.ts";
import { jsonParts } from "./json-output.ts";
import { silentProgress, type ProgressLine } from "./progress.ts";
import { createContext, type RunContext } from "./snapshot-context.ts";
import { lineWidth, wantsColour, wantsProgress } from "./terminal.ts";

const EXIT_GATE = 1;
const EXIT_FAILED = 2;
const EXIT_INTERRUPTED = 130;
const EXIT_TERMINATED = 143;

/** How long a command may take to clean up after Ctrl-C. */
const GRACE_MS = 500;

/** The same where a process must be left as it was. */
const LIVE_GRACE_MS = 20_000;

/** Text that waits to be written: enough to make few system calls, little enough to start a pipe's reader early. */
const WRITE_SIZE = 1 << 16;

await main(process.argv.slice(2));

async function main(words: readonly string[]): Promise<void> {
  process.stdout.on("error", endOnOutputError);
  process.stderr.on("error", () => {});
  // Before the words are understood, their intention must be guessed: an error, too, is JSON for who asked for JSON.
  let json = words.includes("--json");
  try {
    const request = parseCommandLine(words, commands, {
      name: "heapscope",
      ...readPackageFile(),
      helpWidth: lineWidth(process.stdout) ?? 100,
      colour: wantsColour(process.stdout, process.env),
    });
    switch (request.kind) {
      case "text":
        await write([request.text]);
        return;
      case "nothing":
        await write([request.help]);
        throw new UsageError("no command given; start with: heapscope summary app.heapsnapshot");
      case "run":
        json = request.json;
        await run(request);
        return;
      default:
        return request satisfies never;
    }
  } catch (error) {
    await fail(describeError(error), json);
  }
}

/** The file lies one folder above this one, both as source and as built. */
function readPackageFile(): { version: string; description: string } {
  const { version, description } = JSON.parse(
    readFileSync(new URL("../package.json", import.meta.url), "utf8"),
  ) as {
    version: string;
    description: string;
  };
  return { version, description };
}

async function run(request: Request & { kind: "run" }): Promise<void> {
  const progress = await createProgress();
  const enough = new AbortController();
  const cancellation = new AbortController();
  let exitCode: number | undefined;
  const { live } = request.command;
  let isWatching = false;
  const stop = (code: number): void => {
    if (live === "ends" && !isWatching && !enough.signal.aborted) return enough.abort(code); // the usual way to end it
    if (cancellation.signal.aborted) process.exit(code); // asked once more
    if (!isWatching) exitCode = code;
    progress.stop();
    enough.abort();
    cancellation.abort();
    // The engine looks at the signal many times a second, but not while it waits for a pipe.
    setTimeout(() => process.exit(code), live === undefined ? GRACE_MS : LIVE_GRACE_MS).unref();
  };
  let outputError: NodeJS.ErrnoException | undefined;
  const onOutputError = (error: NodeJS.ErrnoException): void => {
    if (live === "fails") return; // it writes by itself, and tells
    if (live === undefined && !isWatching) return endOnOutputError(error);
    outputError ??= error;
    enough.abort();
    if (isWatching) cancellation.abort();
  };
  process.stdout.off("error", endOnOutputError).on("error", onOutputError);
  const interrupt = (): void => stop(EXIT_INTERRUPTED);
  const terminate = (): void => stop(EXIT_TERMINATED);
  process.on("SIGINT", interrupt);
  process.on("SIGTERM", terminate);
  process.on("SIGHUP", terminate); // the terminal was closed

  let outcome: Outcome;
  let context: RunContext;
  try {
    context = createContext({
      json: request.json,
      // Commands that deal with snapshots of which something may be kept have this option.
      cacheSettings: request.input["no-cache"] === false ? await readCacheSettings() : undefined,
      commands,
      signal: cancellation.signal,
      enough: enough.signal,
      progress,
      output: process.stdout,
      wantsColour: wantsColour(process.stdout, process.env),
      say: (text) => progress.above(() => process.stderr.write(`${escapeText(text)}\n`)),
      ask: (question) => ask(question, cancellation.signal),
    });
    const outcomes = request.command.watch(context, request.input);
    if (outcomes !== undefined) {
      isWatching = true;
      await show(outcomes, cancellation.signal, request.json, live !== "serves");
      if (outputError !== undefined) endOnOutputError(outputError);
      return;
    }
    outcome = await request.command.execute(context, request.input);
  } catch (error) {
    // Ctrl-C ends the other programs of a pipe, too, and the end of the input may be noticed before the signal.
    await setImmediate();
    if (exitCode !== undefined) {
      if (live !== undefined) await tellRest(error);
      process.exit(exitCode);
    }
    if (outputError !== undefined) endOnOutputError(outputError);
    // It was to end before there was anything that could be a result.
    if (enough.signal.aborted && isStop(error)) process.exit(enough.signal.reason as number);
    throw error;
  } finally {
    progress.stop();
    process.stdout.off("error", onOutputError).on("error", endOnOutputError);
  }
  if (outputError !== undefined) endOnOutputError(outputError);
  process.off("SIGINT", interrupt);
  process.off("SIGTERM", terminate);
  process.off("SIGHUP", terminate);
  if (exitCode !== undefined) process.exit(exitCode);
  // Before it is written: also a reader that closes the pipe early gets to know.
  if (outcome.fails) process.exitCode = EXIT_GATE;
  await write(request.json ? jsonLine(outcome.value) : withNewlines(await formatPage(outcome)));
  context.keepComputed();
}

/**
 * Shows each outcome in the place of the one before; in a pipe one after the other, with an empty line between. Ctrl-C is
 * how a watch ends, and ends well.
 */
async function show(
  outcomes: AsyncIterable<Outcome>,
  signal: AbortSignal,
  json: boolean,
  isReplaced: boolean,
): Promise<void> {
  const isDrawn = !json && isReplaced && process.stdout.isTTY && process.env["TERM"] !== "dumb";
  const screen = isDrawn ? (await import("./live-screen.ts")).createLiveScreen(process.stdout) : undefined;
  let separator: string[] = [];
  try {
    for await (const outcome of outcomes) {
      if (json) await write(jsonLine(outcome.value));
      else if (screen !== undefined) screen.show(await formatPage(outcome));
      else await write([...separator, ...withNewlines(await formatPage(outcome))]);
      separator = ["\n"];
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    screen?.end();
  }
}

/** The error of a command that was told to stop. */
function isStop(error: unknown): boolean {
  return ["aborted", "cancelled"].includes(describeError(error).code);
}

/** After Ctrl-C: what the user must know beyond that it was stopped, such as what is left to be done. */
async function tellRest(error: unknown): Promise<void> {
  const { code, message } = describeError(error);
  const rest = message.replace(/^stopped as asked(?:; nothing was kept)?\.\s*/i, "");
  if (code === "internal" || code === "cancelled" || rest === "") return;
  await writePiece(`heapscope: ${escapeText(rest)}\n`, process.stderr);
}

/** Anything but a yes is a no. */
async function ask(question: string, signal: AbortSignal): Promise<boolean | undefined> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return undefined;
  const { createInterface } = await import("node:readline/promises");
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const interrupted = new AbortController();
  terminal.once("SIGINT", () => {
    interrupted.abort();
    process.kill(process.pid, "SIGINT"); // heard above, as if nobody had been asked
  });
  try {
    const answer = await terminal.question(`${escapeText(question)} [y/N] `, {
      signal: AbortSignal.any([interrupted.signal, signal]),
    });
    return /^y(?:es)?$/i.test(answer.trim());
  } catch {
    return false;
  } finally {
    terminal.close();
  }
}

async function createProgress(): Promise<ProgressLine> {
  if (!wantsProgress(process.stderr, process.env)) return silentProgress;
  return (await import("./spinner-line.ts")).createSpinnerLine(process.stderr);
}

function* jsonLine(value: unknown): Generator<string> {
  yield* jsonParts(value);
  yield "\n";
}

async function formatPage(outcome: Outcome): Promise<readonly string[]> {
  const [{ Page }, { createPalette }] = await Promise.all([
    import("./print/page.ts"),
    import("./print/palette.ts"),
  ]);
  const page = new Page(createPalette(wantsColour(process.stdout, process.env)), lineWidth(process.stdout));
  await outcome.print(page);
  return page.lines;
}

function* withNewlines(lines: readonly string[]): Generator<string> {
  for (const line of lines) yield `${line}\n`;
}

/** Writes the parts in pieces of at least `WRITE_SIZE`, no faster than the reader takes them. */
async function write(parts: Iterable<string>): Promise<void> {
  let piece = "";
  for (const part of parts) {
    piece += part;
    if (piece.length < WRITE_SIZE) continue;
    await writePiece(piece);
    piece = "";
  }
  if (piece !== "") await writePiece(piece);
}

function writePiece(piece: string, stream: NodeJS.WriteStream = process.stdout): Promise<void> {
  // Resolved by error, too: `endOnOutputError` has decided by then what the error means.
  return new Promise((resolve) => stream.write(piece, () => resolve()));
}

function endOnOutputError(error: NodeJS.ErrnoException): void {
  if (error.code === "EPIPE") process.exit(process.exitCode ?? 0);
  process.stderr.write(`heapscope: the output could not be written (${error.message}).\n`);
  process.exit(EXIT_FAILED);
}

/** Reports the failure and ends the process, even if somebody still holds standard input open. */
async function fail(description: ErrorDescription, json: boolean): Promise<never> {
  process.exitCode = EXIT_FAILED;
  const lines = [`heapscope: ${escapeText(description.message)}`];
  if (description.code === "internal") {
    const stack = String(description.detail?.["stack"] ?? "").split("\n");
    lines.push(...stack.map(escapeText), "This is a fault in heapscope; please report it.");
  }
  // First of the two: once nobody reads standard output, writing to it ends the process.
  await writePiece(`${lines.join("\n")}\n`, process.stderr);
  if (json) await write(jsonLine({ schema: "heapscope/error@1", error: description }));
  process.exit();
}

async function readCacheSettings(): Promise<CacheSettings | undefined> {
  const cache = await import("./cache/cache-settings.ts");
  return cache.readCacheSettings(process.env, process.platform);
}
