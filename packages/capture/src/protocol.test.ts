import type { ProtocolMapping } from "devtools-protocol/types/protocol-mapping.js";
import { expectTypeOf, test } from "vitest";
import type { InspectorCommands, InspectorEvents } from "./protocol.ts";

// `Runtime.getHeapUsage` and all others are compared by the compiler (tsc -p tsconfig.test.json), name by name.
type OfficialParams = { [Name in keyof InspectorCommands]: ProtocolMapping.Commands[Name]["paramsType"][0] };
type OfficialResults = { [Name in keyof InspectorCommands]: ProtocolMapping.Commands[Name]["returnType"] };
type OfficialEvents = { [Name in keyof InspectorEvents]: ProtocolMapping.Events[Name][0] };

test("every command and event has the shape that the official protocol gives it", () => {
  expectTypeOf<{
    [Name in keyof InspectorCommands]: InspectorCommands[Name]["params"];
  }>().toExtend<OfficialParams>();
  expectTypeOf<OfficialResults>().toExtend<{
    [
      Name in keyof InspectorCommands
    ]: Name extends `${string}.${"enable" | "disable" | "collectGarbage" | "takeHeapSnapshot" | "discardConsoleEntries"}`
      ? unknown
      : InspectorCommands[Name]["result"];
  }>();
  expectTypeOf<OfficialEvents>().toExtend<InspectorEvents>();
});
