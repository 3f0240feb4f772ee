// npx vitest run sessions.vitest

import { countObjects, expectNoLeak, LeakError } from "heapscope/testing";
import { expect, test } from "vitest";
import { ForgetfulStore, Session, SessionStore } from "./session-store.js";

test("closed sessions are let go", { timeout: 30_000 }, async ({ signal }) => {
  const store = new SessionStore();
  await expectNoLeak(() => store.close(store.open("anna")), { signal });
  expect(await countObjects(Session)).toBe(0);
});

test("a listener that stays is found", { timeout: 30_000 }, async () => {
  const store = new ForgetfulStore();
  const failure = await expectNoLeak(() => store.close(store.open("anna"))).catch((error) => error);
  expect(failure).toBeInstanceOf(LeakError);
  expect(failure.message).toMatch(/Session .*'tick'/s);
  expect(failure.suspects).toMatchObject([{ container: "listeners", added: [20, 20, 20] }]);
});
