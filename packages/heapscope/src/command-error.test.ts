import { describe, expect, it } from "vitest";
import { CommandError, describeError, UsageError } from "./command-error.ts";

describe("describeError", () => {
  it("hands on what a command says about itself", () => {
    expect(describeError(new CommandError("unknown-object", "no such object.", { id: 7 }))).toEqual({
      code: "unknown-object",
      message: "no such object.",
      detail: { id: 7 },
    });
    expect(describeError(new UsageError("wrong."))).toEqual({ code: "usage", message: "wrong." });
  });

  it("knows the engine's errors without loading the engine", () => {
    const error = Object.assign(new Error("a.heapsnapshot does not exist; check the path."), {
      name: "SnapshotFileError",
      path: "a.heapsnapshot",
      code: "ENOENT",
    });
    expect(describeError(error)).toEqual({
      code: "file",
      message: "a.heapsnapshot does not exist; check the path.",
      detail: { path: "a.heapsnapshot", cause: "ENOENT" },
    });
  });

  it("tells a machine that is too small from a fault in the program", () => {
    for (const message of [
      "Array buffer allocation failed",
      "Map maximum size exceeded",
      "Invalid typed array length: 8589934592",
      "Invalid string length",
    ]) {
      expect(describeError(new RangeError(message))).toEqual({
        code: "out-of-memory",
        message:
          `the snapshot needs more memory or larger tables than this Node.js allows (${message}); ` +
          "close other programs, or try a machine with more memory.",
      });
    }
    expect(describeError(new RangeError("Invalid count value: -1"))).toMatchObject({ code: "internal" });
  });

  it("keeps the stack of what nobody foresaw", () => {
    const { code, message, detail } = describeError(new TypeError("x is not a function"));
    expect({ code, message }).toEqual({ code: "internal", message: "internal error: x is not a function" });
    expect(detail?.["stack"]).toContain("command-error.test.ts");
  });
});
