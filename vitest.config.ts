import { defineConfig } from "vitest/config";

// The agent has the program of its thread as a string inside: the build puts it there, and here a test's first import does.
const agentThread = {
  name: "agent-thread",
  async transform(code: string, id: string): Promise<string | undefined> {
    if (!id.endsWith("agent/src/thread-text.ts")) return undefined;
    const { bundleThread } = await import("./scripts/agent-thread.mjs");
    const text = await bundleThread();
    return code.replace("return HEAPSCOPE_AGENT_THREAD", () => `return ${JSON.stringify(text)}`);
  },
};

// Tests import the workspace packages as TypeScript source, so that no build is needed to run them.
const conditions = ["@heapscope/source", "module", "node", "development|production"];

export default defineConfig({
  plugins: [agentThread],
  define: { HEAPSCOPE_AGENT_VERSION: JSON.stringify("0.0.0-test") },
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ["packages/**/src/**/*.test.ts", "scripts/**/*.test.ts", "examples/**/*.test.ts"],
    // Nothing that a test computes is kept in the user's own cache; tests of the cache name a folder.
    env: { HEAPSCOPE_CACHE_SIZE: "0" },
    // Two, also on two processors: many tests wait for processes and browsers.
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
