// `--report` of `heapscope check`: a format, and for those that are files, where to write it.

import { UsageError } from "../command-error.ts";

export type ReportTarget =
  | { readonly format: "junit" | "sarif"; readonly file: string }
  | { readonly format: "github" };

/** `junit=FILE`, `sarif=FILE` or `github`. Throws `UsageError`. */
export function parseReportTarget(text: string): ReportTarget {
  const at = text.indexOf("=");
  const format = at < 0 ? text : text.slice(0, at);
  const file = at < 0 ? undefined : text.slice(at + 1);
  if (format === "github") {
    if (file === undefined) return { format };
    throw new UsageError("annotations for GitHub go to standard output; write github without a file.");
  }
  if (format !== "junit" && format !== "sarif")
    throw new UsageError(`'${format}' is no kind of report; there are junit=FILE, sarif=FILE and github.`);
  if (file === undefined || file === "")
    throw new UsageError(
      `'${text}' names no file; write for example ${format}=heapscope.${extension(format)}.`,
    );
  return { format, file };
}

function extension(format: "junit" | "sarif"): string {
  return format === "junit" ? "xml" : "sarif";
}
