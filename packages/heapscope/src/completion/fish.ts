// The completion script for fish: one `complete` line for each command, option and list of words.

import type { Command } from "../command.ts";
import { modelCommands, type CommandModel } from "./completion-model.ts";

export function formatFishScript(commands: readonly Command[]): string {
  const models = modelCommands(commands);
  const lines = [
    "# fish completion for heapscope; put into ~/.config/fish/completions/heapscope.fish",
    "",
    "complete -c heapscope -f",
    "complete -c heapscope -n __fish_use_subcommand -s h -l help -d 'show the help'",
    "complete -c heapscope -n __fish_use_subcommand -s v -l version -d 'print the version'",
  ];
  for (const model of models) {
    lines.push(`complete -c heapscope -n __fish_use_subcommand -a ${model.name} -d ${quote(model.summary)}`);
  }
  return [...lines, ...models.flatMap(formatCommand)].join("\n");
}

function formatCommand(model: CommandModel): string[] {
  const start = `complete -c heapscope -n '__fish_seen_subcommand_from ${model.name}'`;
  const lines = model.options.map(({ name, description, placeholder, words }) => {
    const value =
      placeholder === undefined ? "" : words.length > 0 ? ` -x -a ${quote(words.join(" "))}` : " -x";
    return `${start} -l ${name.replace(/^--/, "")}${value} -d ${quote(description)}`;
  });
  for (const { completion } of model.arguments) {
    if (completion.kind === "words") lines.push(`${start} -a ${quote(completion.words.join(" "))}`);
  }
  // -F: files after all, where an argument is one.
  if (model.arguments.some(({ completion }) => completion.kind === "snapshot" || completion.kind === "heap"))
    lines.push(`${start} -F`);
  return lines;
}

function quote(text: string): string {
  return `'${text.replaceAll("\\", String.raw`\\`).replaceAll("'", String.raw`\'`)}'`;
}
