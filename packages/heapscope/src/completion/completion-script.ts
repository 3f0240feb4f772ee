// The completion script for a shell, made from the definitions of the commands.
//
// The scripts are static: a Tab starts no Node process, and files are completed by the shell itself, which knows about
// quoting, `~` and directories. What a script contains is only ours: names and descriptions from the definitions, none of
// which hold more than letters, digits and plain punctuation, quoted for the shell all the same.

import type { Command } from "../command.ts";
import { formatBashScript } from "./bash.ts";
import { formatFishScript } from "./fish.ts";
import { formatZshScript } from "./zsh.ts";

const formatters = { bash: formatBashScript, zsh: formatZshScript, fish: formatFishScript } as const;

export type Shell = keyof typeof formatters;

/** The script for a shell, to be sourced by it. */
export function formatCompletionScript(shell: Shell, commands: readonly Command[]): string {
  return formatters[shell](commands);
}
