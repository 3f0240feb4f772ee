import { drawHeap } from "@heapscope/testkit";
import { describe, expect, it } from "vitest";
import { findPlace } from "./source-place.ts";

/** Each named node's place as `line:column name`; `-` for none. */
async function places(drawing: string, names: readonly string[]): Promise<string[]> {
  const { snapshot, nodes } = await drawHeap(drawing);
  return names.map((name) => {
    const place = findPlace(snapshot.object(nodes[name]!));
    return place === undefined ? "-" : `${place.line}:${place.column} ${place.function ?? "anonymous"}`;
  });
}

/** An async call that awaits, as V8 writes it: it refers to the promise that it settles by a number. */
const call = `
  waits:closure:waitForever(64)<12:4:20>
  call:object:Generator(80)<12:4:20> =function=> waits
  call =parameters_and_registers=> registers:array(40)
  call =[2]=> result:Promise(24)
  awaited:Promise(24) =reactions_or_result=> reaction:hidden:"system / PromiseReaction"(40)
  reaction =[1]=> resume:closure:""(32) =context=> context:object:"system / Context"(32) =extension=> call`;

describe("the place of", () => {
  it("a function is where it is written, with its name", async () => {
    const heap = `global -f-> f:closure:open(64)<12:0:13>
      global -g-> g:closure:""(64)<12:7:2>
      global -h-> h:closure:native(64)`;
    expect(await places(heap, ["f", "g", "h"])).toEqual(["0:13 open", "7:2 anonymous", "-"]);
  });

  it("a timer is that of the function that it calls, not that of Node's class", async () => {
    const heap = `global -t-> t:Timeout(80)<3:217:13> -_onTimeout-> remind:closure:remind(64)<12:9:4>
      global -i-> i:Immediate(80)<3:300:13> -_onImmediate-> flush:closure:flush(64)<12:11:4>`;
    expect(await places(heap, ["t", "i"])).toEqual(["9:4 remind", "11:4 flush"]);
  });

  it("an object is its constructor's, as V8 wrote it", async () => {
    const heap = `global -a-> a:Session(48)<12:2:25>
      global -b-> b:Object(24)`;
    expect(await places(heap, ["a", "b"])).toEqual(["2:25 Session", "-"]);
  });

  it("an instance without a location is that of the constructor which its shape names, directly or by way of others", async () => {
    const heap = `
      global -a-> a:Session(48) =map=> grown:shape:"system / Map"(80) =back_pointer=> first:shape:"system / Map"(80)
      first =constructor=> make:closure:Session(64)<12:2:25>
      global -b-> b:Odd(48) =map=> odd:shape:"system / Map"(80) =back_pointer=> odd
      global -c-> c:Plain(48) =map=> plain:shape:"system / Map"(80) =constructor=> null:hidden:"system / Oddball"(16)
      global -d-> d:Liar(48) -map-> first`;
    expect(await places(heap, ["a", "b", "c", "d"])).toEqual(["2:25 Session", "-", "-", "-"]);
  });

  it("a bound function is that of the function, however often it is bound", async () => {
    const heap = `global -b-> b:closure:native_bind(40) =bound_function=> a:closure:native_bind(40)
      a =bound_function=> f:closure:open(64)<12:0:13>
      global -ring-> ring:closure:native_bind(40) =bound_function=> ring`;
    expect(await places(heap, ["b", "ring"])).toEqual(["0:13 open", "-"]);
  });

  it("a generator or async call is its function's", async () => {
    expect(await places(`global -g-> call\n${call}`, ["call"])).toEqual(["4:20 waitForever"]);
  });

  it("a promise is that of the async call that settles it, else of what waits for it", async () => {
    const heap = `global -p-> result\nglobal -q-> awaited\n${call}`;
    expect(await places(heap, ["result", "awaited"])).toEqual(["4:20 waitForever", "4:20 waitForever"]);
  });

  it("a promise of then() or finally() is that of the handler", async () => {
    const heap = `
      global -p-> first:Promise(24) =reactions_or_result=> reaction:hidden:"system / PromiseReaction"(40)
      reaction =[1]=> handler:closure:onDone(64)<12:9:8>
      reaction =[2]=> then:Promise(24)
      global -then-> then
      global -q-> second:Promise(24) =reactions_or_result=> last:hidden:"system / PromiseReaction"(40)
      last =[1]=> builtin:closure:""(32) =context=> context:object:"system / Context"(32) =[2]=> cleanUp:closure:cleanUp(64)<12:11:8>
      last =[2]=> finally:Promise(24)
      global -finally-> finally`;
    expect(await places(heap, ["first", "then", "finally"])).toEqual([
      "9:8 onDone",
      "9:8 onDone",
      "11:8 cleanUp",
    ]);
  });

  it("a promise that nobody in the program settles or awaits is unknown", async () => {
    const heap = `
      global -p-> p:Promise(24)
      global -s-> settled:Promise(24) =reactions_or_result=> value:closure:open(64)<12:0:13>
      global -h-> holder:Holder(24) -function-> value
      holder -promise-> held:Promise(24)`;
    expect(await places(heap, ["p", "settled", "held"])).toEqual(["-", "-", "-"]);
  });
});
