// The results of the benchmark as a table: for the terminal, and as docs/leakbench.md.

import fs from "node:fs";
import path from "node:path";
import { versionOf } from "../runtimes.mjs";
import { repository } from "./examples.mjs";
import { total } from "./judge.mjs";
import { memlabVersion } from "./memlab.mjs";

/** Share of the leaks whose culprit must be named first; all must be among the first three. */
const LEAST_TOP1 = 0.95;

/** @type {{ key: string, title: string }[]} */
const tools = [
  { key: "three", title: "heapscope, 3 snapshots" },
  { key: "two", title: "heapscope, 2 snapshots" },
  { key: "memlab", title: `memlab ${memlabVersion} find-leaks` },
  { key: "memlabAll", title: "memlab --trace-all-objects (class only)" },
  { key: "delta", title: "largest size delta (class only)" },
];

/** @param {import("./examine.mjs").Result[]} results */
export function meetsTargets(results) {
  const { leaks, top1, top3, falseAlarms } = total(results.map(({ three }) => three));
  return top1 >= LEAST_TOP1 * leaks && top3 === leaks && falseAlarms === 0;
}

/** @param {import("./examine.mjs").Result[]} results */
export function printReport(results, print) {
  for (const line of table(columns(results), rows(results))) print(line);
  print("");
  for (const line of table(["", ...totalColumns], totals(results))) print(line);
  print("");
  for (const sentence of remarks(results)) print(sentence);
}

/** @param {import("./examine.mjs").Result[]} results */
export function writeReport(results) {
  const node24 = results.filter(({ node }) => node === "node-24");
  const others = results.filter(({ node }) => node !== "node-24");
  const text = [
    "# How often the culprit is named",
    "",
    "`npm run leakbench` runs the programs of [examples/leaks](../examples/leaks/README.md), takes three snapshots of each with",
    "two rounds of work between, and compares what is said about them with what is known: `culprit.json` beside each",
    "program. An answer is right if it names the class that accumulates, the kind of its holder, and a holder or variable",
    "on the way to it. A false alarm is the verdict `leak` about a program that does not leak.",
    "",
    "memlab and the largest size delta are shown for comparison, on the same files. Neither names holders, so that for them",
    "the right class is enough, wherever it is held. By itself memlab looks for what leaks in browsers; with",
    "`--trace-all-objects` it groups all that was made in the second round and stays, largest first. A list of deltas always",
    "has a first line: each program that does not leak is a false alarm for whoever takes it for an answer.",
    "",
    `## Totals, Node ${versionOf("node-24")}`,
    "",
    ...markdown(["", ...totalColumns], totals(node24)),
    "",
    ...remarks(node24).flatMap((sentence) => [sentence, ""]),
    ...(others.length === 0
      ? []
      : [
          "## Other versions of Node",
          "",
          `${[...new Set(others.map(({ node }) => versionOf(node)))].join(", ")}; those examples whose inside differs between versions.`,
          "",
          ...markdown(["", ...totalColumns], totals(others)),
          "",
        ]),
    "## One by one",
    "",
    "Ranks of the true culprit: 1 is right, – is not named. For programs without a leak: `ok`, or `alarm`.",
    "",
    ...markdown(columns(results), rows(results)),
    "",
  ];
  fs.writeFileSync(path.join(repository, "docs", "leakbench.md"), text.join("\n"));
}

const totalColumns = ["named first", "among three", "false alarms"];

function totals(results) {
  return asked(results).map(({ key, title }) => {
    const judged = results.map((result) => result[key]).filter((one) => one !== undefined);
    const { leaks, top1, top3, others, falseAlarms } = total(judged);
    return [
      title,
      `${top1} of ${leaks} (${percent(top1, leaks)})`,
      `${top3} of ${leaks} (${percent(top3, leaks)})`,
      `${falseAlarms} of ${others}`,
    ];
  });
}

/** The tools that were asked about any of them. */
function asked(results) {
  return tools.filter(({ key }) => results.some((result) => result[key] !== undefined));
}

/** What the tables do not show. */
function remarks(results) {
  const placed = results.filter((result) => result.placed !== undefined);
  const right = placed.filter((result) => result.placed).length;
  const leaking = results.filter(({ leaks }) => leaks);
  const crowded = leaking.filter(({ three }) => three.suspects.length > 1).length;
  const slowest = Math.max(...results.map(({ ms }) => ms));
  return [
    `The line of the constructor or function that makes what accumulates is right for ${right} of ${placed.length} culprits that were named and have one.`,
    `${crowded} of ${leaking.length} programs that leak got more than one suspect.`,
    `findLeaks took at most ${Math.ceil(slowest / 10) * 10} ms with three snapshots that were open.`,
  ];
}

function columns(results) {
  return ["example", "node", ...asked(results).map(({ key }) => shortTitles[key]), "said"];
}

const shortTitles = { three: "3", two: "2", memlab: "memlab", memlabAll: "all objects", delta: "delta" };

function rows(results) {
  return results.map((result) => [
    result.name,
    result.node.replace("node-", ""),
    ...asked(results).map(({ key }) => (result[key] === undefined ? "" : mark(result[key]))),
    result.three.said,
  ]);
}

function mark({ leaks, rank, alarm }) {
  if (leaks) return rank === undefined ? "–" : String(rank);
  return alarm ? "alarm" : "ok";
}

function percent(part, whole) {
  return whole === 0 ? "–" : `${Math.round((1000 * part) / whole) / 10} %`;
}

function table(head, body) {
  return padded([head, ...body]).map((cells) => cells.join("  ").trimEnd());
}

function markdown(head, body) {
  const [title, ...lines] = padded([head, ...body]).map((cells) => cells.join(" | "));
  return [title, title.replaceAll(/[^|]/g, "-").replaceAll("-|-", " | "), ...lines].map(
    (line) => `| ${line} |`,
  );
}

/** Cells of a column are equally wide, and three characters at least. */
function padded(lines) {
  const widths = lines[0].map((_, column) => Math.max(3, ...lines.map((cells) => cells[column].length)));
  return lines.map((cells) => cells.map((cell, column) => cell.padEnd(widths[column])));
}
