/** Heaps of random nodes and references with the names that the rules know, as V8 would never put them together. */
import { drawHeap, runParameters } from "@heapscope/testkit";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { containerKindOf } from "./container-kind.ts";
import { pathSignature } from "./path-signature.ts";
import { mergePaths } from "./path-tree.ts";
import { foldPath } from "./path-words.ts";
import { findUserRoute } from "./user-route.ts";

const NODES = [
  ...["Context", "Context", "Context", "NativeContext"].map((name) => `"system / ${name}"`),
  ...["SourceTextModule", "Cell", "PromiseReaction", "WeakCell", "JSProxy"].map(
    (name) => `hidden:"system / ${name}"`,
  ),
  `code:"system / ScopeInfo"`,
  `code:"handle"`,
  `code:"lib/pool.js"`,
  `string:"/app/server.js"`,
  `string:"data"`,
  `closure:"handle"`,
  `closure:""`,
  `closure:"native_bind"`,
  `array:""`,
  "cons:text",
  "synthetic:x",
  ..."Map Set WeakMap MapIterator Array Object Generator Promise Module Timeout TimersList Immediate".split(
    " ",
  ),
  ..."ImmediateList FinalizationRegistry AsyncContextFrame process ArrayBuffer Session".split(" "),
];
const ARROWS = [
  ..."context previous scope_info extension shared script name name_or_scope_info table elements properties parent"
    .split(" ")
    .map((name) => `=${name}=>`),
  ..."bound_this bound_function bound_arguments parameters_and_registers function reactions_or_result value 5 6 9"
    .split(" ")
    .map((name) => `="${name}"=>`),
  ..."_events data listener next filename exports children url _idleNext _onTimeout _timerArgs __proto__ constructor"
    .split(" ")
    .map((name) => `-${name}->`),
  ...["<symbol kEvents>", "<symbol kResourceStore>", "<symbol owner_symbol>", "get x"].map(
    (name) => `-"${name}"->`,
  ),
  "-[0]->",
  "-[7]->",
  "=[0]=>",
  "=[1]=>",
  "=[2]=>",
  "-(held)->",
  "-(this)->",
  "~weak~>",
];

const drawing = fc
  .record({
    nodes: fc.array(fc.constantFrom(...NODES), { minLength: 2, maxLength: 20 }),
    edges: fc.array(fc.tuple(fc.nat(), fc.constantFrom(...ARROWS), fc.nat()), {
      minLength: 5,
      maxLength: 60,
    }),
  })
  .map(({ nodes, edges }) =>
    [
      ...nodes.map((node, i) => `global -x${i % 3}-> n${i}:${node}`).slice(0, 1),
      ...nodes.map((node, i) =>
        i === 0 ? "" : `n${i - 1} ${ARROWS[(i * 7) % (ARROWS.length - 1)]} n${i}:${node}`,
      ),
      ...edges.map(([from, arrow, to]) => `n${from % nodes.length} ${arrow} n${to % nodes.length}`),
    ].join("\n"),
  );

test("the folded steps are the whole path and end where it ends, whatever is in a file", async () => {
  await fc.assert(
    fc.asyncProperty(drawing, fc.nat(), async (text, seed) => {
      const { snapshot } = await drawHeap(text);
      const paths = [];
      for (let node = 0; node < snapshot.graph.nodeCount; node++) {
        const object = snapshot.object(node);
        const route = findUserRoute(object);
        expect(route === undefined).toBe(object.paths().length === 0);
        for (const path of [...object.paths(3), ...(route === undefined ? [] : [route])]) {
          const holderIndex = (seed % (path.length + 1)) - 1;
          for (const options of [{}, { holderIndex }, { keepRepeats: true }]) {
            const steps = foldPath(path, options);
            expect(steps.reduce((sum, step) => sum + step.steps, 0)).toBe(path.length);
            expect(steps.at(-1)!.object.node).toBe(node);
            for (const { edge, node: name } of steps) expect([edge, name]).not.toContain("");
          }
          expect(containerKindOf(path, holderIndex)).toBeTypeOf("string");
          expect(pathSignature(path, holderIndex)).toBeTypeOf("string");
          paths.push(path);
        }
      }
      const tree = mergePaths(paths);
      expect(tree.branches.reduce((sum, { count }) => sum + count, 0)).toBe(paths.length);
    }),
    runParameters(60),
  );
});
