// What the scripts of all three shells need to know, in one form: each command with all its options, `--help` and
// `--json` included, and its arguments by position.

import type { Command, Completion } from "../command.ts";

/** The names of files that may hold what is wanted. */
export const EXTENSIONS: Readonly<Record<"snapshot" | "heap", readonly string[]>> = {
  snapshot: ["heapsnapshot", "heaptimeline", "gz"],
  heap: ["heapsnapshot", "heaptimeline", "gz", "heapprofile", "cpuprofile"],
};

export interface OptionModel {
  /** With its dashes. */
  readonly name: string;
  readonly description: string;
  readonly placeholder: string | undefined;
  readonly words: readonly string[];
}

export interface ArgumentModel {
  readonly name: string;
  readonly many: boolean;
  readonly completion: Completion;
}

export interface CommandModel {
  readonly name: string;
  readonly summary: string;
  readonly options: readonly OptionModel[];
  readonly arguments: readonly ArgumentModel[];
}

/** The commands as a shell sees them, and `help`, which the parser adds. */
export function modelCommands(commands: readonly Command[]): readonly CommandModel[] {
  const names = commands.map((command) => command.name);
  return [
    ...commands.map(modelCommand),
    {
      name: "help",
      summary: "the help of a command",
      options: [],
      arguments: [{ name: "command", many: false, completion: { kind: "words", words: names } }],
    },
  ];
}

function modelCommand(command: Command): CommandModel {
  const options = Object.entries(command.options).map(
    ([name, { description, placeholder, completion }]): OptionModel => ({
      name: `--${name}`,
      description,
      placeholder,
      words: completion.kind === "words" ? completion.words : [],
    }),
  );
  const flag = (name: string, description: string): OptionModel => ({
    name,
    description,
    placeholder: undefined,
    words: [],
  });
  if (command.json) options.push(flag("--json", "print one JSON object"));
  options.push(flag("--help", "show the help of the command"));
  return {
    name: command.name,
    summary: command.summary,
    options,
    arguments: Object.entries(command.arguments).map(([name, { kind, completion }]) => ({
      name,
      many: kind === "many" || kind === "any",
      completion,
    })),
  };
}
