// `heapscope redact`: a copy of a snapshot without its secrets, or an audit of what there are. The work is the agent's, which
// does the same to snapshots before they reach the disk; here are the files, the audit and the words.

import { defineCommand, type Command } from "../command.ts";
import { UsageError } from "../command-error.ts";
import { choice, flag, optionalText, repeated, snapshotFile } from "../parameters.ts";
import type { Redacted } from "../schemas/redact.ts";

const modes = ["secrets", "strings"] as const;

export const redact: Command = defineCommand({
  name: "redact",
  summary: "copy a snapshot without its secrets",
  description:
    "Writes a copy of a snapshot in which secrets are replaced by letters, as many as they had, so that every\n" +
    "size, count and path stays the same. secrets: what looks like a token, key, password, e-mail address, card\n" +
    "number or the like, and the values of properties with names such as password. strings: every value; names\n" +
    "of classes, properties, functions and scripts stay, unless they look like secrets.\n\n" +
    "The original is not touched. The capture record FILE.json is copied and redacted, too.",
  group: "One snapshot:",
  arguments: { file: snapshotFile("the snapshot; - is standard input") },
  options: {
    output: { ...optionalText("file", "the file to write; compressed if its name ends in .gz"), short: "o" },
    mode: choice("mode", modes, "what is replaced"),
    audit: flag("say what looks secret and what holds it, never the secrets; without -o nothing is written"),
    pattern: repeated("name=regex", "replace what this expression matches, too", parsePattern),
    overwrite: flag("replace the file if it exists"),
  },
  examples: [
    { line: "redact app.heapsnapshot -o shared.heapsnapshot.gz", meaning: "a copy to hand on" },
    {
      line: "redact app.heapsnapshot -o shared.heapsnapshot --mode strings",
      meaning: "one without any values",
    },
    { line: "redact app.heapsnapshot --audit", meaning: "what secrets are in it, and where" },
  ],
  async run(context, input): Promise<Redacted> {
    const { file, mode, output, audit, pattern } = input;
    if (output === undefined && !audit)
      throw new UsageError("say where to write with -o FILE, or give --audit.");
    if (file === "-" && audit) throw new UsageError("--audit reads the snapshot twice; give a FILE.");
    const { redactFile } = await import("../redact/redact-file.ts");
    const { report, written } = await redactFile(context, {
      file,
      mode,
      output,
      patterns: pattern,
      overwrite: input.overwrite,
    });
    const result: Redacted = {
      schema: "heapscope/redact@1",
      file,
      mode,
      ...(written === undefined ? {} : { output: written }),
      ...report,
      byPattern: { ...report.byPattern },
    };
    if (!audit) return result;
    const { auditSnapshot } = await import("../redact/audit-snapshot.ts");
    const { compilePatterns } = await import("@heapscope/agent/redact");
    const snapshot = await context.openSnapshot(file);
    await snapshot.prepare(["classes"], context.runOptions);
    return { ...result, audit: auditSnapshot(snapshot, compilePatterns(pattern)) };
  },
  print: async () => (await import("../print/redact.ts")).printRedact,
});

function parsePattern(text: string): { name: string; source: string; flags: string } {
  const [, name, source] = /^([\w-]{1,40})=(.+)$/s.exec(text) ?? [];
  if (name === undefined || source === undefined)
    throw new UsageError("a pattern is NAME=REGEX, for example badge=B-\\d{6}.");
  try {
    // An expression that matches nothing at all would match everywhere, and replace nothing.
    if (!new RegExp(source, "u").test("")) return { name, source, flags: "u" };
  } catch {
    throw new UsageError(`the expression of '${name}' is no regular expression.`);
  }
  throw new UsageError(`the expression of '${name}' matches the empty text; make it more exact.`);
}
