// All commands, in the order of the help.

import type { Command } from "./command.ts";
import { agent } from "./commands/agent.ts";
import { capture } from "./commands/capture.ts";
import { check } from "./commands/check.ts";
import { completion } from "./commands/completion.ts";
import { diff } from "./commands/diff.ts";
import { dominators } from "./commands/dominators.ts";
import { leaks } from "./commands/leaks.ts";
import { object } from "./commands/object.ts";
import { open } from "./commands/open.ts";
import { path } from "./commands/path.ts";
import { ps } from "./commands/ps.ts";
import { redact } from "./commands/redact.ts";
import { report } from "./commands/report.ts";
import { retainers } from "./commands/retainers.ts";
import { sample } from "./commands/sample.ts";
import { schema } from "./commands/schema.ts";
import { strings } from "./commands/strings.ts";
import { summary } from "./commands/summary.ts";
import { timeline } from "./commands/timeline.ts";
import { top } from "./commands/top.ts";

export const commands: readonly Command[] = [
  summary,
  diff,
  leaks,
  check,
  object,
  retainers,
  path,
  dominators,
  strings,
  redact,
  open,
  report,
  ps,
  capture,
  agent,
  top,
  sample,
  timeline,
  schema,
  completion,
];
