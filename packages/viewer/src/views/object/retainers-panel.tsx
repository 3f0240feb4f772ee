/**
 * What holds an object, as a tree that is open along the nearest way to the roots. Retainers can be ignored, to see what would
 * still hold the object without them; ignored ones stay in the tree, greyed.
 */
import { formatCount } from "@heapscope/wording";
import { useMemo, useState } from "preact/hooks";
import type { FileIndex, Link, NodeId, ObjectRow } from "../../protocol/index.ts";
import type { MenuItem } from "../../table/column.ts";
import { TreeTable } from "../../table/tree-table.tsx";
import { getLanguage, say } from "../../words/words.ts";
import { objectColumns, type ObjectScene } from "./object-columns.tsx";
import { objectMenu, openRow, type Going } from "./object-menu.ts";
import { useTableSource } from "./use-table-source.ts";
import { PANE_WORDS } from "./words.ts";

/** DevTools' own limit for the first opening. */
const FIRST_LEVELS = 20;

export function RetainersPanel(props: {
  readonly link: Link;
  readonly file: FileIndex;
  readonly id: NodeId;
  readonly retainerCount: number;
  readonly scene: ObjectScene;
  readonly going: Going;
  readonly ignored: readonly NodeId[];
  readonly onIgnored: (ids: readonly NodeId[]) => void;
}) {
  const words = say(PANE_WORDS);
  const { file, id, ignored, scene } = props;
  const [selected, setSelected] = useState<ObjectRow | undefined>(undefined);
  const source = useTableSource(props.link, "retainers", {
    file,
    id,
    ...(ignored.length === 0 ? {} : { ignored }),
  });
  const columns = useMemo(() => objectColumns(scene, "retainers"), [scene, getLanguage()]);

  const ignore = (row: ObjectRow): void => props.onIgnored([...new Set([...ignored, row.id])]);
  const stopIgnoring = (row: ObjectRow): void => props.onIgnored(ignored.filter((other) => other !== row.id));
  const restoreAll = (): void => props.onIgnored([]);
  const isIgnored = selected !== undefined && ignored.includes(selected.id);

  return (
    <>
      <div class="hs-panel-bar">
        <span role="status">
          {words.retainersSentence(
            `${formatCount(props.retainerCount)} ${words.reference(props.retainerCount)}`,
          )}{" "}
          {ignored.length > 0 &&
            words.ignoring(`${formatCount(ignored.length)} ${words.retainer(ignored.length)}`)}
        </span>
        <span class="hs-panel-bar-end">
          <button
            type="button"
            class="hs-button hs-small"
            disabled={selected === undefined}
            onClick={() => {
              if (selected !== undefined) (isIgnored ? stopIgnoring : ignore)(selected);
            }}
          >
            {isIgnored ? words.stopIgnoring : words.ignore}
          </button>
          {ignored.length > 0 && (
            <button type="button" class="hs-button hs-small" onClick={restoreAll}>
              {words.restoreAll(ignored.length)}
            </button>
          )}
        </span>
      </div>
      <TreeTable
        label={words.retainersLabel}
        source={source}
        columns={columns}
        empty={words.noRetainers}
        expandFirst={{ levels: FIRST_LEVELS, until: (row) => row.distance <= 1 }}
        onSelect={setSelected}
        onOpen={(row) => openRow(row, file, props.going)}
        mark={(row) => (row.isIgnored || row.isUnreachable ? "ignored" : undefined)}
        menu={(row): MenuItem[] => [
          ...objectMenu(row, file, props.going),
          ignored.includes(row.id)
            ? { label: words.stopIgnoring, run: () => stopIgnoring(row) }
            : { label: words.ignore, run: () => ignore(row) },
          ...(ignored.length > 0 ? [{ label: words.restoreAll(ignored.length), run: restoreAll }] : []),
        ]}
      />
    </>
  );
}
