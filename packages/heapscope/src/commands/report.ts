// `heapscope report`: what the viewer shows of some files, as one HTML file to hand on.

import { defineCommand, type Command } from "../command.ts";
import { UsageError } from "../command-error.ts";
import { flag, heapFiles, noCache, optionalText, size, sourceMaps } from "../parameters.ts";
import type { ReportFile } from "../schemas/report.ts";

const USUAL_SIZE = 5_000_000;

export const report: Command = defineCommand({
  name: "report",
  summary: "write what the viewer shows as one HTML file",
  description:
    "Writes one HTML file that opens from disk in any browser, without a server and without this program: what\n" +
    "leaks, the views of “heapscope open” with their first rows, and the pages of the objects that matter most.\n" +
    "What a report does not hold, it says. Texts of the heap are in it as they are: redact the snapshots first\n" +
    "if the report is for others.",
  group: "In the browser:",
  arguments: { files: heapFiles("snapshots, in their order, and profiles; - is standard input", "many") },
  options: {
    output: { ...optionalText("file", "the file to write"), short: "o" },
    "max-size": size("how large it may be, about (default: 5MB)"),
    overwrite: flag("replace the file if it exists"),
    "source-maps": sourceMaps(),
    "no-cache": noCache(),
  },
  examples: [
    { line: "report app.heapsnapshot -o report.html", meaning: "of one snapshot" },
    { line: "report 1.heapsnapshot 2.heapsnapshot 3.heapsnapshot -o leak.html", meaning: "with what leaks" },
  ],
  async run(context, input): Promise<ReportFile> {
    const { files, output } = input;
    if (output === undefined) throw new UsageError("say where to write with -o FILE.");
    if (files.filter((file) => file === "-").length > 1)
      throw new UsageError("standard input can be read only once; give files.");
    const { makeReport } = await import("../viewer/make-report.ts");
    return await makeReport(context, {
      files,
      output,
      mostBytes: input["max-size"] ?? USUAL_SIZE,
      overwrite: input.overwrite,
      sourceMapFolders: input["source-maps"],
    });
  },
  print: async () => (await import("../print/report.ts")).printReport,
});
