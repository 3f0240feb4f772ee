// Help, version and completion: all made from the one definition of each command.

import { spawnSync } from "node:child_process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseCommandLine } from "../command-line.ts";
import { commands } from "../commands.ts";
import { buildCommand, serverSnapshot, type BuiltCommand } from "./built-command.ts";

let command: BuiltCommand;

beforeAll(() => {
  command = buildCommand();
  command.write("server.heapsnapshot", serverSnapshot());
  command.write("my app.heapsnapshot", serverSnapshot());
  command.write("notes.txt", "");
});
afterAll(() => command.remove());

describe("help", () => {
  it("lists every command", () => {
    const { code, stdout, stderr } = command.run(["--help"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    for (const { name, summary } of commands)
      expect(stdout).toMatch(new RegExp(`\\n  ${name} .*${summary}\\n`));
  });

  it.each(commands.map((each) => [each.name, each] as const))(
    "of %s names its options and shows examples",
    (name, definition) => {
      const { code, stdout } = command.run(["help", name]);
      expect(code).toBe(0);
      expect(stdout).toBe(command.run([name, "--help"]).stdout);
      for (const option of Object.keys(definition.options))
        expect(stdout).toMatch(new RegExp(`\\n  (?:-\\w, )?--${option} `));
      for (const { line } of definition.examples) expect(stdout).toContain(`  heapscope ${line} `);
    },
  );

  it("has examples that the parser takes", () => {
    const facts = { name: "heapscope", version: "1.0.0", description: "", helpWidth: 80, colour: false };
    for (const { name, examples } of commands) {
      for (const { line } of examples) {
        const words = line
          .replace(/ [>|] .*$/, "")
          .match(/'[^']*'|\S+/g)!
          .map((word) => word.replaceAll("'", ""));
        // Not run: they name files that do not exist, and processes that might.
        expect(parseCommandLine(words, commands, facts)).toMatchObject({ kind: "run", command: { name } });
      }
    }
  });

  it("prints the version of the package", () => {
    expect(command.run(["--version"]).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

describe("completion for bash", () => {
  /** What bash would offer for the last word. */
  function complete(...words: string[]): string[] {
    const { stdout: script } = command.run(["completion", "bash"]);
    const list = words.map((word) => `'${word}'`).join(" ");
    const { stdout, stderr } = spawnSync(
      "bash",
      [
        "--norc",
        "-c",
        `${script}\nCOMP_WORDS=(${list}); COMP_CWORD=${words.length - 1}; _heapscope; printf '%s\\n' "\${COMPREPLY[@]}"`,
      ],
      { cwd: command.folder, encoding: "utf8" },
    );
    expect(stderr).toBe("");
    return stdout
      .split("\n")
      .filter((line) => line !== "")
      .sort();
  }

  it("offers commands, and snapshot files where a file is due", () => {
    expect(complete("heapscope", "su")).toEqual(["summary"]);
    expect(complete("heapscope", "")).toEqual(
      [...commands.map(({ name }) => name), "help", "--help", "--version"].sort(),
    );
    expect(complete("heapscope", "summary", "")).toEqual(["my app.heapsnapshot", "server.heapsnapshot"]);
    expect(complete("heapscope", "diff", "--limit", "3", "a", "s")).toEqual(["server.heapsnapshot"]);
    expect(complete("heapscope", "summary", "server.heapsnapshot", "")).toEqual([]);
  });

  it("offers options, and the words that an option takes", () => {
    expect(complete("heapscope", "retainers", "x", "--")).toEqual([
      "--depth",
      "--help",
      "--json",
      "--limit",
      "--no-cache",
    ]);
    expect(complete("heapscope", "summary", "--sort", "")).toEqual([
      "count",
      "distance",
      "name",
      "retained",
      "shallow",
    ]);
    expect(complete("heapscope", "summary", "--sort", "=", "n")).toEqual(["name"]);
    expect(complete("heapscope", "summary", "--limit", "")).toEqual([]);
    expect(complete("heapscope", "completion", "z")).toEqual(["zsh"]);
    expect(complete("heapscope", "agent", "")).toEqual(["status"]);
    expect(complete("heapscope", "agent", "status", "--")).toEqual(["--help", "--json"]);
  });
});

describe("completion for zsh and fish", () => {
  const has = (shell: string): boolean => spawnSync(shell, ["--version"]).status === 0;

  it.each(["zsh", "fish"])("for %s names every command and option", (shell) => {
    const { code, stdout } = command.run(["completion", shell]);
    expect(code).toBe(0);
    for (const { name, options } of commands) {
      expect(stdout).toContain(name);
      for (const option of Object.keys(options)) expect(stdout).toMatch(new RegExp(`(?:--|-l )${option}\\b`));
    }
  });

  it.skipIf(!has("zsh"))("is a script that zsh understands", () => {
    const { stdout: script } = command.run(["completion", "zsh"]);
    expect(spawnSync("zsh", ["-n", "-c", script], { encoding: "utf8" }).stderr).toBe("");
  });

  it.skipIf(!has("fish"))("offers commands and words in fish", () => {
    const { stdout: script } = command.run(["completion", "fish"]);
    const complete = (line: string): string[] =>
      spawnSync("fish", ["--no-config", "-c", `${script}\ncomplete -C '${line}'`], {
        encoding: "utf8",
        cwd: command.folder,
      })
        .stdout.split("\n")
        .filter((each) => each !== "")
        .map((each) => each.split("\t")[0]!);
    expect(complete("heapscope su")).toEqual(["summary"]);
    expect(complete("heapscope summary --sort n")).toEqual(["name"]);
    expect(complete("heapscope summary ser")).toEqual(["server.heapsnapshot"]);
  });
});
