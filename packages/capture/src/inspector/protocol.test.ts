import type { ProtocolMapping } from "devtools-protocol/types/protocol-mapping.js";
import { expectTypeOf, test } from "vitest";
import type { InspectorCommands, InspectorEvents } from "./protocol.ts";

// `Runtime.getHeapUsage` and all others are compared by the compiler (tsc -p tsconfig.test.json), name by name.
type Command = Exclude<keyof InspectorCommands, `Node${string}`>;
type Event = Exclude<keyof InspectorEvents, `Node${string}`>;
type OfficialParams = { [Name in Command]: ProtocolMapping.Commands[Name]["paramsType"][0] };
type OfficialResults = { [Name in Command]: ProtocolMapping.Commands[Name]["returnType"] };
type OfficialEvents = { [Name in Event]: ProtocolMapping.Events[Name][0] };

// A command without a result answers an empty object, which the official types call `void`.
type OurResults = {
  [Name in Command]: OfficialResults[Name] extends void ? unknown : InspectorCommands[Name]["result"];
};

test("every command and event has the shape that the official protocol gives it", () => {
  expectTypeOf<{ [Name in Command]: InspectorCommands[Name]["params"] }>().toExtend<OfficialParams>();
  expectTypeOf<OfficialResults>().toExtend<OurResults>();
  expectTypeOf<OfficialEvents>().toExtend<{ [Name in Event]: InspectorEvents[Name] }>();
});
