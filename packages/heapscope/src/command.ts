// The definition of a command: one object from which the parser, the help, the shell completion and the types of the
// command's input are all made. The commands are in commands/NAME.ts.
//
// A definition must be cheap to load, since `heapscope --help` loads all of them: it may import only types from the
// engine, the schemas and the printers, and reach for their code inside `run` and `print`.

import type { CaptureRecord, HeapSnapshot, RunOptions } from "@heapscope/engine";
import type { KnownSummary } from "@heapscope/engine/cache";
import type { OpenFileOptions } from "@heapscope/engine/node";
import type { CacheSettings } from "./cache/cache-settings.ts";
import type { Page } from "./print/page.ts";
import type { SourceResolver } from "./source/source-resolver.ts";

/** What a shell offers for a value. `words` are fixed; `snapshot` means files that may hold a heap snapshot, `heap` also profiles. */
export type Completion =
  | { readonly kind: "none" }
  | { readonly kind: "snapshot" | "heap" }
  | { readonly kind: "words"; readonly words: readonly string[] };

/** One positional argument. `kind` decides the brackets and dots in the usage line. */
export interface Argument<Value> {
  readonly kind: "one" | "optional" | "many" | "any";
  /** As it stands in the usage line: FILE, @ID. */
  readonly placeholder: string;
  readonly description: string;
  readonly completion: Completion;
  /** Reads one word of the command line. Throws `UsageError`. */
  readonly parse: (text: string) => Value;
}

/** One option; its name is the key under which it stands in the definition. Without `placeholder` it is a flag. */
export interface Option<Value> {
  readonly description: string;
  readonly placeholder: string | undefined;
  readonly defaultValue: Value;
  readonly completion: Completion;
  readonly parse: (text: string) => Value;
  /** One letter that stands for the name: `-o`. */
  readonly short?: string;
  /** May be given again: the lists that `parse` makes are joined. */
  readonly repeats?: boolean;
}

/** Marks the value type of an argument that may be given many times: at least once (`many`), or not at all (`any`). */
export interface ManyArgument<Value> extends Argument<Value> {
  readonly kind: "many" | "any";
}

export type ArgumentTable = Readonly<Record<string, Argument<unknown>>>;
export type OptionTable = Readonly<Record<string, Option<unknown>>>;

type ArgumentValue<A> =
  A extends ManyArgument<infer Value> ? readonly Value[] : A extends Argument<infer Value> ? Value : never;

/** What `run` gets: every argument and option by its name, read and checked. */
type InputOf<Arguments, Options> = {
  readonly [Name in keyof Arguments]: ArgumentValue<Arguments[Name]>;
} & { readonly [Name in keyof Options]: Options[Name] extends Option<infer Value> ? Value : never };

/** What the surroundings offer to a command. */
export interface CommandContext {
  /** The result will be printed as JSON. Rows are then not limited unless the user asks for it. */
  readonly json: boolean;
  /** All commands, for those that describe the program. */
  readonly commands: readonly Command[];
  /** Cancellation (Ctrl-C) and progress (on standard error), to hand to every long run of the engine. */
  readonly runOptions: RunOptions & { readonly signal: AbortSignal };
  /** For a command whose `live` is `ends`: Ctrl-C says that it has gone on for long enough. A second one cancels it. */
  readonly enough: AbortSignal;
  /** Standard output, for commands that write bytes to it or draw on it. Results are returned instead. */
  readonly output: NodeJS.WriteStream;
  /** Colours for what is drawn on standard output. */
  readonly wantsColour: boolean;
  /**
   * Says in one line on standard error what is being done; the next line takes its place, and an empty one takes it away.
   * Shown on terminals only.
   */
  status(text: string): void;
  /** Says something on standard error that stays there: what the user must know before the result. */
  say(text: string): void;
  /** Asks a question with the answers yes and no; `undefined` where nobody is there to answer. */
  ask(question: string): Promise<boolean | undefined>;
  /** Reads a snapshot; `-` is standard input. Rejects with the engine's typed errors. */
  openSnapshot(file: string, options?: ThreadOption): Promise<HeapSnapshot>;
  /** Reads a snapshot for what is made of it, and lets it go. Rejects as `openSnapshot`, and as `reduce`. */
  openReduced<T>(
    file: string,
    reduce: (snapshot: HeapSnapshot, options?: RunOptions) => Promise<T>,
    options?: ThreadOption,
  ): Promise<T>;
  /** What an earlier run has kept of a file, as `summarize` would tell it of the file as it is now; `undefined` when nothing. */
  findSummary(file: string): Promise<KnownSummary | undefined>;
  /** Where to keep what is computed of snapshots, if it is to be kept; for commands that open them by themselves. */
  readonly cacheSettings: CacheSettings | undefined;
  /** What leads from the places in snapshots to the author's files, with the user's folders of source maps. Says which of them cannot be used. */
  openSources(
    snapshots: readonly { readonly captureRecord?: CaptureRecord | undefined }[],
    folders: readonly string[],
  ): Promise<SourceResolver>;
}

/** Whether another thread is held ready for what is asked of a snapshot. */
type ThreadOption = Pick<OpenFileOptions, "keepsThread">;

/** One line of the examples in the help. */
interface Example {
  readonly line: string;
  readonly meaning: string;
}

/** A definition with its types; `defineCommand` hides them. */
export interface CommandDefinition<Arguments extends ArgumentTable, Options extends OptionTable, Result> {
  readonly name: string;
  readonly aliases?: readonly string[];
  /** One line, for the list of commands. */
  readonly summary: string;
  /** What the reader of `heapscope help NAME` needs besides the options. */
  readonly description: string;
  readonly group: string;
  readonly arguments: Arguments;
  readonly options: Options;
  readonly examples: readonly Example[];
  /** `false` for the rare command whose output is not a result, such as a shell script. */
  readonly json?: false;
  /**
   * For commands that deal with a running process. Ctrl-C gives them time to leave it as it was (a second one does not).
   * With `ends`, the first one is the usual way to end them (`enough`): what they return then is a result like any other.
   * With `serves`, a command goes on for others after its result, which is then written as it is: `watch` gives it.
   */
  readonly live?: "ends" | "fails" | "serves";
  /** Computes the result, which is printed as it is with `--json`. Missing where `watch` never gives `undefined`. */
  run?(context: CommandContext, input: InputOf<Arguments, Options>): Promise<Result>;
  /**
   * For a command that can go on until Ctrl-C: results that follow each other, each of which replaces the one before, or
   * `undefined` if the input asks for one result only. Must end when the context's signal says so. With `--json` each is
   * printed as an object of its own: a command that promises one object gives one, or `undefined`.
   */
  watch?(context: CommandContext, input: InputOf<Arguments, Options>): AsyncIterable<Result> | undefined;
  /** For a command that can be a gate: whether this result does not pass it. The result is printed all the same. */
  fails?(result: Result, input: InputOf<Arguments, Options>): boolean;
  /** Loads what prints the result for people. */
  print(): Promise<(page: Page, result: Result, input: InputOf<Arguments, Options>) => void>;
}

/** What a command has come to: the value for programs, and how to print it for people. */
export interface Outcome {
  readonly value: unknown;
  /** It was asked for as a gate, and does not pass: exit code 1. */
  readonly fails: boolean;
  print(page: Page): Promise<void>;
}

/** A command for code that treats all of them alike. */
export interface Command {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly summary: string;
  readonly description: string;
  readonly group: string;
  readonly arguments: ArgumentTable;
  readonly options: OptionTable;
  readonly examples: readonly Example[];
  readonly json: boolean;
  readonly live: "ends" | "fails" | "serves" | undefined;
  /** `input` has a value for every argument and option of the two tables. */
  execute(context: CommandContext, input: Readonly<Record<string, unknown>>): Promise<Outcome>;
  /** Outcomes that follow each other, if the input asks for that. */
  watch(
    context: CommandContext,
    input: Readonly<Record<string, unknown>>,
  ): AsyncIterable<Outcome> | undefined;
}

/** Checks a definition against its own types, then hides them. */
export function defineCommand<
  const Arguments extends ArgumentTable,
  const Options extends OptionTable,
  Result,
>(definition: CommandDefinition<Arguments, Options, Result>): Command {
  return {
    name: definition.name,
    aliases: definition.aliases ?? [],
    summary: definition.summary,
    description: definition.description,
    group: definition.group,
    arguments: definition.arguments,
    options: definition.options,
    examples: definition.examples,
    json: definition.json ?? true,
    live: definition.live,
    async execute(context, input) {
      const typedInput = input as InputOf<Arguments, Options>;
      if (definition.run === undefined) throw new Error(`${definition.name} has nothing to watch`);
      return outcomeOf(definition, await definition.run(context, typedInput), typedInput);
    },
    watch(context, input) {
      const typedInput = input as InputOf<Arguments, Options>;
      const results = definition.watch?.(context, typedInput);
      return results === undefined ? undefined : outcomesOf(definition, results, typedInput);
    },
  };
}

async function* outcomesOf<Arguments extends ArgumentTable, Options extends OptionTable, Result>(
  definition: CommandDefinition<Arguments, Options, Result>,
  results: AsyncIterable<Result>,
  input: InputOf<Arguments, Options>,
): AsyncGenerator<Outcome> {
  for await (const value of results) yield outcomeOf(definition, value, input);
}

function outcomeOf<Arguments extends ArgumentTable, Options extends OptionTable, Result>(
  definition: CommandDefinition<Arguments, Options, Result>,
  value: Result,
  input: InputOf<Arguments, Options>,
): Outcome {
  return {
    value,
    fails: definition.fails?.(value, input) === true,
    async print(page) {
      (await definition.print())(page, value, input);
    },
  };
}
