// `heapscope agent status`: what the @heapscope/agent of a process says about itself, or which agents there are.

import { defineCommand, type Command } from "../command.ts";
import { processPattern, word } from "../parameters.ts";
import type { Agents, AgentStatus } from "../schemas/agent-status.ts";

export const agent: Command = defineCommand({
  name: "agent",
  summary: "what the agents inside of services do",
  description:
    "Asks the @heapscope/agent of a process what it is set to, what it has captured, what it sends away and\n" +
    "what a snapshot would cost now. PATTERN is a process id, or a text that the command line contains; without\n" +
    "it, all agents of this machine that this user may talk to are listed. An agent runs in a process that was\n" +
    "started with:\n\n" +
    "  node --import @heapscope/agent/register app.js\n\n" +
    "It answers on a Unix socket of its own, to the same user only (Linux). “heapscope capture” uses it, too.",
  group: "Running processes:",
  arguments: {
    action: word("status", ["status"], "what to do; there is only this"),
    pattern: processPattern("process id, or a part of the command line"),
  },
  options: {},
  examples: [
    { line: "agent status", meaning: "all agents" },
    { line: "agent status 4242", meaning: "one of them, in full" },
    { line: "agent status 4242 --json", meaning: "with all that it remembers" },
  ],
  async run(context, { pattern }): Promise<AgentStatus | Agents> {
    const { signal } = context.runOptions;
    const { describeAgent, describeAgents } = await import("../describe-agents.ts");
    return pattern === undefined ? describeAgents(signal) : describeAgent(pattern, signal);
  },
  print: async () => (await import("../print/agent-status.ts")).printAgents,
});
