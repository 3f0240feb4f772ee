import { defineConfig } from "vitest/config";

// Tests import the workspace packages as TypeScript source, so that no build is needed to run them.
const conditions = ["@heapscope/source", "module", "node", "development|production"];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ["packages/**/src/**/*.test.ts", "scripts/**/*.test.ts", "examples/**/*.test.ts"],
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
