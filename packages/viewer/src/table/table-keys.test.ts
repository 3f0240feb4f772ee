import { expect, it } from "vitest";
import type { TableRow } from "../protocol/index.ts";
import { say } from "../words/words.ts";
import { ROW_KEYS, TITLE_KEYS, type KeyTexts } from "./key-words.ts";
import { pressKey } from "./table-keys.ts";
import { TableState } from "./table-state.ts";

const NAMES: Readonly<Record<string, string>> = {
  Up: "ArrowUp",
  Down: "ArrowDown",
  Left: "ArrowLeft",
  Right: "ArrowRight",
  PgUp: "PageUp",
  PgDn: "PageDown",
  Space: " ",
};
/** Whatever a keyboard has, and may mean something. */
const KEYBOARD = [
  ..."ArrowUp ArrowDown ArrowLeft ArrowRight PageUp PageDown Home End Enter Escape Backspace Delete Tab".split(
    " ",
  ),
  ..."F1 F2 F10 a c x / * + - ?".split(" "),
  " ",
];

function isTaken(key: string, held: { shiftKey?: boolean; ctrlKey?: boolean }, header?: number): boolean {
  const source = { key: "", slice: () => new Promise<never>(() => {}) };
  const state = new TableState<TableRow>(source, undefined, () => {});
  state.header = header;
  const actions = { open() {}, menu() {}, copy() {}, sort() {}, resize() {} };
  const event = { key, shiftKey: false, ctrlKey: false, altKey: false, metaKey: false, ...held };
  return pressKey(event as KeyboardEvent, state, { columnCount: 3, ...actions });
}

function listed(texts: KeyTexts): { key: string; shiftKey: boolean; ctrlKey: boolean }[] {
  return texts.flatMap(([keys]) => {
    const parts = keys.split(" ");
    const held = { shiftKey: parts.includes("Shift"), ctrlKey: parts.includes("Ctrl") };
    return parts
      .filter((part) => part !== "Shift" && part !== "Ctrl")
      .map((part) => ({ key: NAMES[part] ?? part, ...held }));
  });
}

it("takes all keys of the help sheet", () => {
  for (const { key, ...held } of listed(say(ROW_KEYS))) expect(isTaken(key, held), key).toBe(true);
  for (const { key, ...held } of listed(say(TITLE_KEYS))) expect(isTaken(key, held, 1), key).toBe(true);
});

it("takes no keys that are not on the sheet", () => {
  const ofRows = listed(say(ROW_KEYS)).map(({ key }) => key);
  const ofTitles = listed(say(TITLE_KEYS)).map(({ key }) => key);
  expect(KEYBOARD.filter((key) => isTaken(key, {}) && !ofRows.includes(key))).toEqual([]);
  expect(KEYBOARD.filter((key) => isTaken(key, { ctrlKey: true }) && key !== "c")).toEqual([]);
  // Up and a page up stay on the titles.
  const quiet = new Set(["ArrowUp", "PageUp"]);
  expect(KEYBOARD.filter((key) => isTaken(key, {}, 1) && !ofTitles.includes(key) && !quiet.has(key))).toEqual(
    [],
  );
});
