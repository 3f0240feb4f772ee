// Holds one extreme shape in memory and writes a heap snapshot of it.
//
// usage: node hold-shape.mjs list|array|rope|strings <output>
//
// Each shape breaks a habit of snapshot readers: recursion or an iterative dominator algorithm (list, rope), a string
// per array index (array: V8 names the edges of the backing store by decimal strings), string handling that is not
// linear (strings; needs --heap-snapshot-string-limit, or V8 cuts them at 1,024 characters). Started by generate.mjs.
import { writeHeapSnapshot } from "node:v8";

const [shape, output] = process.argv.slice(2);
const shapes = {
  list() {
    let head = null;
    for (let i = 0; i < 5_000_000; i++) head = { next: head };
    return head;
  },
  array() {
    const array = [];
    for (let i = 0; i < 10_000_000; i++) array.push({});
    return array;
  },
  rope() {
    let rope = "";
    for (let i = 0; i < 1_000_000; i++) rope += `link number ${i};`;
    return rope;
  },
  strings() {
    const strings = [];
    for (let i = 0; i < 5_000; i++) strings.push(Buffer.alloc(100_000, `text ${i} `).toString("latin1"));
    return strings;
  },
};
globalThis.held = { [shape]: shapes[shape]() };
writeHeapSnapshot(output);
