// Writes the reports of a check into their files, each whole or not at all: a service must not read half of one.

import { randomBytes } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { CommandError } from "../command-error.ts";
import type { Check } from "../schemas/check.ts";
import type { ReportTarget } from "./report-target.ts";

/** Writes what goes to files. Throws `CommandError` with code `report`. */
export async function writeReports(targets: readonly ReportTarget[], check: Check): Promise<void> {
  for (const target of targets) {
    if (target.format === "github") continue; // printed
    writeWhole(target.file, await formatReport(target.format, check));
  }
}

async function formatReport(format: "junit" | "sarif", check: Check): Promise<string> {
  switch (format) {
    case "junit":
      return (await import("./junit-report.ts")).formatJunitReport(check);
    case "sarif":
      return (await import("./sarif-report.ts")).formatSarifReport(check, readVersion(), process.cwd());
    default:
      return format satisfies never;
  }
}

/** Of the package, whose file lies two folders above this one, both as source and as built. */
function readVersion(): string {
  const file = new URL("../../package.json", import.meta.url);
  return (JSON.parse(fs.readFileSync(file, "utf8")) as { version: string }).version;
}

function writeWhole(file: string, text: string): void {
  const destination = path.resolve(file);
  const partial = path.join(
    path.dirname(destination),
    `.${path.basename(destination)}.${randomBytes(4).toString("hex")}`,
  );
  try {
    fs.writeFileSync(partial, text, { flag: "wx", flush: true });
    fs.renameSync(partial, destination);
  } catch (error) {
    fs.rmSync(partial, { force: true });
    const { code, message } = error as NodeJS.ErrnoException;
    throw new CommandError(
      "report",
      `the report ${file} cannot be written (${code ?? message}); choose another place.`,
      {
        path: file,
      },
    );
  }
}
