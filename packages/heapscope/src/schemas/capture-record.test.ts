import type * as Engine from "@heapscope/engine";
import { expectTypeOf, it } from "vitest";
import type { CaptureRecord } from "./capture-record.ts";

/** A type as JSON has it: nothing is read-only, and what is not there is absent, not undefined. */
type Json<T> = T extends readonly (infer Item)[]
  ? Json<Item>[]
  : T extends object
    ? { -readonly [Key in keyof T]: Json<Exclude<T[Key], undefined>> }
    : T;

it("has exactly the type that the engine reads", () => {
  // Checked by the compiler.
  expectTypeOf<Json<CaptureRecord>>().toEqualTypeOf<Json<Engine.CaptureRecord>>();
});
