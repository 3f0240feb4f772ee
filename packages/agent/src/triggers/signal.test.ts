import { afterEach, describe, expect, it } from "vitest";
import type { CaptureDesk } from "../capture-desk.ts";
import { listenToSignal } from "./signal.ts";

const nextTick = (): Promise<void> => new Promise((resolve) => process.nextTick(resolve));
const undo: (() => unknown)[] = [];
afterEach(() => {
  for (const step of undo.splice(0)) step();
});

function draw(signal?: NodeJS.Signals) {
  const said: string[] = [];
  const captures: string[] = [];
  const desk = {
    capture: (_request: object, trigger: string) => captures.push(trigger),
    tell: ({ message }: { message: string }) => said.push(message),
  } as unknown as CaptureDesk;
  const trigger = listenToSignal(signal, desk);
  undo.push(() => trigger.stop());
  return { trigger, said, captures };
}
function serviceListens(): () => void {
  const handler = (): void => {};
  process.on("SIGUSR2", handler);
  const stop = (): void => void process.off("SIGUSR2", handler);
  undo.push(stop);
  return stop;
}

describe("the signal", () => {
  it("captures, without anybody else's handler", () => {
    const { trigger, captures, said } = draw();
    process.emit("SIGUSR2");
    expect([captures, said, trigger.describe()]).toEqual([
      ["signal"],
      [],
      { active: true, detail: "SIGUSR2" },
    ]);
  });

  it("is left to a service that had it before, and the agent says so", () => {
    serviceListens();
    const { trigger, captures, said } = draw();
    process.emit("SIGUSR2");
    expect(captures).toEqual([]);
    expect(said).toEqual([
      "SIGUSR2 is handled by the service, and left to it; HEAPSCOPE_SIGNAL=SIGUSR2 would share it",
    ]);
    expect(trigger.describe()).toEqual({ active: false, detail: "SIGUSR2 is handled by the service" });
  });

  it("is left to a service that comes for it later, for good", async () => {
    const { trigger, captures, said } = draw();
    const stop = serviceListens();
    await nextTick();
    process.emit("SIGUSR2");
    expect([captures, said.length, process.listenerCount("SIGUSR2")]).toEqual([[], 1, 1]);
    stop();
    expect([process.listenerCount("SIGUSR2"), trigger.describe().active]).toEqual([0, false]);
  });

  it("stays with the agent when a service comes and goes at once", async () => {
    const { captures, said, trigger } = draw();
    serviceListens()();
    await nextTick();
    process.emit("SIGUSR2");
    expect([captures, said, trigger.describe().active]).toEqual([["signal"], [], true]);
  });

  it("that was named is shared", () => {
    serviceListens();
    const { captures, said } = draw("SIGUSR2");
    process.emit("SIGUSR2");
    expect([captures, said]).toEqual([["signal"], []]);
  });

  it("that Node itself uses is left to it", () => {
    const before = process.env["NODE_OPTIONS"];
    process.env["NODE_OPTIONS"] = "--heapsnapshot-signal=SIGUSR2";
    undo.push(() =>
      before === undefined ? delete process.env["NODE_OPTIONS"] : (process.env["NODE_OPTIONS"] = before),
    );
    const { trigger } = draw();
    expect(trigger.describe()).toEqual({
      active: false,
      detail: "SIGUSR2 is used by Node itself",
    });
  });

  it("leaves nothing behind when it stops", () => {
    const count = (): number[] =>
      ["SIGUSR2", "newListener", "removeListener"].map((name) => process.listenerCount(name));
    const before = count();
    const { trigger } = draw();
    trigger.stop();
    expect(count()).toEqual(before);
  });
});
