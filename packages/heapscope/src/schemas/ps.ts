// The result of `heapscope ps`: processes with a JavaScript heap, and how they can be captured.

import { Type, type Static } from "typebox";

const Route = Type.Union([
  Type.Literal("agent"),
  Type.Literal("inspector"),
  Type.Literal("sigusr1"),
  Type.Literal("signal"),
]);

export const ProcessLine = Type.Object({
  pid: Type.Integer({ minimum: 1, description: "as seen from here" }),
  innerPid: Type.Optional(
    Type.Integer({ minimum: 1, description: "as the process knows it, where it differs" }),
  ),
  command: Type.String({ description: "the runtime, the program and its arguments; or the process's title" }),
  runtime: Type.Union(
    [
      Type.Literal("node"),
      Type.Literal("deno"),
      Type.Literal("bun"),
      Type.Literal("chromium"),
      Type.Literal("electron"),
      Type.Literal("other"),
    ],
    { description: "told by the executable" },
  ),
  version: Type.Optional(Type.String({ description: "as the runtime writes it" })),
  userId: Type.Integer({ minimum: 0, description: "effective user" }),
  state: Type.String({ description: "running, sleeping, stopped, zombie or other" }),
  startedAt: Type.String({ description: "ISO 8601" }),
  uptimeMs: Type.Number({ minimum: 0 }),
  rss: Type.Number({ minimum: 0, description: "bytes of physical memory" }),
  heapUsed: Type.Optional(Type.Number({ minimum: 0, description: "bytes of objects; with --heap" })),
  heapLimit: Type.Optional(
    Type.Number({ minimum: 0, description: "bytes; from --max-old-space-size, with --heap from V8 itself" }),
  ),
  heapError: Type.Optional(Type.String({ description: "why --heap got no answer" })),
  workingFolder: Type.Optional(Type.String({ description: "as the process sees it" })),
  container: Type.Optional(
    Type.Object({
      kind: Type.String({ description: "docker, podman, kubernetes, containerd, lxc or other" }),
      id: Type.Optional(Type.String()),
    }),
  ),
  sameNetwork: Type.Optional(
    Type.Boolean({ description: "its ports can be reached from here; missing where this user may not know" }),
  ),
  inspector: Type.Object({
    state: Type.Union([
      Type.Literal("open"),
      Type.Literal("in-use"),
      Type.Literal("closed"),
      Type.Literal("unknown"),
    ]),
    url: Type.Optional(
      Type.String({ description: "where a client connects; whoever has it can run code there" }),
    ),
    address: Type.Optional(Type.String()),
    port: Type.Optional(Type.Integer()),
    clients: Type.Array(
      Type.Object({ pid: Type.Optional(Type.Integer()), command: Type.Optional(Type.String()) }),
      { description: "who is connected" },
    ),
  }),
  agent: Type.Optional(
    Type.Object(
      { version: Type.String(), startedAt: Type.String({ description: "ISO 8601" }) },
      { description: "the @heapscope/agent that runs in it; see: heapscope agent status" },
    ),
  ),
  signal: Type.Optional(
    Type.String({ description: "the process writes a snapshot on it (--heapsnapshot-signal)" }),
  ),
  routes: Type.Array(Route, { description: "ways to capture it, the least harmful first" }),
  unavailable: Type.Array(Type.Object({ route: Route, reason: Type.String() }), {
    description: "the other ways, with the reason and the remedy",
  }),
});
export type ProcessLine = Static<typeof ProcessLine>;

export const Processes = Type.Object(
  {
    schema: Type.Literal("heapscope/ps@1"),
    at: Type.String({ description: "when it was so, ISO 8601" }),
    pattern: Type.Optional(Type.String({ description: "the pattern, as given" })),
    processes: Type.Array(ProcessLine, { description: "most physical memory first" }),
  },
  {
    $id: "heapscope/ps@1",
    title: "heapscope ps",
    description: "processes with a JavaScript heap; with --watch, one object a line",
  },
);
export type Processes = Static<typeof Processes>;
