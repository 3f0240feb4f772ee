/**
 * How an object is written wherever it stands: the reference that leads to it, its name decorated and coloured by its type, its
 * `@id` as a link to its page, marks, and its place in the source. All texts are the snapshot's and go through `escapeText`.
 */
import { classLabel, escapeText, objectHandle, objectLabel } from "@heapscope/wording";
import type { ComponentChildren } from "preact";
import type { GroupRow, ObjectRow } from "../../protocol/index.ts";
import { say } from "../../words/words.ts";
import { OBJECT_WORDS } from "./object-words.ts";
import "./object-name.css";

/** `references`: `name :: object`, from an object to what it holds. `retainers`: `name in object`. */
export type EdgeDirection = "references" | "retainers";

/** Colours by type, as DevTools has them. Other types have the ink's. */
const TYPE_CLASSES: Readonly<Record<string, string>> = {
  string: "hs-type-string",
  "concatenated string": "hs-type-string",
  "sliced string": "hs-type-string",
  regexp: "hs-type-string",
  number: "hs-type-number",
  "heap number": "hs-type-number",
  bigint: "hs-type-number",
  symbol: "hs-type-number",
  closure: "hs-type-function",
  hidden: "hs-type-system",
  array: "hs-type-system",
  code: "hs-type-system",
  "object shape": "hs-type-system",
  synthetic: "hs-type-system",
};

/** The class of CSS for the value of a node type. */
export function typeClass(type: string): string {
  return Object.hasOwn(TYPE_CLASSES, type) ? TYPE_CLASSES[type]! : "hs-type-object";
}

interface ObjectNameProps {
  readonly row: ObjectRow;
  readonly href: string;
  readonly direction?: EdgeDirection | undefined;
}

/** The first cell of an object's row. */
export function ObjectName({ row, href, direction = "references" }: ObjectNameProps) {
  const words = say(OBJECT_WORDS);
  return (
    <span class="hs-object">
      {row.edge === undefined ? null : <EdgeName edge={row.edge} direction={direction} />}
      <ValueText row={row} />
      <a
        class="hs-object-id"
        href={href}
        aria-label={words.open(`${rowLabel(row)} ${objectHandle(row.id)}`)}
        tabIndex={-1}
      >
        {objectHandle(row.id)}
      </a>
      {row.change === "added" && <Mark kind="good" text={words.added} hint={words.addedHint} />}
      {row.change === "removed" && <Mark kind="bad" text={words.removed} hint={words.removedHint} />}
      {row.detachedness === "detached" && <Mark kind="bad" text={words.detached} hint={words.detachedHint} />}
      {row.isIgnored && <Mark kind="plain" text={words.ignored} hint={words.ignoredHint} />}
      {row.isUnreachable && <Mark kind="plain" text={words.unreachable} hint={words.unreachableHint} />}
      {row.isCycle && <Mark kind="plain" text={words.cycle} hint={words.cycleHint} />}
      <Location at={row.location} />
    </span>
  );
}

/** The decorated name alone. */
export function ValueText({ row }: { readonly row: Pick<ObjectRow, "name" | "type" | "isCut"> }) {
  return (
    <span class={`hs-object-value ${typeClass(row.type)}`}>
      <bdi>{rowLabel(row)}</bdi>
    </span>
  );
}

/** The class of a group of objects, with its place where it is known. */
export function ClassName({ row }: { readonly row: Pick<GroupRow, "className" | "location"> }) {
  return (
    <span class="hs-object">
      <span class={row.className.startsWith("(") ? "hs-class hs-type-system" : "hs-class"}>
        <bdi>{classLabel(row.className)}</bdi>
      </span>
      <Location at={row.location} />
    </span>
  );
}

/** `file:line:column`, muted: the file's own name, the whole path on hover. */
export function Location({ at }: { readonly at: string | undefined }) {
  if (at === undefined || at === "") return null;
  const whole = escapeText(at);
  return (
    <span class="hs-location" title={whole}>
      {shortLocation(whole)}
    </span>
  );
}

/** A small word beside a name. */
export function Mark(props: {
  readonly kind: "good" | "bad" | "plain";
  readonly text: string;
  readonly hint: string;
}): ComponentChildren {
  return (
    <span class={`hs-mark hs-mark-${props.kind}`} title={props.hint}>
      {props.text}
    </span>
  );
}

function EdgeName({
  edge,
  direction,
}: {
  readonly edge: NonNullable<ObjectRow["edge"]>;
  readonly direction: EdgeDirection;
}) {
  return (
    <>
      <span class={edgeClass(edge.type)}>
        <bdi>{edgeLabel(edge)}</bdi>
      </span>
      <span class="hs-edge-joint">{direction === "references" ? " :: " : " in "}</span>
    </>
  );
}

function edgeClass(type: string): string {
  switch (type) {
    case "internal":
    case "hidden":
    case "weak":
    case "shortcut":
      return "hs-edge hs-edge-internal";
    case "context":
      return "hs-edge hs-edge-variable";
    default:
      return "hs-edge";
  }
}

/** The reference as DevTools writes it: `[3]` for elements. */
export function edgeLabel(edge: NonNullable<ObjectRow["edge"]>): string {
  const name = escapeText(edge.name);
  if (edge.type === "element") return `[${name}]`;
  return name === "" ? say(OBJECT_WORDS).emptyEdge : name;
}

/** The decorated, escaped name; with an ellipsis where the desk has cut it. */
export function rowLabel(row: Pick<ObjectRow, "name" | "type" | "isCut">): string {
  return objectLabel(row.isCut ? `${row.name}…` : row.name, row.type);
}

/** The whole row in words, to be copied: `cache :: Map @123`. */
export function rowText(row: ObjectRow, direction: EdgeDirection = "references"): string {
  const edge =
    row.edge === undefined ? "" : edgeLabel(row.edge) + (direction === "references" ? " :: " : " in ");
  return `${edge}${rowLabel(row)} ${objectHandle(row.id)}`;
}

function shortLocation(location: string): string {
  return location.slice(Math.max(location.lastIndexOf("/"), location.lastIndexOf("\\")) + 1);
}
