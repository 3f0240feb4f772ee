// node --test sessions.node.test.mjs

import assert from "node:assert/strict";
import { test } from "node:test";
import { countObjects, expectNoLeak } from "heapscope/testing";
import { ForgetfulStore, Session, SessionStore } from "./session-store.js";

test("closed sessions are let go", async ({ signal }) => {
  const store = new SessionStore();
  await expectNoLeak(() => store.close(store.open("anna")), { signal });
  assert.equal(await countObjects(Session), 0);
});

test("a listener that stays is found", async () => {
  const store = new ForgetfulStore();
  await assert.rejects(
    expectNoLeak(() => store.close(store.open("anna"))),
    { name: "LeakError", message: /Session .*'tick'/s },
  );
});
