import { openSnapshot, type HeapObject, type Suspect } from "@heapscope/engine";
import { drawFile } from "@heapscope/testkit";
import { expect, it } from "vitest";
import { isRunnersOwn } from "./runner-growth.ts";

/** Functions of the runner (script 1) and of the program (script 2); `drawing` hangs things on them. */
async function isOwn(drawing: string, holder: string, subject = "s"): Promise<boolean> {
  const script = (id: number, url: string): string =>
    `global -f${id}-> f${id}:closure(64)@${301 + 2 * id}<${id}:4:18> =shared=> info${id}:code:"(shared function info)"(88)@${401 + 2 * id}
     info${id} =script=> script${id}:code:${JSON.stringify(url)}(120)@${501 + 2 * id} =name=> url${id}:string:${JSON.stringify(url)}(40)@${601 + 2 * id}`;
  const text = drawFile(
    `global:object:global(96)@5
     ${script(1, "/shop/node_modules/@vitest/spy/dist/index.js")}
     ${script(2, "/shop/src/session.ts")}
     ${drawing}`,
    { runtime: "node-24" },
  );
  const snapshot = await openSnapshot(new TextEncoder().encode(text));
  await snapshot.prepare(["scriptUrls", "distance", "retainers"]);
  const find = (name: string): HeapObject => {
    const { graph } = snapshot;
    for (let node = 0; node < graph.nodeCount; node++)
      if (snapshot.object(node).name === name) return snapshot.object(node);
    throw new Error(`no ${name}`);
  };
  const [path = []] = find(holder).paths(1);
  const held = find(subject);
  return isRunnersOwn({
    path,
    holderStep: path.length - 1,
    subject: held,
    samples: [held],
  } as unknown as Suspect);
}

const calls = "f1 -mock-> m:Plain -calls-> c:Calls -[0]-> a:Args -[0]-> s";

it("excuses what a mock has seen", async () => {
  expect(await isOwn(calls, "Calls")).toBe(true);
});

it("does not excuse what the program holds", async () => {
  expect(await isOwn("f2 -cache-> c:Cache -[0]-> s", "Cache")).toBe(false);
});

it("does not excuse what a mock has seen and the program holds", async () => {
  expect(await isOwn(`${calls}\nf2 -cache-> d:Cache -[0]-> s`, "Calls")).toBe(false);
});

it("lets an object be held by its own parts", async () => {
  expect(await isOwn(`${calls}\ns -user-> u:User<2:9:3> -session-> s`, "Calls")).toBe(true);
});

it("excuses what hangs on the running test, and what jest keeps of the console", async () => {
  expect(
    await isOwn(
      "global -__vitest_worker__-> w:Worker -current-> t:Test -onFinished-> h:Hooks -[0]-> s",
      "Hooks",
    ),
  ).toBe(true);
  expect(await isOwn("global -console-> k:Console -_buffer-> b:Entries -[0]-> s", "Entries")).toBe(true);
});

it("does not excuse modules and globals, which hang on the runner as well", async () => {
  expect(
    await isOwn(
      "f1 -modules-> m:Modules -[0]-> r:Module -exports-> e:Exports -cache-> c:Cache -[0]-> s",
      "Cache",
    ),
  ).toBe(false);
  expect(await isOwn("global -leak-> c:Cache -[0]-> s", "Cache")).toBe(false);
});

it("does not excuse what is far from the runner's object", async () => {
  const way = Array.from({ length: 8 }, (_, i) => `p${i}:Part${i} -next->`).join(" ");
  expect(await isOwn(`f1 -parts-> ${way} c:Cache -[0]-> s`, "Cache")).toBe(false);
});
