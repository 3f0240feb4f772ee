import { expect, test } from "vitest";
import { called } from "../../test/sampled-function.ts";
import type { SamplingProfile, SamplingProfileNode } from "../inspector/protocol.ts";
import { findAllocationSites } from "./allocation-sites.ts";

function profileOf(...children: SamplingProfileNode[]): SamplingProfile {
  const head = called("(root)", 0, ...children);
  const samples: { size: number; nodeId: number; ordinal: number }[] = [];
  const pending = [head];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    for (let size = 0; size < node.selfSize; size += 100)
      samples.push({ size: 100, nodeId: node.id, ordinal: samples.length });
    pending.push(...node.children);
  }
  return { head, samples };
}

test("a function is one site over all of its stacks, and tells who called it", () => {
  const { totalSize, sampleCount, sites } = findAllocationSites(
    profileOf(
      called(
        "main1",
        100,
        called("serve2", 0, called("parse3", 300)),
        called("warmUp4", 0, called("parse3", 200)),
      ),
    ),
  );
  expect({ totalSize, sampleCount }).toEqual({ totalSize: 600, sampleCount: 6 });
  expect(sites).toMatchObject([
    { name: "parse3", location: "/srv/app.js:4:5", size: 500, sampleCount: 5 },
    { name: "main1", location: "/srv/app.js:2:5", size: 100, sampleCount: 1 },
  ]);
  expect(sites[0]!.callers(2)).toMatchObject([
    { name: "serve2", size: 300, callers: [{ name: "main1", size: 300, callers: [] }] },
    { name: "warmUp4", size: 200, callers: [{ name: "main1", size: 200 }] },
  ]);
  expect(sites[0]!.callers(1)[0]!.callers).toEqual([]);
  expect(sites[1]!.callers(9)).toEqual([]);
});

test("callers of several stacks are put together, and recursion is called by itself", () => {
  const { sites } = findAllocationSites(
    profileOf(
      called(
        "walk1",
        100,
        called("walk1", 200, called("leaf2", 300)),
        called("other3", 0, called("leaf2", 50)),
      ),
    ),
  );
  expect(sites.map(({ name, size }) => [name, size])).toEqual([
    ["leaf2", 350],
    ["walk1", 300],
  ]);
  expect(sites[0]!.callers(3)).toMatchObject([
    { name: "walk1", size: 300, callers: [{ name: "walk1", size: 300, callers: [] }] },
    { name: "other3", size: 50, callers: [{ name: "walk1", size: 50 }] },
  ]);
  expect(sites[1]!.callers(1)).toMatchObject([{ name: "walk1", size: 200 }]);
});

test("functions of one name in two places are two sites, and what has no source has no place", () => {
  const twin = called("make5", 100);
  const elsewhere = { ...twin, id: 99, callFrame: { ...twin.callFrame, url: "node:vm", lineNumber: 9 } };
  const { sites } = findAllocationSites(profileOf(twin, elsewhere, called("(V8 API)", 300)));
  expect(sites.map(({ name, location, size }) => [name, location, size])).toEqual([
    ["(V8 API)", undefined, 300],
    ["make5", "node:vm:10:5", 100],
    ["make5", "/srv/app.js:6:5", 100],
  ]);
});

test("a profile without allocations has no sites", () => {
  expect(findAllocationSites(profileOf())).toEqual({ totalSize: 0, sampleCount: 0, sites: [] });
});
