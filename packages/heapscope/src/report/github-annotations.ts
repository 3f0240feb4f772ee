// Annotations for GitHub Actions: one line on standard output for each violation, which GitHub shows at the line of the
// source in the pull request.

import { escapeText } from "@heapscope/wording";
import type { Check } from "../schemas/check.ts";
import { parseSourcePosition } from "./source-position.ts";

/** The lines. `folder`: where the check runs, usually the repository. */
export function formatGithubAnnotations({ violations }: Check, folder: string): string[] {
  return violations.map(({ name, message, location }) => {
    const position = location === undefined ? undefined : parseSourcePosition(location, folder);
    const properties = [
      ...(position === undefined
        ? []
        : [`file=${escapeProperty(position.path)}`, `line=${position.line}`, `col=${position.column}`]),
      `title=${escapeProperty(`heapscope ${name}`)}`,
    ];
    return `::error ${properties.join(",")}::${escapeData(message)}`;
  });
}

function escapeData(text: string): string {
  return escapeText(text).replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
