// The result of `heapscope leaks`: what accumulates, what it hangs on, and what grew without being a leak.

import { Type, type Static } from "typebox";
import { AllocatingFunction, ObjectId, ReferenceLabel, SourceLocation } from "./heap-object.ts";
import { liveTargetFields } from "./live-target.ts";
import { Snapshot } from "./snapshot.ts";

const count = (description: string) => Type.Integer({ minimum: 0, description });
const bytes = (description: string) => Type.Number({ minimum: 0, description: `${description}, in bytes` });
const share = (description: string) => Type.Number({ minimum: 0, maximum: 1, description });
/** Without ids a round may have fewer than the one before. */
const change = (description: string) => Type.Integer({ description });
const sizeChange = (description: string) => Type.Number({ description: `${description}, in bytes` });

export const LeakPathStep = Type.Object({
  edge: ReferenceLabel,
  node: Type.String({ description: "what it leads to, in the words of a program" }),
  id: ObjectId,
  className: Type.Optional(Type.String()),
  type: Type.Optional(Type.String({ description: "V8's node type" })),
  location: Type.Optional(SourceLocation),
});
export type LeakPathStep = Static<typeof LeakPathStep>;

/** A step that the ways to several objects have in common. */
const PathBranch = Type.Cyclic(
  {
    PathBranch: Type.Object({
      edge: ReferenceLabel,
      node: Type.String({ description: "what it leads to" }),
      id: ObjectId,
      count: count("objects that are reached through it"),
      branches: Type.Optional(Type.Array(Type.Ref("PathBranch"))),
    }),
  },
  "PathBranch",
);
export type PathBranchLine = Static<typeof PathBranch>;

/** An object that a suspect is told with. */
export const LeakObject = Type.Object({
  id: ObjectId,
  name: Type.String({ description: "the display name of Chrome DevTools" }),
  className: Type.String(),
  type: Type.String({ description: "V8's node type" }),
  location: Type.Optional(SourceLocation),
  function: Type.Optional(Type.String({ description: "name of the function or constructor at that place" })),
});
export type LeakObject = Static<typeof LeakObject>;

export const AllocationStackLine = Type.Object({
  matchedBy: Type.Union([Type.Literal("constructor"), Type.Literal("scope"), Type.Literal("size")], {
    description:
      "constructor: the stack runs through what made the objects; scope: through the function around it; size: it allocated about as much, and runs through the same script if that is known",
  }),
  size: bytes("estimate of what was allocated there and was alive at the end of its round"),
  share: share("part of all that was sampled"),
  stack: Type.Array(AllocatingFunction, { description: "functions, the innermost first" }),
});
export type AllocationStackLine = Static<typeof AllocationStackLine>;

export const SuspectLine = Type.Object({
  rank: Type.Integer({ minimum: 1 }),
  confidence: share("how sure it is that this goes on for ever; from 0.5 on it is a leak"),
  className: Type.String({ description: "the constructor of what accumulates" }),
  container: Type.String({ description: "kind of what it accumulates in: Map, listeners, closure scope, …" }),
  containerName: Type.Optional(
    Type.String({ description: "what the program calls the container: the reference that leads to it" }),
  ),
  ownerName: Type.Optional(
    Type.String({ description: "where the container has no such name, the nearest name on the way to it" }),
  ),
  containerId: ObjectId,
  count: Type.Object({
    before: count("entries in the first snapshot"),
    after: count("entries in the last snapshot"),
    perRound: Type.Array(change("entries that a round has added and that are still there in the end")),
  }),
  counts: Type.Array(count("entries, snapshot by snapshot")),
  perRoundSizes: Type.Array(sizeChange("what a round has added through them")),
  retainedSizeDelta: sizeChange("all of it"),
  share: share("part of the growth of the heap that it explains"),
  signature: Type.String({ description: "the same for every run of a program, for --baseline" }),
  path: Type.Array(LeakPathStep, {
    description: "from a root to the container, V8's own steps folded into the words of a program",
  }),
  subjectPath: Type.Array(LeakPathStep, { description: "the same on to one of the new objects" }),
  pathTree: Type.Array(PathBranch, {
    description: "the shortest ways to all of sampleIds, put together, the most common first",
  }),
  rawPath: Type.Array(LeakPathStep, { description: "from a root to that object, every step" }),
  holders: Type.Integer({ minimum: 1, description: "how many such containers share in the growth" }),
  holder: LeakObject,
  entry: LeakObject,
  subject: LeakObject,
  created: Type.Optional(SourceLocation),
  evidence: Type.Array(Type.String()),
  alongside: Type.Array(
    Type.Object({ className: Type.String(), count: count("objects"), size: bytes("all of them") }),
    { description: "what else accumulates in the same place" },
  ),
  alsoHeldBy: Type.Array(LeakObject, { description: "other holders of the same entries, outermost first" }),
  sampleIds: Type.Array(ObjectId, { description: "some of the new objects, in the last snapshot" }),
  allocations: Type.Optional(
    Type.Array(AllocationStackLine, { description: "who made them; of a running process only" }),
  ),
});
export type SuspectLine = Static<typeof SuspectLine>;

/** A suspect that is only listed. */
const AcceptedLine = Type.Omit(SuspectLine, ["pathTree"]);

export const Leaks = Type.Object(
  {
    schema: Type.Literal("heapscope/leaks@1"),
    verdict: Type.Union([Type.Literal("leak"), Type.Literal("growth"), Type.Literal("no-leak")], {
      description: "growth: something grew, and two snapshots cannot tell whether it goes on",
    }),
    summary: Type.String({ description: "the verdict in one sentence" }),
    explanation: Type.String({ description: "what the verdict rests on, and what it cannot tell" }),
    snapshots: Type.Array(Snapshot, { description: "oldest first" }),
    reordered: Type.Boolean({ description: "they were given in another order" }),
    rounds: Type.Integer({ minimum: 1, description: "one fewer than snapshots" }),
    matchedBy: Type.Union([Type.Literal("id"), Type.Literal("shape")], {
      description: "id: object by object; shape: by class, shape and path, since ids have nothing in common",
    }),
    growth: sizeChange("by which what can be reached grew, from the first snapshot to the last"),
    suspects: Type.Array(SuspectLine),
    suspectCount: count("suspects, printed or not"),
    accepted: Type.Array(AcceptedLine, {
      description: "suspects that the baseline knows; no part of the verdict",
    }),
    ignored: Type.Array(
      Type.Object({
        rule: Type.String({ description: "name of the rule; --keep RULE switches it off" }),
        className: Type.String(),
        reason: Type.String(),
        size: sizeChange("growth"),
        count: change("objects"),
        holderId: Type.Optional(ObjectId),
      }),
      { description: "what grew and is no leak, largest first" },
    ),
    advice: Type.Array(Type.String({ description: "what would settle the question" })),
    notes: Type.Array(Type.String({ description: "what the reader must know besides, in sentences" })),
    live: Type.Optional(
      Type.Object(
        {
          ...liveTargetFields,
          folder: Type.String({ description: "where the snapshots are; absolute" }),
          warmUpMs: Type.Number({ minimum: 0, description: "from the first look to the first snapshot" }),
          roundMs: Type.Array(Type.Number({ minimum: 0, description: "how long each round lasted" })),
          requests: Type.Optional(
            Type.Array(count("HTTP requests that the process began to answer in each round")),
          ),
          pauseMs: Type.Optional(
            Type.Number({ minimum: 0, description: "the longest pause for a snapshot" }),
          ),
          sampled: Type.Optional(
            Type.Object({
              size: bytes("estimate of what was allocated in the rounds and alive at their ends"),
              sampleCount: count("samples that the estimates are made from"),
            }),
          ),
        },
        { description: "the procedure, when the target was a running process" },
      ),
    ),
    baseline: Type.Optional(
      Type.Object({
        file: Type.String(),
        known: count("entries of the file that were seen"),
        added: count("entries that were written"),
        unseen: count("entries that were not seen"),
      }),
    ),
  },
  {
    $id: "heapscope/leaks@1",
    title: "heapscope leaks",
    description: "what accumulates over two or more snapshots",
  },
);
export type Leaks = Static<typeof Leaks>;
