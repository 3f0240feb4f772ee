import { openFile } from "@heapscope/engine/node";
import { drawHeap } from "@heapscope/testkit";
import { describe, expect, it } from "vitest";
import type { FoundRow } from "../../protocol/index.ts";
import { deskOf, readRows } from "../test-desk.ts";

describe("a drawing", async () => {
  const { snapshot } = await drawHeap(`
    global:object:global(96)@5 -sessions-> store:SessionStore(32)@101 -items-> table:array(800)@103
    table -[0]-> one:Session(48)@105
    table -[1]-> two:Session(48)@107 -label-> text:string:"the session of 105"(40)@109
    serve:closure:openSession(64)@111 =context=> scope:"system / Context"(64)@113
    global -serve-> serve
    scope -(session)-> one`);
  const desk = deskOf(snapshot);
  const find = async (text: string, where?: FoundRow["where"][]) =>
    (await readRows(desk, "search", { file: 0, text, ...(where === undefined ? {} : { where }) })).rows;
  const brief = (rows: readonly FoundRow[]) =>
    rows.map(({ where, text, id }) => `${where} ${text}${id === undefined ? "" : ` @${id}`}`);

  it("finds a text everywhere, by place and then by retained size", async () => {
    expect(brief(await find("session"))).toEqual([
      "class SessionStore",
      "class Session",
      "string the session of 105 @109",
      "property sessions @5",
      "property session @113",
      "object SessionStore @101",
      "object openSession @111",
      "object Session @107",
      "object Session @105",
    ]);
  });

  it("has what a class, an object and a property are", async () => {
    const [store] = await find("SessionStore", ["class"]);
    expect(store).toMatchObject({
      count: 1,
      shallowSize: snapshot.object(3).shallowSize,
      className: "SessionStore",
    });
    const summary = await readRows(desk, "summary", { file: 0 });
    expect(summary.rows.find((row) => row.className === "SessionStore")!.children).toBe(store!.group);
    expect(await find("label", ["property"])).toMatchObject([
      { id: 107, text: "label", className: "Session" },
    ]);
  });

  it("finds objects by their ids", async () => {
    expect(brief(await find("@105"))).toEqual(["id Session @105"]);
    expect(brief(await find("@105", ["string"]))).toEqual(["id Session @105"]);
    expect(brief(await find("105"))).toEqual(["id Session @105", "string the session of 105 @109"]);
    expect(await find("@999")).toEqual([]);
  });

  it("takes regular expressions, and refuses broken ones", async () => {
    expect(brief(await find("/^Session$/", ["object"]))).toEqual([
      "object Session @107",
      "object Session @105",
    ]);
    await expect(find("/(/")).rejects.toMatchObject({ code: "bad-filter" });
    expect(await find("")).toEqual([]);
  });
});

it("lists the largest where there are too many, in every order", async () => {
  const snapshot = await openFile(
    new URL("../../../../../fixtures/snapshots/node-24-default.heapsnapshot.gz", import.meta.url).pathname,
  );
  const desk = deskOf(snapshot);
  const params = { file: 0, text: "/./", where: ["object" as const] };
  const { rows, isLimited } = await readRows(desk, "search", params);
  expect(isLimited).toBe(true);
  expect(rows).toHaveLength(10_000);
  const sizes = rows.map(({ retainedSize }) => retainedSize);
  expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
  for (const by of ["retainedSize", "shallowSize", "text", "className", "where"] as const) {
    const order = { by, descending: false };
    const sorted = await readRows(desk, "search", { file: 0, text: "array" }, { order });
    const { rows: usual } = await readRows(desk, "search", { file: 0, text: "array" });
    expect(new Set(sorted.rows.map(({ key }) => key))).toEqual(new Set(usual.map(({ key }) => key)));
    if (by === "where") expect(sorted.rows).toEqual(usual);
    else {
      const values = sorted.rows.map((row) => row[by]);
      expect(values).toEqual(values.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0)));
    }
  }
});
