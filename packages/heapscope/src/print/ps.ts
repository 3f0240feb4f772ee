// Prints the result of `heapscope ps`: how many processes there are and which is the largest, the table, what the reader
// must know about single processes, and the next command. Where a line has no room for all columns, those that matter
// least are left out, with a word about it.

import ms from "ms";
import { escapeText, formatQuantity, formatSize } from "@heapscope/wording";
import type { Processes, ProcessLine } from "../schemas/ps.ts";
import { printFittingTable, type FittingColumn } from "./fitting-table.ts";
import type { Page } from "./page.ts";
import type { Segment } from "./table.ts";

const SHORT_ID = 12; // as docker ps shows it
const LONGEST_COMMAND = 60;

export function printProcesses(page: Page, result: Processes, input: { heap: boolean }): void {
  const { processes } = result;
  page.answer(answer(result));
  if (processes.length > 0) {
    page.line();
    printFittingTable(page, columnsOf(page, processes, input.heap), processes);
  }
  printRemarks(page, processes);
  const best = processes.find(({ routes }) => routes.length > 0);
  const askable = processes.some(
    ({ inspector }) => inspector.state === "open" && inspector.url !== undefined,
  );
  const next: (readonly [string, string])[] = [];
  if (best !== undefined) next.push([`heapscope capture ${best.pid}`, "take a snapshot of it"]);
  const served = processes.find(({ agent }) => agent !== undefined);
  if (served !== undefined) next.push([`heapscope agent status ${served.pid}`, "what its agent does"]);
  if (askable && !input.heap) next.push(["heapscope ps --heap", "ask open inspectors for heap sizes"]);
  if (next.length > 0) page.next(next);
}

function answer({ pattern, processes }: Processes): string {
  const [largest] = processes;
  if (largest === undefined) {
    return pattern === undefined
      ? "No process with a JavaScript heap is running here."
      : `No process with a JavaScript heap has '${escapeText(pattern)}' in its command line.`;
  }
  const capturable = processes.filter(({ routes }) => routes.length > 0).length;
  if (processes.length === 1) {
    const verdict = capturable === 1 ? "can be captured" : "cannot be captured";
    return `Process ${largest.pid} (${commandText(largest)}) uses ${formatSize(largest.rss)} and ${verdict}.`;
  }
  const share =
    capturable === processes.length ? "all" : capturable === 0 ? "none" : capturable.toLocaleString("en");
  const subject = `${formatQuantity(processes.length, "process", "processes")}, ${share} of which can be captured`;
  return `${subject}; the largest is ${largest.pid} (${commandText(largest)}) with ${formatSize(largest.rss)}.`;
}

/** The command, short enough to stand in a sentence. */
function commandText({ command }: { readonly command: string }): string {
  const text = escapeText(command);
  return text.length > LONGEST_COMMAND ? `${text.slice(0, LONGEST_COMMAND - 1)}…` : text;
}

/** Columns in which every process would have the same nothing are not there. */
function columnsOf(
  { palette }: Page,
  processes: readonly ProcessLine[],
  isHeapAskedFor: boolean,
): readonly FittingColumn<ProcessLine>[] {
  const some = (has: (line: ProcessLine) => unknown): boolean =>
    processes.some((line) => has(line) !== undefined);
  const columns: (FittingColumn<ProcessLine> | undefined)[] = [
    {
      title: "PID",
      align: "right",
      cell: ({ pid }) => [{ text: String(pid), style: palette.handle }],
    },
    {
      title: "Command",
      align: "left",
      gives: true,
      cell: ({ command }) => [{ text: escapeText(command), cut: "middle" }],
    },
    { title: "Runtime", align: "left", goes: 6, cell: runtimeText },
    some((line) => line.heapUsed ?? line.heapLimit)
      ? { title: "Heap", align: "right", ...(isHeapAskedFor ? {} : { goes: 2 }), cell: heapText }
      : undefined,
    { title: "RSS", align: "right", cell: ({ rss }) => formatSize(rss) },
    { title: "Up", align: "right", goes: 5, cell: ({ uptimeMs }) => ms(uptimeMs) },
    {
      title: "Inspector",
      align: "left",
      goes: 4,
      cell: (line) => inspectorSegments(line, palette.warning),
    },
    some(({ signal }) => signal)
      ? { title: "Signal", align: "left", goes: 1, cell: ({ signal }) => signal ?? "" }
      : undefined,
    some(({ container }) => container)
      ? { title: "Container", align: "left", goes: 3, cell: containerText }
      : undefined,
    {
      title: "Routes",
      align: "left",
      cell: ({ routes }) =>
        routes.length > 0 ? routes.join(", ") : [{ text: "none", style: palette.muted }],
    },
  ];
  return columns.filter((column) => column !== undefined);
}

function runtimeText({ runtime, version }: ProcessLine): string {
  return version === undefined ? runtime : `${runtime} ${escapeText(version).replace(/^v/, "")}`;
}

/** `12.3 MB of 537 MB`; a dash for what is not known. */
function heapText({ heapUsed, heapLimit }: ProcessLine): string {
  if (heapUsed === undefined && heapLimit === undefined) return "";
  const used = heapUsed === undefined ? "−" : formatSize(heapUsed);
  return heapLimit === undefined ? used : `${used} of ${formatSize(heapLimit)}`;
}

function inspectorSegments({ inspector }: ProcessLine, warning: Segment["style"]): readonly Segment[] {
  const { state, port } = inspector;
  if (state === "closed" || port === undefined) return [{ text: state === "unknown" ? "?" : state }];
  const isPublic = isOpenToNetwork(inspector);
  const place = `${isPublic ? escapeText(inspector.address!) : ""}:${port}`;
  return [
    { text: place, ...(isPublic ? { style: warning } : {}) },
    { text: state === "in-use" ? " in use" : state === "unknown" ? " ?" : "" },
  ];
}

function isOpenToNetwork({ state, address }: ProcessLine["inspector"]): boolean {
  const isOpen = state === "open" || state === "in-use";
  return isOpen && address !== undefined && !address.startsWith("127.") && address !== "::1";
}

function containerText({ container }: ProcessLine): string {
  if (container === undefined) return "";
  const { kind, id } = container;
  return id === undefined ? kind : `${kind} ${escapeText(id.slice(0, SHORT_ID))}`;
}

/** Why processes cannot be captured, who would be disturbed, and what is open to everybody. */
function printRemarks(page: Page, processes: readonly ProcessLine[]): void {
  const remarks: (() => void)[] = [];
  for (const line of processes) {
    const { pid, inspector, routes, heapError } = line;
    if (isOpenToNetwork(inspector)) {
      const place = `${escapeText(inspector.address!)}:${inspector.port}`;
      remarks.push(() =>
        page.warning(
          `${pid}: its inspector listens on ${place}; whoever reaches that port can run code there.`,
        ),
      );
    }
    if (inspector.clients.length > 0) {
      const who = inspector.clients.map(clientText).join(", ");
      remarks.push(() => page.note(`${pid}: its inspector is used by ${who}.`));
    }
    if (heapError !== undefined)
      remarks.push(() => page.note(`${pid}: its heap is not known (${escapeText(heapError)}).`));
    if (routes.length === 0)
      remarks.push(() => page.note(`${pid} cannot be captured: ${escapeText(mainReason(line))}.`));
  }
  if (remarks.length > 0) page.line();
  for (const print of remarks) print();
}

function clientText({ pid, command }: ProcessLine["inspector"]["clients"][number]): string {
  if (pid === undefined) return "somebody who cannot be seen from here";
  return command === undefined ? `process ${pid}` : `process ${pid} (${commandText({ command })})`;
}

/** Of all reasons the one that says most: in Node usually why the signal does not work, elsewhere the inspector's. */
function mainReason({ runtime, inspector, unavailable }: ProcessLine): string {
  const isNode = runtime === "node" || runtime === "electron";
  const wanted = isNode && inspector.state === "closed" ? "sigusr1" : "inspector";
  return (unavailable.find(({ route }) => route === wanted) ?? unavailable[0])?.reason ?? "no way is known";
}
