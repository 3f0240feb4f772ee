/** What was allocated while the file was recorded: when (the timeline) and by whom (functions, with their callers, and what is alive). */
import { escapeText, formatCount, formatSize, functionLabel } from "@heapscope/wording";
import { useMemo, useState } from "preact/hooks";
import { AnswerBox } from "../../page/work.tsx";
import { useAnswer } from "../../page/use-answer.ts";
import type { ViewProps } from "../../page/view.ts";
import {
  usualOrder,
  type AllocationRow,
  type FileIndex,
  type FunctionPath,
  type Link,
  type Slice,
} from "../../protocol/index.ts";
import type { Column } from "../../table/column.ts";
import { TreeTable } from "../../table/tree-table.tsx";
import { getLanguage, say } from "../../words/words.ts";
import { Location } from "../object/object-name.tsx";
import { numberColumn } from "../object/object-columns.tsx";
import { copyNameItem } from "../object/object-menu.ts";
import { SplitPane } from "../object/split-pane.tsx";
import { useTableSource } from "../object/use-table-source.ts";
import { LiveObjects } from "./live-objects.tsx";
import { TimelinePanel } from "./timeline-panel.tsx";
import { ALLOCATION_WORDS } from "./words.ts";
import "../object/object.css";
import "../summary/toolbar.css";
import "./allocation.css";

export function AllocationView(props: ViewProps<"allocation">) {
  const words = say(ALLOCATION_WORDS);
  const { file, path, range } = props.place;
  const content = props.files[file]?.content;
  const hasTimeline = content?.kind === "snapshot" && content.hasTimeline;
  const hasAllocations = content?.kind === "snapshot" && content.hasAllocations;
  const timeline = useAnswer(props.link, "timeline", hasTimeline ? { file } : undefined);
  if (!hasTimeline && !hasAllocations) return <p class="hs-hint">{words.needsRecording}</p>;
  return (
    <div class="hs-view">
      <h1 class="hs-unseen">{words.title}</h1>
      {hasTimeline && (
        <AnswerBox answer={timeline}>
          {(value) => (
            <TimelinePanel
              file={file}
              timeline={value}
              going={props}
              range={range}
              onRange={(chosen) =>
                props.go(
                  {
                    view: "allocation",
                    file,
                    ...(chosen === undefined ? {} : { range: chosen }),
                    ...(path === undefined ? {} : { path }),
                  },
                  { replace: true },
                )
              }
            />
          )}
        </AnswerBox>
      )}
      {hasAllocations && (
        <SplitPane
          name="live-objects"
          isIdle={path === undefined}
          lower={
            path === undefined ? (
              <p class="hs-hint">{words.selectFunction}</p>
            ) : (
              <LiveObjects {...props} path={path} />
            )
          }
        >
          <FunctionsTable
            link={props.link}
            file={file}
            onPath={(chosen) => {
              if (chosen.join() !== path?.join())
                props.go({ ...props.place, path: chosen }, { replace: true });
            }}
          />
        </SplitPane>
      )}
    </div>
  );
}

function FunctionsTable(props: {
  readonly link: Link;
  readonly file: FileIndex;
  readonly onPath: (path: FunctionPath) => void;
}) {
  const words = say(ALLOCATION_WORDS);
  const { link, file } = props;
  const source = useTableSource(link, "allocation", { file });
  const columns = useMemo(functionColumns, [getLanguage()]);
  const [totals, setTotals] = useState<Pick<Slice<AllocationRow>, "total">>();
  return (
    <section class="hs-functions" aria-label={words.functions}>
      <div class="hs-panel-bar">
        {words.functions}
        <span class="hs-panel-bar-end" aria-live="polite">
          {totals !== undefined && words.sums(formatCount(totals.total))}
        </span>
      </div>
      <TreeTable
        label={words.functions}
        source={source}
        columns={columns}
        order={usualOrder("allocation", { file })}
        empty={words.empty}
        onTotals={setTotals}
        onSelect={(row) => {
          if (row !== undefined) props.onPath(row.path);
        }}
        menu={(row) => [copyNameItem(functionText(row))]}
      />
    </section>
  );
}

function functionColumns(): readonly Column<AllocationRow>[] {
  const words = say(ALLOCATION_WORDS);
  const number = (
    id: "liveSize" | "liveCount" | "size" | "count",
    title: string,
    hint: string,
    format: (value: number) => string,
  ): Column<AllocationRow> => numberColumn({ id, title, hint, width: 104 }, (row) => row[id], format);
  return [
    {
      id: "functionName",
      title: words.functionName,
      hint: words.functionNameHint,
      width: 400,
      align: "start",
      firstDirection: "ascending",
      cell: (row) => (
        <span class="hs-object">
          <span class="hs-object-value">
            <bdi>{functionLabel(row.functionName)}</bdi>
          </span>
          <Location at={row.location} />
        </span>
      ),
      text: functionText,
    },
    number("liveCount", words.liveCount, words.liveCountHint, formatCount),
    number("liveSize", words.liveSize, words.liveSizeHint, formatSize),
    number("count", words.count, words.countHint, formatCount),
    number("size", words.size, words.sizeHint, formatSize),
  ];
}

function functionText(row: AllocationRow): string {
  const name = functionLabel(row.functionName);
  return row.location === undefined ? name : `${name} ${escapeText(row.location)}`;
}
