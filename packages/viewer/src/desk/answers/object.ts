/**
 * Everything about one object: what it is, its readable preview (`object-preview.ts`), what dominates it, why it is alive, where it
 * was allocated, and where else in the session it is.
 */
import { foldPath, prepareIdCheck, runPass, type HeapObject, type RunOptions } from "@heapscope/engine";
import { formatPlace } from "@heapscope/wording";
import type { Ask, FileIndex, ObjectAnswer, ObjectRow, PathLine } from "../../protocol/index.ts";
import { cutText, locationOf, objectHandle, objectRow } from "../object-row.ts";
import type { DeskContext } from "../table-maker.ts";
import { hasShortPath, objectById } from "../tables/containment.ts";
import { countShownRetainers } from "../tables/retainers.ts";
import { groupHandle } from "../tables/summary.ts";
import { findPreview, previewLine, titleOf } from "./object-preview.ts";
import { primitiveText } from "./object-value.ts";

/** Lines of one page of the preview. */
const PAGE = 200;
/** Dominators that are told, those nearest to the object; a list of millions of objects has a chain of millions. */
const MOST_DOMINATORS = 200;
/** Calls of the stack that allocated it. */
const MOST_CALLS = 1000;
/** Steps of a path that is told. */
const LONGEST_PATH = 1000;

export async function answerObject(
  desk: DeskContext,
  { file, id, previewFrom = 0 }: Ask<"object">,
  run: RunOptions,
): Promise<ObjectAnswer> {
  const object = objectById(desk, file, id);
  const { snapshot } = object;
  await snapshot.prepare(
    ["retainers", "dominator", ...(snapshot.graph.traces === undefined ? [] : ["allocations" as const])],
    run,
  );
  const preview = await desk.once(`preview ${file} ${id}`, () =>
    runPass("reading the object", findPreview(object), run),
  );
  const lines = [];
  for (let at = previewFrom; at < Math.min(preview.total, previewFrom + PAGE); at++)
    lines.push(...previewLine(preview, at, at === previewFrom));
  const text = primitiveText(object);
  return {
    object: objectRow(object, desk.sources, { key: objectHandle(object) }),
    edgeCount: object.edgeCount,
    retainerCount: countShownRetainers(object),
    ...(object.shallowSize === 0 ? {} : { group: groupHandle(snapshot.groupKeys.groupOf[object.node]!) }),
    ...(text === undefined ? {} : { text }),
    title: cutText(titleOf(object, preview, text)).text,
    preview: lines,
    previewTotal: preview.total,
    dominators: dominatorsOf(desk, object),
    path: pathOf(desk, object),
    allocationStack: object.allocationStack.slice(0, MOST_CALLS).map((called) => {
      const place = desk.sources.placeOfFunction(called);
      return {
        functionName: cutText(called.name).text,
        ...(place === undefined ? {} : { location: cutText(formatPlace(place)).text }),
      };
    }),
    alsoIn: await findOthers(desk, file, object, run),
  };
}

/** From the root's child to the immediate dominator. */
function dominatorsOf(desk: DeskContext, object: HeapObject): ObjectRow[] {
  const chain: ObjectRow[] = [];
  const { snapshot } = object;
  for (
    let above = object.dominator;
    above !== undefined && chain.length < MOST_DOMINATORS;
    above = above.dominator
  ) {
    if (above.node === snapshot.graph.rootNode) break;
    chain.push(objectRow(above, desk.sources, { key: objectHandle(above) }));
  }
  return chain.reverse();
}

/** The shortest path in the words of a program; none where there is none, or it is too long for anybody to read. */
function pathOf(desk: DeskContext, object: HeapObject): PathLine[] {
  const path = hasShortPath(object, LONGEST_PATH) ? object.paths(1)[0] : undefined;
  if (path === undefined) return [];
  return foldPath(path).map((step) => {
    const location = locationOf(step.object, desk.sources);
    return {
      edge: cutText(step.edge).text,
      node: cutText(step.node).text,
      id: step.object.id,
      className: cutText(step.object.className).text,
      ...(location === undefined ? {} : { location }),
    };
  });
}

/** The same object in the other snapshots: those in which ids mean the same, and this one is an object of the same kind. */
async function findOthers(
  desk: DeskContext,
  file: FileIndex,
  object: HeapObject,
  run: RunOptions,
): Promise<{ file: FileIndex; retainedSize: number }[]> {
  const found: { file: FileIndex; retainedSize: number }[] = [];
  for (const other of desk.snapshotFiles) {
    if (other === file) continue;
    const twin = desk.snapshot(other).objectById(object.id);
    if (twin === undefined || twin.type !== object.type) continue;
    const [base, target] = file < other ? [file, other] : [other, file];
    const check = await desk.once(`id check ${base} ${target}`, () =>
      prepareIdCheck(desk.snapshot(base), desk.snapshot(target), run),
    );
    if (check.comparable) found.push({ file: other, retainedSize: twin.retainedSize });
  }
  return found;
}
