// The result of `heapscope check` as SARIF 2.1.0, which code scanning services read: one result for each violation, at the
// place in the source where the leaking objects are made. The fingerprint of a leak is its signature, so that a service
// recognises it in the next run, whatever line it has moved to.

import { SarifBuilder, SarifResultBuilder, SarifRuleBuilder, SarifRunBuilder } from "node-sarif-builder";
import { escapeText } from "@heapscope/wording";
import type { Check, Violation } from "../schemas/check.ts";
import { describeFile, parseSourcePosition } from "./source-position.ts";

const RULES: Readonly<Record<Violation["rule"], string>> = {
  "no-leaks": "Nothing accumulates without end",
  "max-growth": "The heap grows by no more than a limit",
  budget: "The heap holds no more than a budget allows",
};

/** The whole file. `folder`: where the check runs, usually the repository. */
export function formatSarifReport(check: Check, version: string, folder: string): string {
  const run = new SarifRunBuilder().initSimple({
    toolDriverName: "heapscope",
    toolDriverVersion: version,
  });
  for (const [rule, text] of Object.entries(RULES))
    run.addRule(new SarifRuleBuilder().initSimple({ ruleId: rule, shortDescriptionText: text }));
  for (const violation of check.violations) run.addResult(describeViolation(violation, check, folder));
  const log = new SarifBuilder({ $schema: "https://json.schemastore.org/sarif-2.1.0.json" });
  log.addRun(run);
  // Not the library's own text, which is refused when a name in it looks like one of its placeholders.
  return `${JSON.stringify(log.buildSarifOutput(), undefined, 2)}\n`;
}

function describeViolation(violation: Violation, check: Check, folder: string): SarifResultBuilder {
  const { rule, name, message, location, signature } = violation;
  const result = new SarifResultBuilder().initSimple({
    ruleId: rule,
    level: "error",
    messageText: escapeText(message),
  });
  const position = location === undefined ? undefined : parseSourcePosition(location, folder);
  if (position === undefined) {
    // Services want a place for everything: the snapshot in which it was found.
    const file = check.snapshots.at(-1)?.file ?? "-";
    result.setLocationArtifactUri({ uri: file === "-" ? "stdin" : describeFile(file, folder).uri });
  } else {
    result.setLocationArtifactUri({ uri: position.uri });
    result.setLocationRegion({ startLine: position.line, startColumn: position.column });
  }
  const fingerprint = signature ?? name;
  result.result.fingerprints = { "heapscope/v1": fingerprint };
  result.result.partialFingerprints = { "heapscope/v1": fingerprint };
  return result;
}
