// The command of a process as a person knows it: `node server.js --port 80` for
// `/usr/local/bin/node --max-old-space-size=4096 -r ./trace.js server.js --port 80`. The runtime by its base name, its
// own options left out, the program's arguments quoted where a shell would need it. A program that has renamed itself
// (`process.title`) has one word only, which is taken as it is. Control characters are left for whoever shows the text.

import { basename } from "node:path";
import type { Runtime } from "./executable.ts";
import { splitArguments } from "./split-arguments.ts";

/** `runtime`: the one whose options the words begin with. `executable`: its path, where it is known. */
export function formatCommand(
  runtime: Runtime,
  args: readonly string[],
  executable: string | undefined,
): string {
  const [first = "", ...words] = args;
  if (words.length === 0) {
    const isPath = first === executable || (first.startsWith("/") && !first.includes(" "));
    return isPath ? basename(first) : first;
  }
  const { program } = splitArguments(runtime, words);
  const name = basename(executable ?? first);
  // A browser's arguments are hundreds of characters, and none of them says more than its name.
  return runtime === "chromium" ? name : [name, ...program.map(quoteWord)].join(" ");
}

/** A word as it has to stand in a POSIX shell. */
function quoteWord(word: string): string {
  return /^[\w@%+=:,./~-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
