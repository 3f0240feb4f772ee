// Prints the result of `heapscope redact`: what was replaced, and, for an audit, what looks secret and who holds it.

import { escapeText, formatCount, formatQuantity, formatSize } from "@heapscope/wording";
import type { AuditLine, Redacted } from "../schemas/redact.ts";
import { fileWord } from "./columns.ts";
import type { Page } from "./page.ts";
import type { Column } from "./table.ts";

export function printRedact(page: Page, result: Redacted): void {
  const { output, strings, changed, audit } = result;
  const texts = `${formatCount(changed)} of ${formatQuantity(strings, "text")}`;
  page.answer(
    output === undefined
      ? `${texts} would be changed.`
      : `Wrote ${escapeText(output.file)} (${formatSize(output.bytes)}); ${texts} changed.`,
  );
  const rows = Object.entries(result.byPattern).sort((a, b) => b[1] - a[1]);
  if (audit !== undefined) {
    page.line();
    if (audit.length === 0) page.line("Nothing in the file looks like a secret.");
    else page.table(AUDIT_COLUMNS, audit);
  } else if (rows.length > 0) {
    page.line();
    page.table(
      [
        { title: "Replaced", align: "left", cell: ([name]) => escapeText(name) },
        { title: "Count", align: "right", cell: ([, count]) => formatCount(count) },
      ] satisfies Column<[string, number]>[],
      rows,
    );
  }
  if (output === undefined) {
    page.next([
      [`heapscope redact ${fileWord(result.file)} -o redacted.heapsnapshot`, "write it without them"],
    ]);
    return;
  }
  page.line();
  page.line(`sha256 ${output.sha256}  ${escapeText(output.file)}`);
  page.next([[`heapscope redact ${fileWord(output.file)} --audit`, "what is left that looks like a secret"]]);
}

const AUDIT_COLUMNS: readonly Column<AuditLine>[] = [
  { title: "Looks like", align: "left", cell: ({ pattern }) => escapeText(pattern) },
  { title: "Texts", align: "right", cell: ({ texts }) => formatCount(texts) },
  {
    title: "Held by",
    align: "left",
    gives: true,
    cell: ({ holders }) => [
      {
        text: holders.map(({ holder, count }) => `${escapeText(holder)} ×${formatCount(count)}`).join(", "),
        cut: "middle",
      },
    ],
  },
];
