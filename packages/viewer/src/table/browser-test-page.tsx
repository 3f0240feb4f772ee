/**
 * The page on which the browser tests try the tree-table: rows are numbers, made when they are asked for. Not part of the
 * viewer. The address says how many rows and how slow: `?rows=1000000&delay=0&theme=dark`.
 */
import { render, type JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import { formatCount, formatSize } from "@heapscope/wording";
import { LinkError, type TableRow } from "../protocol/index.ts";
import "./browser-test-window.ts";
import type { Column, TableSource } from "./column.ts";
import { TreeTable } from "./tree-table.tsx";
import "../styles/tokens.css";
import "./browser-test-page.css";

interface NumberRow extends TableRow {
  readonly kind: "number";
  readonly id: number;
  readonly name: string;
  readonly count: number;
  readonly size: number;
}

const wishes = new URLSearchParams(location.search);
const rowCount = Number(wishes.get("rows") ?? 1_000_000);
const delay = Number(wishes.get("delay") ?? 0);
document.documentElement.dataset["theme"] = wishes.get("theme") ?? "light";

/** Below the rows of the top are 3, 1,000 or 1,000,000 rows, by turns; below these always 5. Every tenth has none. */
function totalBelow(of: string): number {
  if (of === "") return rowCount;
  const path = of.split(".").map(Number);
  return path.length > 1 ? 5 : ([1_000_000, 1_000, 3][path[0]! % 3] ?? 0);
}

const rowsBelow: TableSource<NumberRow> = {
  key: "numbers",
  async slice(of, order, start, count, { signal, onProgress }) {
    const page = window.testPage;
    page.asked.push(`${of}|${start}+${count}`);
    if (delay > 0) {
      await new Promise((resolve) => setTimeout(resolve, delay / 2));
      onProgress("sorting", 0.5);
      await new Promise((resolve) => setTimeout(resolve, delay / 2));
    } else await Promise.resolve();
    if (signal.aborted) throw new LinkError("cancelled", "The question was cancelled.");
    const { problem } = page;
    page.problem = undefined;
    if (problem !== undefined) throw new LinkError("internal", problem);
    const total = totalBelow(of);
    const rows: NumberRow[] = [];
    for (let index = start; index < Math.min(start + count, total); index++) {
      const number = order?.by === "count" && !order.descending ? total - 1 - index : index;
      rows.push(rowOf(of, number));
    }
    return { total, start, rows };
  },
  async locate(id) {
    const [parent, child] = [Math.floor(id / 1_000_000), id % 1_000_000];
    if (parent >= rowCount || child > totalBelow(String(parent))) return [];
    const step = { index: parent, key: String(parent), children: String(parent) };
    return child === 0 ? [step] : [step, { index: child - 1, key: String(child - 1) }];
  },
};

function rowOf(of: string, number: number): NumberRow {
  const path = of === "" ? String(number) : `${of}.${number}`;
  const name = number % 7 === 3 ? `<b>${"Very long name ".repeat(40)}</b>\u202E` : `Session ${path}`;
  const depth = path.split(".").length;
  return {
    kind: "number",
    key: String(number),
    id: depth === 1 ? number * 1_000_000 : Number(of.split(".")[0]) * 1_000_000 + number + 1,
    name,
    count: 1_000_000_000 - number,
    size: ((number * 7919) % 100_003) * 97,
    ...(number % 10 !== 9 && depth < 6 && { children: path }),
  };
}

const columns: readonly Column<NumberRow>[] = [
  {
    id: "name",
    title: "Constructor",
    hint: "Name of the function that made the objects.",
    width: 240,
    align: "start",
    firstDirection: "ascending",
    cell: ({ name, id }) => (
      <>
        {name} <span class="muted">@{id}</span>
      </>
    ),
    text: ({ name }) => name,
  },
  {
    id: "distance",
    title: "Distance",
    hint: "Steps from the roots; this column cannot be sorted.",
    width: 80,
    align: "end",
    cell: ({ id }) => id % 9,
    text: ({ id }) => String(id % 9),
  },
  {
    id: "count",
    title: "Count",
    hint: "How many there are.",
    width: 130,
    align: "end",
    firstDirection: "descending",
    cell: ({ count }) => formatCount(count),
    text: ({ count }) => String(count),
  },
  {
    id: "size",
    title: "Shallow size",
    hint: "Bytes of the objects themselves.",
    width: 110,
    align: "end",
    firstDirection: "descending",
    cell: ({ size }) => formatSize(size),
    text: ({ size }) => String(size),
  },
  {
    id: "retained",
    title: "Retained size",
    hint: "Bytes that would be free without them.",
    width: 110,
    align: "end",
    firstDirection: "descending",
    cell: ({ size }) => formatSize(size * 3),
    text: ({ size }) => String(size * 3),
  },
];

function Page(): JSX.Element {
  const [reveal, setReveal] = useState<{ readonly id: number }>();
  window.testPage.reveal = (id) => setReveal({ id });
  const source = useMemo(() => rowsBelow, []);
  return (
    <main>
      <h1>Rows</h1>
      <div class="frame">
        <TreeTable
          label="Numbers"
          source={source}
          columns={columns}
          order={{ by: "count", descending: true }}
          reveal={reveal}
          empty="No rows."
          onSelect={(row) => window.testPage.selected.push(row?.name ?? "")}
          onOpen={(row) => window.testPage.opened.push(row.name)}
          menu={(row) => [
            { label: "Open", keys: "Enter", run: () => window.testPage.opened.push(`menu ${row.name}`) },
          ]}
          mark={(row) => (row.id % 13 === 5 ? "added" : undefined)}
        />
      </div>
      <button type="button">After the table</button>
    </main>
  );
}

window.testPage = {
  asked: [],
  opened: [],
  selected: [],
  problem: undefined,
  reveal: () => {},
};
render(<Page />, document.body);
