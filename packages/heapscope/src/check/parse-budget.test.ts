import { expect, it } from "vitest";
import { parseBudget } from "./parse-budget.ts";

it.each([
  ["Session<=1000", "count", 1000, false],
  ["count(Session) < 1000", "count", 1000, true],
  ["shallow(Session)<=1.5kB", "shallow", 1500, false],
  ["retained(Session)<=5MB", "retained", 5e6, false],
  ["retained(Session)<=64 MiB", "retained", 64 * 2 ** 20, false],
  ["growth(Session)<=10", "growth", 10, false],
])("reads %s", (text, measure, limit, below) => {
  const budget = parseBudget(text);
  expect(budget).toMatchObject({ text, measure, limit, below, className: { text: "Session" } });
  expect(budget.className!.matches("Session")).toBe(true);
  expect(budget.className!.matches("Session ")).toBe(true); // as V8 ends some names
  expect(budget.className!.matches("UserSession")).toBe(false);
});

it("reads the whole heap, which is no class", () => {
  expect(parseBudget("total<=200MB")).toEqual({
    text: "total<=200MB",
    measure: "total",
    limit: 2e8,
    below: false,
  });
  expect(parseBudget("count(total)<=1").className!.matches("total")).toBe(true);
});

it("takes regular expressions, and names that have brackets and comparisons in them", () => {
  const many = parseBudget("/^(User)?session$/i<=5").className!;
  expect(["Session", "UserSession", "SessionStore"].map((name) => many.matches(name))).toEqual([
    true,
    true,
    false,
  ]);
  expect(parseBudget("Box<Map<=3").className!.text).toBe("Box<Map");
  expect(parseBudget("retained((compiled code))<=1MB").className!.matches("(compiled code)")).toBe(true);
  expect(parseBudget("(string)<=1").className!.matches("(string)")).toBe(true);
});

it.each([
  ["Session", "'Session' has no limit; write for example 'Session<=1000'."],
  [
    "Session>=5",
    "'Session>=5' has no upper limit; a budget says how much there may be at most, for example 'Session<=1000'.",
  ],
  ["<=5", "'<=5' does not say of what; write for example 'Session<=5'."],
  ["Session<=", "'Session<=' ends before its limit; write for example 'Session<=1000'."],
  ["Session<=lots", "'Session<=lots': 'lots' is no limit; give a number."],
  ["total<=1XB", "'total<=1XB': '1XB' is no limit; give a number, with a unit such as kB or MB if you like."],
  [
    "Session<=5MB",
    "'Session<=5MB' limits a number of objects by a size; write 'retained(Session)<=5MB' or 'shallow(Session)<=5MB'.",
  ],
  ["Session<=1.5", "'Session<=1.5': objects are counted in whole numbers, and '1.5' is none."],
  [
    "weight(Session)<=5",
    "'weight(Session)<=5' asks for 'weight', and what can be limited is count, shallow, retained, growth of a class, and total; for a class of that name, write count(weight(Session)).",
  ],
  ["retained()<=5", "'retained()<=5' names no class; write for example retained(Session)."],
])("refuses %s in one sentence with the remedy", (text, message) => {
  expect(() => parseBudget(text)).toThrow(message);
});

it("refuses what is no regular expression", () => {
  expect(() => parseBudget("/(/<=5")).toThrow("'/(/' is not a regular expression");
});
