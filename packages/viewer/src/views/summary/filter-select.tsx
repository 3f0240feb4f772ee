/**
 * Which objects count: DevTools' choices. Native contexts have to be found in the heap first, so they are asked for when the
 * user comes to the choice.
 */
import { escapeText, formatSize } from "@heapscope/wording";
import { useState } from "preact/hooks";
import { snapshotsByAge } from "../../page/session-snapshots.ts";
import { useAnswer } from "../../page/use-answer.ts";
import type { FileEntry, FileIndex, Link, ObjectFilter } from "../../protocol/index.ts";
import { say } from "../../words/words.ts";
import { usePathName } from "../allocation/use-path-name.ts";
import { SUMMARY_WORDS } from "./words.ts";

const BY_HOLDER = [
  "retainedByDetachedDom",
  "retainedByContexts",
  "retainedByEventHandlers",
  "retainedByConsole",
] as const satisfies readonly ObjectFilter["kind"][];

const ALL = "all";

interface Choice {
  readonly filter: ObjectFilter;
  readonly text: string;
}

export function FilterSelect(props: {
  readonly link: Link;
  readonly files: readonly FileEntry[];
  readonly file: FileIndex;
  readonly only: ObjectFilter | undefined;
  readonly onOnly: (only: ObjectFilter | undefined) => void;
}) {
  const words = say(SUMMARY_WORDS);
  const { only, file } = props;
  const [isNear, setNear] = useState(false);
  const needsContexts = isNear || only?.kind === "nativeContext";
  const offer = useAnswer(props.link, "filters", needsContexts ? { file } : undefined).value;

  const allocatedBy = usePathName(props.link, file, only?.kind === "allocatedBy" ? only.path : undefined);

  const contexts: Choice[] =
    offer === undefined || offer.nativeContexts.length < 2
      ? []
      : [
          ...offer.nativeContexts.map(({ id, name, size }) => ({
            filter: { kind: "nativeContext", id } as const,
            text: words.contextSize(escapeText(name), formatSize(size)),
          })),
          { filter: { kind: "sharedNativeContexts" }, text: words.shared(formatSize(offer.sharedSize)) },
          {
            filter: { kind: "noNativeContext" },
            text: words.unattributed(formatSize(offer.unattributedSize)),
          },
        ];
  const held: Choice[] = BY_HOLDER.map((kind) => ({ filter: { kind }, text: words[kind] }));
  const allocated = allocationChoices(props.files, file);
  const duplicated: Choice = { filter: { kind: "duplicatedStrings" }, text: words.duplicatedStrings };
  const listed = [duplicated, ...held, ...allocated, ...contexts];
  const chosen = only === undefined ? ALL : filterKey(only);
  const isListed = listed.some(({ filter }) => filterKey(filter) === chosen);
  const come = (): void => setNear(true);
  // Of filters that come from other views.
  const ownText =
    only?.kind === "allocatedBy"
      ? words.allocatedBy(allocatedBy ?? words.aFunction)
      : only && unlistedText(only);

  return (
    <label>
      {words.which}
      <select
        class="hs-select"
        value={chosen}
        title={isListed ? undefined : ownText}
        onFocus={come}
        onPointerEnter={come}
        onChange={(event) => {
          const { value } = event.currentTarget;
          props.onOnly(listed.find(({ filter }) => filterKey(filter) === value)?.filter);
        }}
      >
        <option value={ALL}>{words.all}</option>
        <Options choices={[duplicated]} />
        {only !== undefined && !isListed && <option value={chosen}>{ownText}</option>}
        {allocated.length > 0 && (
          <optgroup label={words.allocated}>
            <Options choices={allocated} />
          </optgroup>
        )}
        <optgroup label={words.byHolder}>
          <Options choices={held} />
        </optgroup>
        {contexts.length > 0 && (
          <optgroup label={words.byContext}>
            <Options choices={contexts} />
          </optgroup>
        )}
      </select>
    </label>
  );
}

function Options({ choices }: { readonly choices: readonly Choice[] }) {
  return choices.map(({ filter, text }) => {
    const value = filterKey(filter);
    return (
      <option key={value} value={value}>
        {text}
      </option>
    );
  });
}

/** What a filter is that this file does not offer: of other views, or of an address from elsewhere. */
export function unlistedText(only: ObjectFilter): string {
  const words = say(SUMMARY_WORDS);
  switch (only.kind) {
    case "ids":
      return words.range;
    case "nativeContext":
      return words.unknownContext(only.id);
    case "allocated":
      return words.allocated;
    case "allocatedBy":
      return words.allocatedBy(words.aFunction);
    default:
      return words[only.kind];
  }
}

/** The same text for the same filter, however it came about. */
function filterKey(filter: ObjectFilter): string {
  return Object.entries(filter)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .join(" ");
}

/** Before the first snapshot was taken, and between each and the next one, up to this file. */
export function allocationChoices(files: readonly FileEntry[], file: FileIndex): Choice[] {
  const words = say(SUMMARY_WORDS);
  const snapshots = snapshotsByAge(files);
  if (snapshots.length < 2) return [];
  return snapshots
    .slice(0, snapshots.findIndex((entry) => entry.file === file) + 1)
    .map((entry, position): Choice => {
      const upTo = entry.file;
      const after = snapshots[position - 1]?.file;
      const to = words.snapshot(upTo + 1);
      return after === undefined
        ? { filter: { kind: "allocated", upTo }, text: words.before(to) }
        : { filter: { kind: "allocated", after, upTo }, text: words.between(words.snapshot(after + 1), to) };
    });
}
