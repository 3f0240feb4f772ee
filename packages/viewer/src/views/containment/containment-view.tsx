/** The heap as it hangs together: from the root along its references, object by object. */
import { formatCount } from "@heapscope/wording";
import { useMemo, useState } from "preact/hooks";
import type { ViewProps } from "../../page/view.ts";
import type { ObjectRow, Slice } from "../../protocol/index.ts";
import { TreeTable } from "../../table/tree-table.tsx";
import { getLanguage, say } from "../../words/words.ts";
import { objectColumns, objectScene } from "../object/object-columns.tsx";
import { objectMenu, openRow } from "../object/object-menu.ts";
import { ObjectSplit } from "../object/object-pane.tsx";
import { useSelection } from "../object/use-selection.ts";
import { useTableSource } from "../object/use-table-source.ts";
import { CONTAINMENT_WORDS } from "./words.ts";
import "../summary/toolbar.css";

export function ContainmentView(props: ViewProps<"containment">) {
  const words = say(CONTAINMENT_WORDS);
  const { place, link, files, go } = props;
  const { file, id } = place;
  const scene = useMemo(() => objectScene(props, file), [props.hrefOf, files, file]);
  const columns = useMemo(() => objectColumns(scene), [scene, getLanguage()]);
  const source = useTableSource(link, "containment", { file });
  const [totals, setTotals] = useState<Pick<Slice<ObjectRow>, "total">>();
  const selection = useSelection(place, go);
  return (
    <div class="hs-view">
      <h1 class="hs-unseen">{words.label}</h1>
      <p class="hs-opening" aria-live="polite">
        {totals === undefined ? "\u00a0" : words.opening(formatCount(totals.total))}
      </p>
      <ObjectSplit {...props} file={file} id={id}>
        <TreeTable
          label={words.label}
          source={source}
          columns={columns}
          reveal={selection.reveal}
          onSelect={(row) => selection.select(row?.id)}
          onOpen={(row) => openRow(row, file, props)}
          menu={(row) => objectMenu(row, file, props)}
          empty={words.empty}
          onTotals={setTotals}
        />
      </ObjectSplit>
    </div>
  );
}
