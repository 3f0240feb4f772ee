// The result of `heapscope open`: where the viewer is, and what it shows.

import { Type, type Static } from "typebox";

export const OpenedFile = Type.Object({
  file: Type.String({ description: "as given on the command line; - is standard input" }),
  state: Type.String({ description: "ready or failed" }),
  problem: Type.Optional(Type.String({ description: "why it failed: one sentence with cause and remedy" })),
  kind: Type.Optional(Type.String({ description: "snapshot or profile" })),
  nodeCount: Type.Optional(Type.Integer({ minimum: 0, description: "of a snapshot: objects" })),
  edgeCount: Type.Optional(Type.Integer({ minimum: 0, description: "of a snapshot: references" })),
  totalSize: Type.Optional(Type.Number({ minimum: 0, description: "of a snapshot, in bytes" })),
});
export type OpenedFile = Static<typeof OpenedFile>;

export const Opened = Type.Object(
  {
    schema: Type.Literal("heapscope/open@1"),
    url: Type.String({ description: "where the viewer is; whoever knows it can see the files" }),
    port: Type.Integer({ minimum: 1, maximum: 65_535 }),
    opened: Type.Boolean({ description: "a browser was told to open it" }),
    files: Type.Array(OpenedFile, {
      description: "in their order; none where files are dropped onto the page",
    }),
  },
  {
    $id: "heapscope/open@1",
    title: "heapscope open",
    description:
      "the viewer's address, printed once all files are read; the command then goes on until Ctrl-C",
  },
);
export type Opened = Static<typeof Opened>;
