// Where a runtime's own options end and its program begins: `node --inspect -r ./trace.js server.js --port 80` has two
// options, one of them with a word of its own, and a program of three words. Options whose value is a word of its own
// must be known for that. Node's are those of Node 18 to 26 that take a string, a number, a list or an address (V8's own
// take their value behind `=` only). Called by readProcess and by the words that are shown for a process.

import type { Runtime } from "./executable.ts";

export interface SplitArguments {
  /** Each with its value as `--name=value`, underscores in names as dashes. */
  readonly options: readonly string[];
  /** What runs: the program and its arguments, or `-e` and the code. */
  readonly program: readonly string[];
}

const NODE_VALUES = new Set(
  `-C -r --allow-fs-read --allow-fs-write --bench-isolation --bench-name-pattern --bench-reporter
  --bench-reporter-destination --bench-samples --bench-warmup --build-sea --build-snapshot-config --conditions
  --cpu-prof-dir --cpu-prof-interval --cpu-prof-name --debug-port --diagnostic-dir --disable-proto --disable-warning
  --dns-result-order --env-file --env-file-if-exists --es-module-specifier-resolution --experimental-config-file
  --experimental-default-type --experimental-loader --experimental-package-map --experimental-policy
  --experimental-sea-config --experimental-specifier-resolution --experimental-test-isolation
  --experimental-test-tag-filter --heap-prof-dir --heap-prof-interval --heap-prof-name --heapsnapshot-near-heap-limit
  --heapsnapshot-signal --icu-data-dir --import --input-type --inspect-port --inspect-publish-uid --loader
  --localstorage-file --max-http-header-size --max-old-space-size-percentage
  --network-family-autoselection-attempt-timeout --openssl-config --policy-integrity --redirect-warnings --report-dir
  --report-directory --report-filename --report-signal --require --run --secure-heap --secure-heap-min
  --security-revert --snapshot-blob --stack-trace-limit --test-concurrency --test-coverage-branches
  --test-coverage-exclude --test-coverage-functions --test-coverage-include --test-coverage-lines --test-global-setup
  --test-isolation --test-name-pattern --test-random-seed --test-reporter --test-reporter-destination
  --test-rerun-failures --test-shard --test-skip-pattern --test-timeout --title --tls-cipher-list --tls-keylog
  --trace-event-categories --trace-event-file-pattern --trace-require-module --unhandled-rejections --use-largepages
  --v8-pool-size --vfs-load --vfs-mount --watch-kill-signal --watch-path`.split(/\s+/),
);
const DENO_VALUES = new Set(
  "-c --config --import-map -L --log-level --lock --cert --location --preload".split(" "),
);
const BUN_VALUES = new Set("-r --preload --require --import -c --config --cwd --env-file --port".split(" "));
const NO_VALUES: ReadonlySet<string> = new Set();

/** Options that stand for the program: the next word is code. */
const CODE = new Set(["-e", "--eval", "-p", "--print", "-pe"]);
/** Options without which a person would take the process for another one: `node --watch` waits for `node`. */
const MODES = new Set(["--run", "--test", "--watch"]);
/** Words of a runtime itself, before its program. */
const SUBCOMMANDS: Readonly<Partial<Record<Runtime, ReadonlySet<string>>>> = {
  deno: new Set("run serve test bench task eval repl x".split(" ")),
  bun: new Set("run test x exec repl dev start".split(" ")),
};

/** Splits the words behind the name of the program. A program that is no runtime has no options of one. */
export function splitArguments(runtime: Runtime, words: readonly string[]): SplitArguments {
  if (runtime === "other") return { options: [], program: words };
  const values = runtime === "deno" ? DENO_VALUES : runtime === "bun" ? BUN_VALUES : NO_VALUES;
  const takesValue = runtime === "node" || runtime === "electron" ? NODE_VALUES : values;
  const subcommands = SUBCOMMANDS[runtime];
  const options: string[] = [];
  const program: string[] = [];
  let index = 0;
  for (; index < words.length; index++) {
    const word = words[index]!;
    if (subcommands?.has(word) === true && program.length === 0) {
      program.push(word);
      continue;
    }
    if (word === "--") {
      index++;
      break;
    }
    if (!word.startsWith("-") || word === "-") break;
    const name = normalName(word);
    const next = words[index + 1];
    if (CODE.has(name) && next?.startsWith("-") === false) {
      program.push("-e", next);
      index++;
      continue;
    }
    if (MODES.has(name)) program.push(name === "--run" ? `--run=${next ?? ""}` : name);
    if (takesValue.has(name) && next?.startsWith("-") === false) {
      options.push(`${name}=${next}`);
      index++;
    } else {
      options.push(name);
    }
  }
  return { options, program: [...program, ...words.slice(index)] };
}

/** Node and V8 take `_` for `-` in the names of their options. */
function normalName(option: string): string {
  const equals = option.indexOf("=");
  const name = equals < 0 ? option : option.slice(0, equals);
  return name.replaceAll("_", "-") + option.slice(name.length);
}
