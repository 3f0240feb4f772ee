// The completion script for zsh, on its own `_arguments`. It works sourced (after compinit) and as a file in $fpath.

import type { Command } from "../command.ts";
import {
  EXTENSIONS,
  modelCommands,
  type ArgumentModel,
  type CommandModel,
  type OptionModel,
} from "./completion-model.ts";

export function formatZshScript(commands: readonly Command[]): string {
  const models = modelCommands(commands);
  return `#compdef heapscope
# zsh completion for heapscope; use: source <(heapscope completion zsh)

_heapscope() {
  local context state state_descr line
  typeset -A opt_args

  _arguments -C \\
    '(- *)'{-h,--help}'[show this help]' \\
    '(- *)'{-v,--version}'[print the version]' \\
    '1:command:->command' \\
    '*::argument:->argument'

  case $state in
    command)
      local -a commands
      commands=(
${models.map((model) => `        ${quote(`${model.name}:${model.summary.replaceAll(":", String.raw`\:`)}`)}`).join("\n")}
      )
      _describe 'command' commands
      ;;
    argument)
      case $line[1] in
${models.map(formatCommand).join("\n")}
      esac
      ;;
  esac
}

if [ "$funcstack[1]" = "_heapscope" ]; then
  _heapscope "$@"
else
  compdef _heapscope heapscope
fi`;
}

function formatCommand(model: CommandModel): string {
  const specs = [
    ...model.options.map(formatOption),
    ...model.arguments.map((argument, index) => formatArgument(argument, index + 1)),
  ];
  const lines = specs.map((spec) => `            ${quote(spec)}`);
  return `        ${model.name})\n          _arguments \\\n${lines.join(" \\\n")}\n          ;;`;
}

function formatOption({ name, description, placeholder, words }: OptionModel): string {
  const start = `${name}${placeholder === undefined ? "" : "="}[${escapeSpec(description)}]`;
  if (placeholder === undefined) return start;
  return `${start}:${placeholder}:${words.length > 0 ? `(${words.join(" ")})` : " "}`;
}

function formatArgument({ name, many, completion }: ArgumentModel, position: number): string {
  return `${many ? "*" : position}:${name}:${formatAction(completion)}`;
}

function formatAction(completion: ArgumentModel["completion"]): string {
  switch (completion.kind) {
    case "snapshot":
    case "heap":
      return `_files -g "*.(${EXTENSIONS[completion.kind].join("|")})(-.)"`;
    case "words":
      return `(${completion.words.join(" ")})`;
    case "none":
      return " ";
    default:
      return completion satisfies never;
  }
}

function escapeSpec(text: string): string {
  return text.replace(/[[\]:\\]/g, String.raw`\$&`);
}

function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
