// All of the agent that is not needed before it has something to do: what index.ts unpacks then. Only the build reads this file.

import { start, writeSnapshot } from "./start.ts";

// The text is put into a function, whose second argument is the module. Not `export`: what esbuild makes of that is some
// hundred bytes longer; nor `module`, which it warns of.
// @ts-expect-error No function is to be seen here.
arguments[1].exports = { start, writeSnapshot };
