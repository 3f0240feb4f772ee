/**
 * The rules by which growth is no leak. Each has a name, under which it is listed in a report's `ignored` and switched off
 * (`FindLeaksOptions.keep`).
 */

/** Name of a rule -> what it recognises, as a clause for people. */
export const GROWTH_RULES = {
  code: "code, feedback and inline caches that warm up",
  shapes: "shapes and maps of objects, which V8 makes as a program runs",
  strings: "strings that V8 keeps once each, such as names of properties",
  modules: "modules that are loaded when they are first needed, each file once",
  "one-time": "made in one round only: initialisation, or something loaded when first needed",
  "levelling-off": "grows less and less: it fills up to a size, or warms up",
  turnover: "what comes goes again: a bounded cache, a pool, work under way",
  draining: "what came is gone later: a queue that is emptied, or data that is copied as a whole each time",
  capture: "traces of the capture itself",
  console: "kept for an attached debugger's console",
  small: "too little to tell from what a runtime does by itself",
} as const;

export type GrowthRule = keyof typeof GROWTH_RULES;
