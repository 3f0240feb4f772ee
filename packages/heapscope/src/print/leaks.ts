// Prints the result of `heapscope leaks`: the verdict, then each suspect as a short block of labelled lines, then in a few
// words what else grew, and what the verdict rests on.
//
//   Leak: 2,000 Session objects in Map `sessions`, +1,000 per round, +8.2 MB each round
//     held by   global › require cache › server.js exports › .sessions › Map
//     created   src/session.ts:41:18  in openSession()

import { resolve } from "node:path";
import {
  describeContainer,
  describeEntries,
  describeGrowth,
  escapeText,
  formatCount,
  formatDuration,
  formatPercent,
  formatQuantity,
  formatRuleNames,
  formatSigned,
  formatSize,
  functionLabel,
  objectHandle,
  objectLabel,
} from "@heapscope/wording";
import type {
  AllocationStackLine,
  LeakObject,
  LeakPathStep,
  Leaks,
  PathBranchLine,
  SuspectLine,
} from "../schemas/leaks.ts";
import { shellWord } from "../text/shell-word.ts";
import { shortPath } from "../text/short-path.ts";
import { textWidth, wrapWords } from "../text/text-width.ts";
import { fileWord } from "./columns.ts";
import { treeRows } from "./tree.ts";
import type { Page } from "./page.ts";
import type { Style } from "./palette.ts";

/** What was asked for beside the verdict. */
export interface LeaksView {
  /** Every step of the paths. */
  readonly raw: boolean;
  /** Also what is no leak, line by line. */
  readonly all: boolean;
}

/** The engine's, and promised to programs: from here on a suspect is a leak. */
const LEAST_CONFIDENCE = 0.5;
const LABEL_WIDTH = 10;
const MOST_STEPS = 9;
const FIRST_STEPS = 3;
const MOST_RAW_STEPS = 60;
const MOST_ALONGSIDE = 4;
const MOST_HOLDERS = 3;
const MOST_CALLERS = 5;
const MOST_RULES = 4;
/** Snapshots that are named to be looked at together; a line with more is none to copy. */
const MOST_OPENED = 5;

export function printLeaks(page: Page, result: Leaks, view: LeaksView): void {
  const { suspects, verdict } = result;
  const file = shortPath(result.snapshots.at(-1)?.file ?? "-");
  const [worst] = suspects;
  if (verdict === "no-leak" || worst === undefined) page.answer(escapeText(result.summary));
  for (const [index, suspect] of suspects.entries()) {
    if (index > 0 || verdict === "no-leak") page.line();
    printSuspect(page, suspect, { file, view, isLeak: suspect.confidence >= LEAST_CONFIDENCE, verdict });
  }
  const omitted = result.suspectCount - suspects.length;
  page.omission(omitted, formatQuantity(omitted, "more suspect"));
  page.line();
  page.note(lookedAt(result));
  // Otherwise the advice says it.
  if (result.matchedBy === "id") page.note(escapeText(result.explanation));
  if (!view.all && result.ignored.length > 0)
    page.note(`Not leaks: ${escapeText(formatRuleNames(result.ignored, MOST_RULES))}; --all lists them.`);
  printAccepted(page, result);
  for (const sentence of result.advice) page.warning(asSentence(escapeText(sentence)));
  for (const note of result.notes) page.note(asSentence(escapeText(note)));
  const { live } = result;
  if (live !== undefined) page.note(`The snapshots are in ${escapeText(shellWord(shortPath(live.folder)))}.`);
  if (view.all) printIgnored(page, result);
  printNext(page, result, file);
}

/** One suspect; also for what `check` reports. */
export function printSuspect(
  page: Page,
  suspect: SuspectLine,
  {
    file,
    view,
    isLeak,
    verdict,
  }: {
    /** The last snapshot; absent if it will not be there for another look. */
    readonly file?: string | undefined;
    readonly view: LeaksView;
    readonly isLeak: boolean;
    readonly verdict: Leaks["verdict"];
  },
): void {
  const word = isLeak && verdict === "leak" ? "Leak" : verdict === "growth" ? "Growth" : "Perhaps";
  page.answer(`${word}: ${escapeText(describeGrowth(suspect))}`);
  const { muted, handle } = page.palette;
  if (view.raw) printRawPath(page, suspect.rawPath);
  else labelled(page, "held by", heldBy(suspect), " › ");
  const { subject, entry } = suspect;
  if (entry.id !== subject.id) labelled(page, "through", [`${nameOf(entry)}${placeOf(entry)}`]);
  if (suspect.created !== undefined) labelled(page, "created", [created(suspect)]);
  const [stack] = suspect.allocations ?? [];
  if (stack !== undefined) printStack(page, stack, suspect);
  const [growth, evidence] = describeEvidence(suspect);
  labelled(page, growth, evidence, "; ");
  if (suspect.alongside.length > 0) labelled(page, "alongside", alongside(suspect), ", ");
  if (suspect.alsoHeldBy.length > 0) labelled(page, "and by", alsoHeldBy(suspect), ", ");
  if (view.all) printTree(page, suspect);
  if (view.all) labelled(page, "signature", [escapeText(suspect.signature)], " ", muted);
  if (file === undefined) return;
  const id = suspect.sampleIds[0] ?? subject.id;
  labelled(page, "look at", [`heapscope path ${escapeText(fileWord(file))} @${id}`], " ", handle, false);
}

/** A label, and behind it parts that are wrapped between parts, below each other. */
function labelled(
  page: Page,
  label: string,
  parts: readonly string[],
  separator = " ",
  style: Style = (text) => text,
  wraps = true,
): void {
  const indent = " ".repeat(LABEL_WIDTH + 2);
  const room = page.width === undefined || !wraps ? Number.POSITIVE_INFINITY : page.width - indent.length;
  const lines = joinWithin(parts, separator, Math.max(20, room));
  const title = page.palette.muted(label) + " ".repeat(LABEL_WIDTH - label.length);
  for (const [index, line] of lines.entries())
    page.line(index === 0 ? `  ${title}${style(line)}` : indent + style(line));
}

/** The parts in lines of at most `room` columns. A part that is longer is wrapped between words. */
function joinWithin(parts: readonly string[], separator: string, room: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const [index, part] of parts.entries()) {
    const text = index < parts.length - 1 ? `${part}${separator.trimEnd()}` : part;
    if (line !== "" && textWidth(line) + 1 + textWidth(text) > room) {
      lines.push(line);
      line = "";
    }
    line = line === "" ? text : `${line} ${text}`;
    if (textWidth(line) > room && Number.isFinite(room)) {
      const wrapped = wrapWords(line, room);
      line = wrapped.pop()!;
      lines.push(...wrapped);
    }
  }
  return [...lines, line];
}

/** The references from a root to the container, and what the last one leads to. */
function heldBy({ path, container, holders }: SuspectLine): string[] {
  if (path.length === 0) return ["the roots of the heap themselves"];
  const last = path.at(-1)!;
  const steps = path.map(({ edge, node }) => escapeText(edge === "" ? node : edge));
  const shown =
    steps.length <= MOST_STEPS
      ? steps
      : [
          ...steps.slice(0, FIRST_STEPS),
          `… ${steps.length - MOST_STEPS + 1} more …`,
          ...steps.slice(FIRST_STEPS - MOST_STEPS + 1),
        ];
  const what = escapeText(last.node) || container;
  const end = `${what} ${objectHandle(last.id)}`;
  return [...shown, holders > 1 ? `${end}, one of ${formatCount(holders)}` : end];
}

function printRawPath(page: Page, path: readonly LeakPathStep[]): void {
  const { muted, handle } = page.palette;
  // A linked list has a path as long as itself.
  const omitted = Math.max(0, path.length - MOST_RAW_STEPS);
  const end = path.length - MOST_RAW_STEPS / 2;
  for (const [index, { edge, node, type, id, location }] of path.entries()) {
    if (omitted > 0 && index >= MOST_RAW_STEPS / 2 && index < end) continue;
    if (omitted > 0 && index === end) page.note(`            … ${formatQuantity(omitted, "step")} …`);
    const label = (index === 0 ? "held by" : "").padEnd(LABEL_WIDTH);
    page.segments([
      { text: `  ${label}`, style: muted },
      { text: escapeText(edge), cut: "middle" },
      { text: " → ", style: muted },
      { text: type === undefined ? escapeText(node) : objectLabel(node, type), cut: "middle" },
      { text: ` ${objectHandle(id)}`, style: handle },
      {
        text: location === undefined ? "" : `  ${escapeText(shorten(location))}`,
        style: muted,
        cut: "start",
      },
    ]);
  }
}

/** The shortest ways to several of the new objects; what they have in common is told once. */
function printTree(page: Page, { pathTree, sampleIds }: SuspectLine): void {
  const { muted } = page.palette;
  for (const [index, { item, prefix }] of treeRows(
    pathTree.map(joinChain),
    (way) => way.branches,
  ).entries()) {
    const { text, count } = item;
    page.segments([
      { text: `  ${(index === 0 ? "ways" : "").padEnd(LABEL_WIDTH)}${prefix}`, style: muted },
      { text, cut: "middle" },
      { text: `  ${formatCount(count)} of ${formatCount(sampleIds.length)}`, style: muted },
    ]);
  }
}

/** Steps without a fork between them. */
interface Way {
  readonly text: string;
  readonly count: number;
  readonly branches: readonly Way[];
}

function joinChain(first: PathBranchLine): Way {
  const edges: string[] = [];
  let last = first;
  for (;;) {
    edges.push(last.edge || last.node);
    const [next, ...others] = last.branches ?? [];
    if (next === undefined || others.length > 0 || next.count < last.count) break;
    last = next;
  }
  return {
    text: edges.map(escapeText).join(" › "),
    count: first.count,
    branches: (last.branches ?? []).map(joinChain),
  };
}

function created({ created: place, subject, className }: SuspectLine): string {
  const text = escapeText(shorten(place ?? ""));
  const { function: name, type } = subject;
  if (name === undefined || name === "") return text;
  if (name === className && type !== "closure") return `${text}  the constructor of ${escapeText(name)}`;
  return `${text}  in ${functionLabel(name)}()`;
}

/** The evidence as a sentence that the label begins; the headline says the rate. */
function describeEvidence({ evidence }: SuspectLine): readonly [label: string, parts: string[]] {
  const told = evidence.filter((each) => !each.startsWith("at a steady rate")).map(escapeText);
  const label = /^grew(?: in)?(?= )/.exec(told[0] ?? "")?.[0];
  if (label === undefined) return ["evidence", told];
  return [label, [told[0]!.slice(label.length + 1), ...told.slice(1)]];
}

function alongside({ alongside: others }: SuspectLine): string[] {
  const shown = others
    .slice(0, MOST_ALONGSIDE)
    .map(
      ({ className, count, size }) =>
        `${formatCount(count)} ${escapeText(className).trimEnd()} (${formatSize(size)})`,
    );
  const more = others.length - shown.length;
  return more > 0 ? [...shown, `${formatCount(more)} more`] : shown;
}

function alsoHeldBy({ alsoHeldBy: others }: SuspectLine): string[] {
  const shown = others.slice(0, MOST_HOLDERS).map((each) => `${nameOf(each)} ${objectHandle(each.id)}`);
  const more = others.length - shown.length;
  return more > 0 ? [...shown, `${formatCount(more)} more`] : shown;
}

function nameOf({ name, type, className }: LeakObject): string {
  return type === "closure"
    ? `function ${functionLabel(name)}`
    : objectLabel(type === "object" ? className : name, type);
}

function placeOf({ location }: LeakObject): string {
  return location === undefined ? "" : `  ${escapeText(shorten(location))}`;
}

/** Who made it, by the sampling profiler: the innermost function first, without the constructor, which was told. */
function printStack(
  page: Page,
  { stack, matchedBy }: AllocationStackLine,
  { created: told }: SuspectLine,
): void {
  const callers = matchedBy === "constructor" && stack[0]?.source === told ? stack.slice(1) : stack;
  // How the runtime has come to call the program is no news.
  const last = callers.findLastIndex(({ source }) => source !== undefined && !/^(?:node|ext):/.test(source));
  const lines = callers.slice(0, Math.min(last + 1, MOST_CALLERS));
  for (const [index, { function: name, source }] of lines.entries()) {
    const label = (index === 0 ? "made by" : "").padEnd(LABEL_WIDTH);
    const { muted } = page.palette;
    page.segments([
      { text: `  ${label}`, style: muted },
      { text: `${index === 0 ? "" : "← "}${functionLabel(name)}`, cut: "middle" },
      {
        text: source === undefined ? "" : `  ${escapeText(shorten(source))}`,
        style: muted,
        cut: "start",
      },
    ]);
  }
}

/** How far the verdict reaches. */
function lookedAt({ snapshots, growth, suspects, rounds, live }: Leaks): string {
  const [first, last] = [snapshots[0]!, snapshots.at(-1)!];
  const explained = suspects.reduce((total, { share }) => total + share, 0);
  const part =
    suspects.length === 0 || growth <= 0
      ? ""
      : `, ${formatPercent(Math.min(1, explained), 1)} of it explained above`;
  const sizes = `${formatSize(first.totalSize)} → ${formatSize(last.totalSize)} (${formatSigned(growth, formatSize)} of what can be reached${part})`;
  const looked = `${formatQuantity(snapshots.length, "snapshot")}, ${formatQuantity(rounds, "round")}: ${sizes}`;
  if (live === undefined) return `${looked}.`;
  const time = formatDuration(live.roundMs.reduce((sum, each) => sum + each, 0));
  const pause =
    live.pauseMs === undefined ? "" : `; it stood still for at most ${formatDuration(live.pauseMs)}`;
  return `${looked}. Taken of ${escapeText(live.description)}, the rounds in ${time}${pause}.`;
}

function printIgnored(page: Page, { ignored }: Leaks): void {
  if (ignored.length === 0) return;
  page.line();
  page.heading("What grew and is no leak");
  page.table(
    [
      { title: "Rule", align: "left", cell: ({ rule }) => escapeText(rule) },
      {
        title: "Constructor",
        align: "left",
        gives: true,
        cell: ({ className }) => [{ text: escapeText(className).trimEnd(), cut: "middle" }],
      },
      { title: "# Delta", align: "right", cell: ({ count }) => formatSigned(count, formatCount) },
      { title: "Growth", align: "right", cell: ({ size }) => formatSigned(size, formatSize) },
      {
        title: "Reason",
        align: "left",
        gives: true,
        cell: ({ reason }) => [{ text: escapeText(reason), style: page.palette.muted, cut: "middle" }],
      },
    ],
    ignored,
  );
}

function printAccepted(page: Page, { accepted, baseline }: Leaks): void {
  if (baseline === undefined) return;
  const file = escapeText(shortPath(resolve(baseline.file)));
  if (accepted.length > 0) {
    const list = accepted.map((suspect) => `${describeEntries(suspect)} in ${describeContainer(suspect)}`);
    page.note(`Accepted by ${file}: ${escapeText(list.join("; "))}.`);
  }
  if (baseline.added > 0) page.note(`Written to ${file}: ${formatQuantity(baseline.added, "new suspect")}.`);
  if (baseline.unseen > 0)
    page.note(
      `${formatQuantity(baseline.unseen, "entry", "entries")} of ${file} ${baseline.unseen === 1 ? "was" : "were"} not seen this time; what is repaired can be removed from it.`,
    );
}

function printNext(page: Page, { snapshots, suspects }: Leaks, file: string): void {
  const first = fileWord(shortPath(snapshots[0]?.file ?? "-"));
  const last = escapeText(fileWord(file));
  const [worst] = suspects;
  const commands: (readonly [string, string])[] = [];
  if (worst !== undefined)
    commands.push([`heapscope retainers ${last} @${worst.containerId}`, "what else refers to the container"]);
  commands.push([`heapscope diff ${escapeText(first)} ${last}`, "all that came and went"]);
  const files = snapshots.map((snapshot) => escapeText(fileWord(shortPath(snapshot.file))));
  if (files.length <= MOST_OPENED)
    commands.push([`heapscope open ${files.join(" ")}`, "look around in the browser"]);
  page.next(commands);
}

/** A place as short as it can be typed from here; what is no file stays as it is. */
function shorten(place: string): string {
  const [, file = place, position = ""] = /^(.*?)((?::\d+){1,2})$/su.exec(place) ?? [];
  return file.startsWith("/") || /^[A-Za-z]:[\\/]/.test(file) ? `${shortPath(file)}${position}` : place;
}

function asSentence(text: string): string {
  const sentence = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?…]$/.test(sentence) ? sentence : `${sentence}.`;
}
