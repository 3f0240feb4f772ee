/** What an object holds: its references as a tree. */
import { useMemo } from "preact/hooks";
import type { FileIndex, Link, NodeId } from "../../protocol/index.ts";
import { TreeTable } from "../../table/tree-table.tsx";
import { getLanguage, say } from "../../words/words.ts";
import { objectColumns, type ObjectScene } from "./object-columns.tsx";
import { objectMenu, openRow, type Going } from "./object-menu.ts";
import { useTableSource } from "./use-table-source.ts";
import { PANE_WORDS } from "./words.ts";

export function ReferencesPanel(props: {
  readonly link: Link;
  readonly file: FileIndex;
  readonly id: NodeId;
  readonly scene: ObjectScene;
  readonly going: Going;
}) {
  const words = say(PANE_WORDS);
  const { file, id, scene } = props;
  const source = useTableSource(props.link, "containment", { file, id });
  const columns = useMemo(() => objectColumns(scene), [scene, getLanguage()]);
  return (
    <TreeTable
      label={words.referencesLabel}
      source={source}
      columns={columns}
      empty={words.noReferences}
      onOpen={(row) => openRow(row, file, props.going)}
      menu={(row) => objectMenu(row, file, props.going)}
    />
  );
}
