// The result of `heapscope check` as JUnit XML, which every continuous-integration service shows: one test case for each
// rule, and in a failed one all that is wrong with it.

import junit, { type Builder } from "junit-report-builder";
import { escapeText } from "@heapscope/wording";
import type { Check, Violation } from "../schemas/check.ts";

/** The package's declarations are those of an ES module, while it is CommonJS. */
const library = junit as unknown as Builder;

/** The whole file. */
export function formatJunitReport({ rules, violations }: Check): string {
  const report = library.newBuilder();
  const suite = report.testSuite().name("heapscope check");
  for (const { rule, name, passed, message } of rules) {
    const test = suite.testCase().className("heapscope.check").name(escapeText(name));
    if (passed) {
      test.standardOutput(protect(escapeText(message)));
      continue;
    }
    const details = violations.filter((violation) => violation.name === name).map(formatViolation);
    test.failure(escapeText(message), rule).stacktrace(protect(details.join("\n")));
  }
  return report.build();
}

function formatViolation({ message, location }: Violation): string {
  const text = escapeText(message);
  return location === undefined ? text : `${text}\n    at ${escapeText(location)}`;
}

/** The library writes this text as CDATA and takes care of the first end mark in it only. */
function protect(text: string): string {
  return text.replaceAll("]]>", "]] >");
}
