// Prints the results of `heapscope agent status`: of one process a sentence, its settings, what it has captured and what
// happened lately; of the machine a table. All text is the process's.

import { escapeText, formatDuration, formatQuantity, formatSize } from "@heapscope/wording";
import type { AgentLine, Agents, AgentStatus } from "../schemas/agent-status.ts";
import { printFittingTable, type FittingColumn } from "./fitting-table.ts";
import type { Page } from "./page.ts";
import type { Style } from "./palette.ts";

const LONGEST_COMMAND = 60;
const SHOWN_CAPTURES = 5;
const SHOWN_EVENTS = 5;
const SETTING_WIDTH = 10;

export function printAgents(page: Page, result: AgentStatus | Agents): void {
  if (result.schema === "heapscope/agents@1") printAll(page, result);
  else printOne(page, result);
}

function printAll(page: Page, { at, agents }: Agents): void {
  const [first] = agents;
  if (first === undefined) {
    page.answer("No @heapscope/agent runs here, or none that this user may talk to.");
    page.next([["node --import @heapscope/agent/register app.js", "start a program with one"]]);
    return;
  }
  const silent = agents.filter(({ error }) => error !== undefined);
  const answer = silent.length === 0 ? "" : `, ${silent.length} of which did not answer`;
  page.answer(`${formatQuantity(agents.length, "process", "processes")} with an agent${answer}.`);
  page.line();
  printFittingTable(page, lineColumns(page, at), agents);
  if (silent.length > 0) page.line();
  for (const { process, error } of silent) page.warning(`${process.pid}: ${escapeText(error!)}`);
  page.next([[`heapscope agent status ${first.process.pid}`, "what it is set to and what it has done"]]);
}

function lineColumns({ palette }: Page, at: string): readonly FittingColumn<AgentLine>[] {
  const { handle, muted, warning } = palette;
  return [
    { title: "PID", align: "right", cell: ({ process }) => [{ text: String(process.pid), style: handle }] },
    {
      title: "Command",
      align: "left",
      gives: true,
      cell: ({ process }) => [{ text: escapeText(process.command), cut: "middle" }],
    },
    { title: "Agent", align: "left", goes: 3, cell: ({ version }) => escapeText(version) },
    { title: "Up", align: "right", goes: 2, cell: ({ startedAt }) => age(startedAt, at) },
    {
      title: "Redacts",
      align: "left",
      cell: ({ redact }) => [{ text: redact ?? "?", ...(redact === "off" ? { style: muted } : {}) }],
    },
    {
      title: "Triggers",
      align: "left",
      gives: true,
      cell: ({ triggers }) => [{ text: triggers?.join(", ") ?? "?", cut: "middle" }],
    },
    { title: "Captures", align: "right", goes: 4, cell: ({ captures }) => String(captures ?? "?") },
    { title: "Unsent", align: "right", goes: 1, cell: ({ pendingExports }) => String(pendingExports ?? "?") },
    {
      title: "Now",
      align: "left",
      cell: ({ capturing, fits, error }) =>
        error !== undefined
          ? [{ text: "silent", style: warning }]
          : capturing === undefined
            ? [fits === true ? { text: "ready" } : { text: "no room", style: warning }]
            : [{ text: capturing, style: palette.accent }],
    },
  ];
}

function printOne(page: Page, status: AgentStatus): void {
  page.answer(answer(status));
  page.line();
  for (const [name, text] of settings(status)) {
    page.segments([
      { text: name.padEnd(SETTING_WIDTH), style: page.palette.muted },
      { text, cut: "middle" },
    ]);
  }
  printTriggers(page, status);
  printCaptures(page, status);
  printEvents(page, status);
  const { pid } = status.process;
  page.next([[`heapscope capture ${pid}`, "a snapshot by the agent, into this folder"]]);
}

function answer({ version, process, startedAt, at, redact, capturing, preflight }: AgentStatus): string {
  const command = escapeText(process.command);
  const shown = command.length > LONGEST_COMMAND ? `${command.slice(0, LONGEST_COMMAND - 1)}…` : command;
  const doing =
    capturing === undefined
      ? preflight.fits
        ? "ready"
        : "ready, but a snapshot would not fit"
      : `making a ${capturing.recorder} (${capturing.trigger})`;
  const what = {
    off: "",
    strings: ", redacts all strings",
    secrets: ", redacts secrets",
    function: ", redacts by a function",
  };
  return `@heapscope/agent ${escapeText(version)} in process ${process.pid} (${shown}), for ${age(startedAt, at)}: ${doing}${what[redact]}.`;
}

type Setting = readonly [name: string, text: string];

function settings({
  preflight,
  directory,
  exporters,
  pendingExports,
  limits,
  process,
  pid,
  runtime,
  at,
}: AgentStatus): Setting[] {
  const { pauseMs, extraMemory, freeMemory, fileSize, freeDisk } = preflight;
  const free = (size: number | undefined): string =>
    size === undefined ? "" : ` of ${formatSize(size)} free`;
  const { usedToday, perDay, nextAllowedAt } = limits;
  const wait = nextAllowedAt === undefined ? "" : `; the next in ${age(at, nextAllowedAt)}`;
  const waiting = pendingExports === 0 ? "" : `; ${formatQuantity(pendingExports, "file")} to send`;
  const to = exporters.map(({ type, to }) => (type === "stdout" ? to : `${type} ${to}`)).join(", ");
  return [
    ["Node", `${escapeText(runtime)}${pid === process.pid ? "" : `, process ${pid} in its container`}`],
    ["Snapshot", `a pause of ${formatDuration(pauseMs.from)} to ${formatDuration(pauseMs.to)}`],
    ["  memory", `at most ${formatSize(extraMemory)}${free(freeMemory)}`],
    ["  file", `at most ${formatSize(fileSize)}${free(freeDisk)}`],
    ["Folder", escapeText(directory)],
    ["Sends to", `${to === "" ? "nobody" : escapeText(to)}${waiting}`],
    ["Limits", `${usedToday} of ${perDay} captures by triggers in 24 h${wait}`],
  ];
}

function printTriggers(page: Page, { triggers, preflight }: AgentStatus): void {
  if (!preflight.fits) page.warning(`${escapeText(preflight.reason)}.`.replace(/\.\.$/, "."));
  if (triggers.length === 0) return;
  page.line();
  page.table<AgentStatus["triggers"][number]>(
    [
      { title: "Trigger", align: "left", cell: ({ trigger }) => trigger },
      { title: "Active", align: "left", cell: ({ active }) => (active ? "yes" : "no") },
      {
        title: "Detail",
        align: "left",
        gives: true,
        cell: ({ detail }) => [{ text: escapeText(detail), cut: "middle" }],
      },
    ],
    triggers,
  );
}

function printCaptures(page: Page, { captures, at }: AgentStatus): void {
  if (captures.length === 0) return;
  page.line();
  page.table<AgentStatus["captures"][number]>(
    [
      { title: "Captured", align: "right", cell: ({ startedAt }) => `${age(startedAt, at)} ago` },
      { title: "By", align: "left", cell: ({ trigger }) => trigger },
      { title: "What", align: "left", cell: ({ recorder }) => recorder },
      { title: "Files", align: "right", cell: ({ files }) => String(files.length) },
      {
        title: "Size",
        align: "right",
        cell: ({ files }) => formatSize(files.reduce((sum, { bytes }) => sum + bytes, 0)),
      },
      { title: "Pause", align: "right", cell: ({ files }) => longestPause(files) },
      {
        title: "File",
        align: "left",
        gives: true,
        cell: ({ files }) => [{ text: escapeText(files[0]?.path.split("/").at(-1) ?? ""), cut: "middle" }],
      },
    ],
    captures.slice(0, SHOWN_CAPTURES),
  );
  if (captures.length > SHOWN_CAPTURES)
    page.note(`… ${captures.length - SHOWN_CAPTURES} older ones; --json shows all`);
}

function longestPause(files: AgentStatus["captures"][number]["files"]): string {
  const pauses = files.flatMap(({ pauseMs }) => pauseMs ?? []);
  return pauses.length === 0 ? "" : formatDuration(Math.max(...pauses));
}

function printEvents(page: Page, { recentEvents, at }: AgentStatus): void {
  const shown = recentEvents.slice(-SHOWN_EVENTS).toReversed();
  if (shown.length === 0) return;
  const styles: Readonly<Record<string, Style>> = { warn: page.palette.warning, error: page.palette.error };
  page.line();
  page.table<(typeof shown)[number]>(
    [
      { title: "Lately", align: "right", cell: ({ timestamp }) => `${age(timestamp, at)} ago` },
      {
        title: "",
        align: "left",
        cell: ({ severity }) => [{ text: severity === "info" ? "" : severity, style: styles[severity] }],
      },
      {
        title: "Event",
        align: "left",
        gives: true,
        cell: ({ message }) => [{ text: escapeText(message), cut: "middle" }],
      },
    ],
    shown,
  );
  if (recentEvents.length > SHOWN_EVENTS)
    page.note(`… ${recentEvents.length - SHOWN_EVENTS} older ones; --json shows all`);
}

/** From one time to another, neither of which need be right. */
function age(from: string, to: string): string {
  return formatDuration(Math.max(0, Date.parse(to) - Date.parse(from)));
}
