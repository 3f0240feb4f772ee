// `heapscope completion`: a script that teaches a shell the commands, options and files of this program.

import { defineCommand, type Command } from "../command.ts";
import { word } from "../parameters.ts";

const shells = ["bash", "zsh", "fish"] as const;

export const completion: Command = defineCommand({
  name: "completion",
  aliases: ["complete"],
  summary: "a completion script for bash, zsh or fish",
  description:
    "Prints a script that completes commands, options and snapshot files. To have it in every new shell:\n\n" +
    "  bash   echo 'source <(heapscope completion bash)' >> ~/.bashrc\n" +
    "  zsh    echo 'source <(heapscope completion zsh)' >> ~/.zshrc     (after compinit)\n" +
    "  fish   heapscope completion fish > ~/.config/fish/completions/heapscope.fish",
  group: "The program:",
  arguments: { shell: word("SHELL", shells, "bash, zsh or fish") },
  options: {},
  examples: [],
  json: false,
  async run(context, input): Promise<string> {
    const { formatCompletionScript } = await import("../completion/completion-script.ts");
    return formatCompletionScript(input.shell, context.commands);
  },
  print: async () => (page, script) => page.line(script),
});
