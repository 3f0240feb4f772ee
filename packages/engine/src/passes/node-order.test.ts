import { array, assert, nat, property, uniqueArray } from "fast-check";
import { describe, expect, it } from "vitest";
import { findNodeById, sortNodesById } from "./node-order.ts";
import { runNow } from "./pass.ts";

/** Stable, as the table is promised to be. */
function sortPlainly(ids: readonly number[]): number[] {
  return ids.map((_, node) => node).sort((a, b) => ids[a]! - ids[b]! || a - b);
}

function sort(ids: readonly number[]): number[] {
  return [...runNow(sortNodesById(Uint32Array.from(ids)))];
}

describe("nodes by id", () => {
  it.each([
    ["dense and unique, as V8 writes them", uniqueArray(nat(100), { maxLength: 60 })],
    ["sparse", array(nat(0xffff_ffff), { maxLength: 60 })],
    ["with equal ids", array(nat(20), { maxLength: 60 })],
  ])("are in order when ids are %s", (_, ids) => {
    assert(
      property(ids, (all) => {
        expect(sort(all)).toEqual(sortPlainly(all));
      }),
    );
  });

  it("takes the greatest id there is", () => {
    expect(sort([0xffff_ffff, 1, 0xffff_fffe])).toEqual([1, 2, 0]);
  });

  it("finds each id, and no other", () => {
    const ids = Uint32Array.from([9, 3, 7, 1]);
    const byId = runNow(sortNodesById(ids));
    expect([1, 3, 7, 9, 2, 10].map((id) => findNodeById(ids, byId, id))).toEqual([3, 1, 2, 0, -1, -1]);
  });
});
