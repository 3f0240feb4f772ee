// npx jest sessions.jest

const { countObjects, expectNoLeak, LeakError } = require("heapscope/testing");
const { ForgetfulStore, Session, SessionStore } = require("./session-store.js");

test("closed sessions are let go", async () => {
  const store = new SessionStore();
  await expectNoLeak(() => store.close(store.open("anna")));
  expect(await countObjects(Session)).toBe(0);
}, 60_000);

test("a listener that stays is found", async () => {
  const store = new ForgetfulStore();
  const failure = await expectNoLeak(() => store.close(store.open("anna"))).catch((error) => error);
  expect(failure).toBeInstanceOf(LeakError);
  expect(failure.message).toMatch(/Session .*'tick'/s);
}, 60_000);
