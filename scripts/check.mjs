// Runs everything that must be green before a change lands: format, lint, types, dead code, tests. Stops at the first
// failure and says how to mend it.
//
// usage: node scripts/check.mjs [--fast]      --fast leaves the tests out
import { spawnSync } from "node:child_process";

/** @type {{ name: string, command: string[], remedy: string }[]} */
const steps = [
  { name: "format", command: ["oxfmt", "--check"], remedy: "npm run format" },
  // Before lint, which reads the declarations that it makes of the other packages.
  { name: "types", command: ["tsc", "-b"], remedy: "mend what tsc names" },
  { name: "lint", command: ["oxlint", "--type-aware", "--deny-warnings"], remedy: "mend what oxlint names" },
  { name: "types of tests", command: ["tsc", "-p", "tsconfig.test.json"], remedy: "mend what tsc names" },
  {
    name: "dead code",
    command: ["knip"],
    remedy: "delete what knip names, or say in knip.json why it stays",
  },
  { name: "build of the agent", command: ["node", "scripts/build-agent.mjs"], remedy: "mend what it names" },
  { name: "build", command: ["node", "scripts/build-command.mjs"], remedy: "mend what esbuild names" },
  { name: "tests", command: ["vitest", "run"], remedy: "mend the tests that failed, or what they found" },
];

const isFast = process.argv.includes("--fast");
for (const { name, command, remedy } of steps) {
  if (isFast && name === "tests") continue;
  const start = Date.now();
  process.stdout.write(`${name} …\n`);
  const [program, ...args] = command[0] === "node" ? command : ["npx", "--no-install", ...command];
  const { status } = spawnSync(program ?? "", args, { stdio: "inherit" });
  if (status !== 0) {
    process.stderr.write(`${name} failed: ${remedy}.\n`);
    process.exit(1);
  }
  process.stdout.write(`${name} ok, ${((Date.now() - start) / 1000).toFixed(1)} s\n`);
}
