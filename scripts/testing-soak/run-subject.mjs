// Measures one of the subjects (subjects.mjs) and prints the failure, or nothing, as the last line of its
// output. Started by scripts/testing-soak.mjs:
//   node run-subject.mjs <testing.cjs> <name>

import { createRequire } from "node:module";
import { subjects } from "./subjects.mjs";

const [, , library, name] = process.argv;
const { expectNoLeak } = createRequire(import.meta.url)(library);
const { create, options } = subjects[name];
const subject = await create();
let failure;
try {
  await expectNoLeak(subject, options);
} catch (error) {
  failure = `${error.name}: ${error.message}`;
}
process.stdout.write(`\n${JSON.stringify({ failure })}`, () => process.exit());
