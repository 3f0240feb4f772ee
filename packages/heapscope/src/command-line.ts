// From the words of the command line to one command and its checked input, by commander, which gets all it knows from the
// definitions (command.ts). Nothing is run and nothing is printed here: help and version come back as text, and
// everything wrong with the words is a `UsageError` of one sentence. Cost: a few milliseconds, no file is touched.

import { Argument, Command as Parser, CommanderError, Option as ParserOption } from "commander";
import { escapeText } from "@heapscope/wording";
import type { Argument as ArgumentDefinition, Command, Option } from "./command.ts";
import { UsageError } from "./command-error.ts";
import { shellWord } from "./text/shell-word.ts";

/** What the user wants: a command with its input, or a text such as the help. */
export type Request =
  | {
      readonly kind: "run";
      readonly command: Command;
      readonly input: Readonly<Record<string, unknown>>;
      readonly json: boolean;
    }
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "nothing"; readonly help: string };

/** What the program says about itself and how wide its help may be. */
export interface ProgramFacts {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly helpWidth: number;
  readonly colour: boolean;
}

/** Reads the words behind the program's name. Throws `UsageError`. */
export function parseCommandLine(
  words: readonly string[],
  commands: readonly Command[],
  facts: ProgramFacts,
): Request {
  let request: Request | undefined;
  let text = "";
  const program = buildParser(commands, facts, (chosen) => {
    request = chosen;
  });
  for (const parser of [program, ...program.commands]) {
    parser.configureOutput({
      writeOut: (part) => {
        text += part;
      },
      writeErr: (part) => {
        text += part;
      },
      outputError: () => {},
      getOutHelpWidth: () => facts.helpWidth,
      getErrHelpWidth: () => facts.helpWidth,
      getOutHasColors: () => facts.colour,
      getErrHasColors: () => facts.colour,
    });
    parser.exitOverride();
  }
  if (words.length === 0) return { kind: "nothing", help: program.helpInformation() };
  try {
    program.parse([...words], { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return { kind: "text", text };
    throw new UsageError(explain(error, words));
  }
  return request ?? { kind: "text", text };
}

function buildParser(
  commands: readonly Command[],
  facts: ProgramFacts,
  choose: (request: Request) => void,
): Parser {
  const program = new Parser(facts.name)
    .version(facts.version, "-v, --version", "print the version")
    .description(facts.description)
    .usage("<command> [options]")
    .helpOption("-h, --help", "show this help")
    .addHelpCommand(
      new Parser("help")
        .argument("[command]")
        .helpOption(false)
        .description("show the help of a command")
        .helpGroup("The program:"),
    )
    .configureHelp({
      styleTitle: (title) => `\u001b[1m${title}\u001b[22m`,
      commandUsage: (parser) =>
        parser.parent === null
          ? `${facts.name} ${parser.usage()}`
          : `${parser.parent.name()} ${parser.name()} ${parser.usage()}`,
      subcommandTerm: (parser) =>
        [parser.name(), parser.usage().replace(/ ?\[options\]$/, "")].join(" ").trim(),
    });
  program.addHelpText(
    "after",
    `\nObjects are named by the @id that every command prints and takes. FILE may be a .heapsnapshot, the same\ncompressed with gzip, a .heaptimeline, or - for standard input.\n\nStart with:  ${facts.name} summary app.heapsnapshot`,
  );
  for (const command of commands) program.addCommand(buildCommandParser(command, facts, choose));
  return program;
}

function buildCommandParser(
  command: Command,
  facts: ProgramFacts,
  choose: (request: Request) => void,
): Parser {
  const parser = new Parser(command.name)
    .summary(command.summary)
    .description(unwrap(command.description))
    .helpGroup(command.group)
    .helpOption("-h, --help", "show this help")
    .configureHelp({ styleTitle: (title) => `\u001b[1m${title}\u001b[22m` });
  for (const alias of command.aliases) parser.alias(alias);

  const argumentNames = Object.keys(command.arguments);
  for (const definition of Object.values(command.arguments)) parser.addArgument(buildArgument(definition));
  const options = Object.entries(command.options).map(
    ([name, option]) => [name, option, buildOption(name, option)] as const,
  );
  for (const [, , parserOption] of options) parser.addOption(parserOption);
  if (command.json) parser.option("--json", "print one JSON object with exact sizes; see: heapscope schema");

  const usage = Object.values(command.arguments).map(argumentUsage);
  parser.usage([...usage, "[options]"].join(" "));
  if (command.examples.length > 0) parser.addHelpText("after", () => formatExamples(command, facts));

  parser.action((...values: unknown[]) => {
    const given: Readonly<Record<string, unknown>> = parser.opts();
    const input: Record<string, unknown> = {};
    for (const [index, name] of argumentNames.entries()) input[name] = values[index];
    // commander knows --dry-run as dryRun.
    for (const [name, option, parserOption] of options) {
      const value = given[parserOption.attributeName()];
      // commander reads --no-x as "x is false", and takes x for true otherwise.
      input[name] = parserOption.negate ? value === false : (value ?? option.defaultValue);
    }
    choose({ kind: "run", command, input, json: given["json"] === true });
  });
  return parser;
}

/** Paragraphs on one line each, for commander to wrap to the width of the terminal. Indented lines stay as they are. */
function unwrap(text: string): string {
  return text.replaceAll(/(?<!\n)\n(?![\n ])/g, " ");
}

function argumentUsage(definition: ArgumentDefinition<unknown>): string {
  const { placeholder, kind } = definition;
  if (kind === "optional") return `[${placeholder}]`;
  if (kind === "any") return `[${placeholder}...]`;
  return kind === "many" ? `${placeholder}...` : placeholder;
}

function buildArgument(definition: ArgumentDefinition<unknown>): Argument {
  const { placeholder } = definition;
  const brackets = {
    one: `<${placeholder}>`,
    optional: `[${placeholder}]`,
    many: `<${placeholder}...>`,
    any: `[${placeholder}...]`,
  };
  return new Argument(brackets[definition.kind], definition.description).argParser(
    (text: string, earlier: unknown) => {
      const value = parseNamed(placeholder, text, definition.parse);
      const isList = definition.kind === "many" || definition.kind === "any";
      return isList ? [...((earlier as unknown[] | undefined) ?? []), value] : value;
    },
  );
}

function buildOption(name: string, definition: Option<unknown>): ParserOption {
  const long = definition.placeholder === undefined ? `--${name}` : `--${name} <${definition.placeholder}>`;
  const flags = definition.short === undefined ? long : `-${definition.short}, ${long}`;
  const option = new ParserOption(flags, describeOption(definition));
  if (definition.placeholder !== undefined) {
    option.argParser((text: string, earlier: unknown) => {
      const value = parseNamed(`--${name}`, text, definition.parse);
      return definition.repeats === true
        ? [...((earlier as unknown[] | undefined) ?? []), ...(value as unknown[])]
        : value;
    });
  }
  return option;
}

function describeOption(definition: Option<unknown>): string {
  if (definition.completion.kind !== "words") return definition.description;
  const { words } = definition.completion;
  if (definition.repeats === true) return `${definition.description}: ${words.join(", ")}; may be repeated`;
  return `${definition.description}: ${words.join(", ")} (default: ${String(definition.defaultValue)})`;
}

function parseNamed<Value>(name: string, text: string, parse: (text: string) => Value): Value {
  try {
    return parse(text);
  } catch (error) {
    if (error instanceof UsageError) throw new UsageError(`${name}: ${escapeText(error.message)}`);
    throw error;
  }
}

function formatExamples(command: Command, facts: ProgramFacts): string {
  const width = Math.max(...command.examples.map((example) => example.line.length));
  const title = facts.colour ? "\u001b[1mExamples:\u001b[22m" : "Examples:";
  const lines = command.examples.map(
    (example) => `  ${facts.name} ${example.line.padEnd(width)}   ${example.meaning}`,
  );
  return ["", title, ...lines].join("\n");
}

/** One sentence from commander's message of up to two lines, with the remedy. */
function explain(error: CommanderError, words: readonly string[]): string {
  const [first = "", second] = error.message.replace(/^error: /, "").split("\n");
  const sentence = escapeText(first).replace(/\.$/, "");
  const similar = second?.match(/^\((.*)\)$/)?.[1];
  if (similar !== undefined) return `${sentence}. ${escapeText(similar)}`;
  const command = words.find((word) => !word.startsWith("-")) ?? "";
  if (error.code === "commander.help") {
    return `there is no help for '${escapeText(words.at(-1) ?? "")}', which is no command; see: heapscope --help`;
  }
  if (error.code !== "commander.unknownCommand") {
    return `${sentence}; see: heapscope ${command === "" ? "" : `${escapeText(command)} `}--help`;
  }
  return /\.(?:heapsnapshot|heaptimeline|gz|json)$/.test(command)
    ? `${sentence}. To look into that file: heapscope summary ${shellWord(command)}`
    : `${sentence}; see: heapscope --help`;
}
