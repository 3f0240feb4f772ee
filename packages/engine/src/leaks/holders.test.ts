/** Real snapshots: fixtures/programs/holders holds an object of a class `In…` in each way that a program can. */
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import type { HeapObject } from "../heap-object.ts";
import type { HeapSnapshot } from "../heap-snapshot.ts";
import { openFile } from "../node/index.ts";
import { pathSignature } from "./path-signature.ts";
import { foldPath } from "./path-words.ts";
import { findUserRoute } from "./user-route.ts";

const HOLDERS = "module app/holders.cjs";

/** Class -> how its only object is held. */
const EXPECTED = {
};

function open(version: number): Promise<HeapSnapshot> {
  const name = `../../../../fixtures/snapshots/node-${version}-holders.heapsnapshot.gz`;
  return openFile(fileURLToPath(new URL(name, import.meta.url)));
}
