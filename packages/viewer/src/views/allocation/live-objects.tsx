/**
 * What is still alive of a row of the Allocation, as the Summary shows it: DevTools' "Live objects". The Summary itself has the
 * same as a filter, with whatever else can be done there.
 */
import { formatCount, formatSize } from "@heapscope/wording";
import { useMemo, useState } from "preact/hooks";
import type { ViewProps } from "../../page/view.ts";
import { usualOrder, type FunctionPath, type Slice } from "../../protocol/index.ts";
import { TreeTable } from "../../table/tree-table.tsx";
import { getLanguage, say } from "../../words/words.ts";
import { objectScene } from "../object/object-columns.tsx";
import { classMenu, openRow } from "../object/object-menu.ts";
import { OBJECT_WORDS } from "../object/object-words.ts";
import { useTableSource } from "../object/use-table-source.ts";
import { summaryColumns, type SummaryRow } from "../summary/summary-columns.tsx";
import { usePathName } from "./use-path-name.ts";
import { ALLOCATION_WORDS } from "./words.ts";

export function LiveObjects(props: ViewProps<"allocation"> & { readonly path: FunctionPath }) {
  const words = say(ALLOCATION_WORDS);
  const { link, files, hrefOf, path } = props;
  const { file } = props.place;
  const only = { kind: "allocatedBy", path } as const;
  const scene = useMemo(() => objectScene(props, file), [hrefOf, files, file]);
  const columns = useMemo(() => summaryColumns(scene), [scene, getLanguage()]);
  const source = useTableSource(link, "summary", { file, only });
  const [totals, setTotals] = useState<Pick<Slice<SummaryRow>, "sums">>();
  const name = usePathName(link, file, path);
  return (
    <section class="hs-live" aria-label={words.liveObjects}>
      <div class="hs-panel-bar">
        <span>
          {words.liveObjects} {name !== undefined && <b>{words.madeBy(name)}</b>}
        </span>
        <span class="hs-panel-bar-end" aria-live="polite">
          {totals?.sums !== undefined &&
            words.liveSums(
              `${formatCount(totals.sums.count)} ${say(OBJECT_WORDS).objects(totals.sums.count)}`,
              formatSize(totals.sums.shallowSize),
            )}{" "}
          <a href={hrefOf({ view: "summary", file, only })}>{words.showInSummary}</a>
        </span>
      </div>
      <TreeTable
        label={words.liveObjects}
        source={source}
        columns={columns}
        order={usualOrder("summary", { file })}
        onOpen={(row) => openRow(row, file, props)}
        menu={(row) => classMenu(row, file, props)}
        empty={words.noLiveObjects}
        onTotals={setTotals}
      />
    </section>
  );
}
