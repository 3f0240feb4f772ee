import { Readable } from "node:stream";
import v8 from "node:v8";
import { describe, expect, test } from "vitest";
import { drain } from "./heap-snapshot.ts";

describe("a stream of a snapshot", () => {
  test("gives all pieces while nothing else runs, and keeps none", async () => {
    const stream = v8.getHeapSnapshot();
    const pieces: Uint8Array[] = [];
    const drained = drain(stream, (piece) => pieces.push(piece));
    const text = Buffer.concat(pieces).toString("latin1");
    expect(text.startsWith('{"snapshot"')).toBe(true);
    expect(text.trimEnd().endsWith("]}")).toBe(true);
    expect(stream.readableLength).toBe(0);
    await drained;
    expect(stream.destroyed).toBe(true);
  });

  test("is read as any other, should a later Node not hand its pieces over at once", async () => {
    const pieces = ["one ", "two ", "three"];
    const stream = new Readable({
      read() {
        setImmediate(() => this.push(pieces.shift() ?? null));
      },
    });
    let text = "";
    await drain(stream, (piece) => (text += String(piece)));
    expect(text).toBe("one two three");
  });

  test("that fails is a failure", async () => {
    const stream = new Readable({
      read() {
        this.destroy(new Error("a reason"));
      },
    });
    await expect(drain(stream, () => {})).rejects.toThrow("a reason");
  });
});
