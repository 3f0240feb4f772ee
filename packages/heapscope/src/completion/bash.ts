// The completion script for bash 3.2 and later. It finds the command and the position of the word at the cursor, then
// offers options, words or files. Needs no bash-completion package.

import type { Command } from "../command.ts";
import { modelCommands, EXTENSIONS, type CommandModel } from "./completion-model.ts";

export function formatBashScript(commands: readonly Command[]): string {
  const models = modelCommands(commands);
  const valueOptions = new Set(
    models.flatMap((model) =>
      model.options.filter((option) => option.placeholder !== undefined).map((option) => option.name),
    ),
  );
  return `# bash completion for heapscope; use: source <(heapscope completion bash)

_heapscope() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD - 1]}
  local command="" position=0 option="" words="" index word
  COMPREPLY=()

  # Bash splits --sort=count into three words.
  if [[ $current == "=" ]]; then
    option=$previous current=""
  elif [[ $previous == "=" ]]; then
    option=\${COMP_WORDS[COMP_CWORD - 2]}
  elif [[ $previous == -* ]]; then
    option=$previous
  fi

  for ((index = 1; index < COMP_CWORD; index++)); do
    word=\${COMP_WORDS[index]}
    case $word in
      ${[...valueOptions].join("|")})
        [[ \${COMP_WORDS[index + 1]} == "=" ]] && index=$((index + 1))
        index=$((index + 1)) ;;
      -?*) ;;
      *)
        if [[ -z $command ]]; then command=$word; else position=$((position + 1)); fi ;;
    esac
  done

  case "$command $option" in
${models.flatMap(formatOptionValues).join("\n")}
  esac

  case $command in
    "") words="${[...models.map((model) => model.name), "--help", "--version"].join(" ")}" ;;
${models.map(formatCommand).join("\n")}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}

_heapscope_files() {
  local IFS=$'\\n'
  compopt -o filenames 2>/dev/null
  COMPREPLY=($(compgen -d -- "$1"; shopt -s extglob; compgen -f -X '!*.@('"$2"')' -- "$1"))
}

complete -F _heapscope heapscope`;
}

/** What follows an option that takes a value: its words, or nothing that a shell could know. */
function formatOptionValues(model: CommandModel): string[] {
  return model.options
    .filter((option) => option.placeholder !== undefined)
    .map(({ name, words }) => {
      const offer = words.length > 0 ? `COMPREPLY=($(compgen -W "${words.join(" ")}" -- "$current")); ` : "";
      return `    "${model.name} ${name}") ${offer}return ;;`;
    });
}

function formatCommand(model: CommandModel): string {
  const lines = [`    ${model.name})`];
  if (model.options.length > 0) {
    const names = model.options.map((option) => option.name).join(" ");
    lines.push(`      if [[ $current == -* ]]; then words="${names}"; else`);
  }
  lines.push("      case $position in");
  for (const [index, { completion, many }] of model.arguments.entries()) {
    const pattern = many ? "*" : String(index);
    if (completion.kind === "snapshot" || completion.kind === "heap") {
      const extensions = EXTENSIONS[completion.kind].join("|");
      lines.push(`        ${pattern}) _heapscope_files "$current" "${extensions}"; return ;;`);
    }
    if (completion.kind === "words")
      lines.push(`        ${pattern}) words="${completion.words.join(" ")}" ;;`);
  }
  lines.push("      esac");
  if (model.options.length > 0) lines.push("      fi");
  lines.push("      ;;");
  return lines.join("\n");
}
