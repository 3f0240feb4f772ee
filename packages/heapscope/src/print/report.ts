// Prints the result of `heapscope report`: which file was written, and that it is not for everybody.

import { escapeText, formatQuantity, formatSize } from "@heapscope/wording";
import type { ReportFile } from "../schemas/report.ts";
import { fileWord } from "./columns.ts";
import type { Page } from "./page.ts";

export function printReport(page: Page, { files, output, leftOut }: ReportFile): void {
  page.answer(`Wrote ${escapeText(output.file)} (${formatSize(output.bytes)}); open it in any browser.`);
  if (leftOut > 0)
    page.note(`${formatQuantity(leftOut, "further answer")} did not fit; --max-size allows for more.`);
  page.note("Texts of the heap are in it as they are; for others, redact the snapshots first.");
  page.line();
  page.line(`sha256 ${output.sha256}  ${escapeText(output.file)}`);
  const shown = files.filter(({ state, file }) => state === "ready" && file !== "-");
  if (shown.length > 0)
    page.next([[`heapscope open ${shown.map(({ file }) => fileWord(file)).join(" ")}`, "see all of it"]]);
}
