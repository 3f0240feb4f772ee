/** A sampling profile: as a flame chart, as a tree of calls from the top down, or as functions with their callers. */
import { escapeText, formatPercent } from "@heapscope/wording";
import { useMemo } from "preact/hooks";
import { AnswerBox } from "../../page/work.tsx";
import { useAnswer } from "../../page/use-answer.ts";
import type { ViewProps } from "../../page/view.ts";
import { VIEW_WORDS } from "../../page/words.ts";
import { usualOrder, type CallRow, type FileIndex, type RowsQuestion } from "../../protocol/index.ts";
import type { Column } from "../../table/column.ts";
import { TreeTable } from "../../table/tree-table.tsx";
import { getLanguage, say } from "../../words/words.ts";
import { copyText } from "../object/object-menu.ts";
import { Location } from "../object/object-name.tsx";
import { Tabs } from "../object/tabs.tsx";
import { useTableSource } from "../object/use-table-source.ts";
import { FilterBox } from "../summary/filter-box.tsx";
import { formatExactly, formatValue, type ProfileUnit } from "./call-value.ts";
import { ProfileChart } from "./profile-chart.tsx";
import { PROFILE_WORDS } from "./words.ts";
import "../summary/toolbar.css";
import "../dominators/dominators.css";

/** More than a window can show. */
const MOST_BOXES = 5000;

export function ProfileView(props: ViewProps<"profile">) {
  const words = say(PROFILE_WORDS);
  const { place, link, files, go } = props;
  const { file, as, text } = place;
  const content = files[file]?.content;
  const { unit, total }: Scale = content?.kind === "profile" ? content : { unit: "bytes", total: 0 };
  const flame = useAnswer(link, "flame", as === "chart" ? { file, most: MOST_BOXES } : undefined);
  const tabs = (["chart", "down", "up"] as const).map((name) => ({ name, title: words[name] }));
  return (
    <div class="hs-view">
      <h1 class="hs-unseen">{say(VIEW_WORDS).profile}</h1>
      <Opening {...props} unit={unit} total={total} />
      <div class="hs-toolbar">
        <FilterBox
          label={words.filter}
          text={text}
          onText={(wanted) =>
            go(
              { view: "profile", file, as, ...(wanted === undefined ? {} : { text: wanted }) },
              { replace: true },
            )
          }
        />
      </div>
      <Tabs label={words.views} tabs={tabs} chosen={as} onChoose={(name) => go({ ...place, as: name })}>
        {as === "chart" ? (
          <AnswerBox answer={flame}>
            {(boxes) => <ProfileChart boxes={boxes} unit={unit} text={text} />}
          </AnswerBox>
        ) : (
          <CallTable {...props} key={as} direction={as} unit={unit} total={total} />
        )}
      </Tabs>
    </div>
  );
}

/** What values are shares of. */
interface Scale {
  readonly unit: ProfileUnit;
  readonly total: number;
}

/** What is no work of the program. */
const NOT_WORK = new Set(["(root)", "(idle)", "(program)"]);

/** `38 % of 1.2 s was spent in parse itself`. */
function Opening({ place, link, unit, total }: ViewProps<"profile"> & Scale) {
  const words = say(PROFILE_WORDS);
  const { value } = useAnswer(link, "rows", selfRows(place.file, "", NOT_WORK.size + 1));
  const rows = value?.rows as readonly CallRow[] | undefined;
  const first = rows?.find((row) => !NOT_WORK.has(row.functionName));
  // What is built in (`map`, `from`) has no place; who called it most is the one to look at.
  const isBuiltIn = first !== undefined && first.location === undefined && first.children !== undefined;
  const callers = useAnswer(link, "rows", isBuiltIn ? selfRows(place.file, first.children, 1) : undefined)
    .value?.rows as readonly CallRow[] | undefined;
  if (rows === undefined) return <p class="hs-opening">{"\u00a0"}</p>;
  if (first === undefined || total === 0) return <p class="hs-opening">{words.nothing}</p>;
  const share = formatPercent(first.selfValue, total);
  const whole = formatValue(total, unit);
  const caller = isBuiltIn ? callers?.[0] : undefined;
  return (
    <p class="hs-opening">
      <b>{unit === "bytes" ? words.allocated(share, whole) : words.spent(share, whole)}</b>{" "}
      <FunctionWithPlace row={first} adverb={words.itself} />
      {caller !== undefined && (
        <>
          , {words.calledBy} <FunctionWithPlace row={caller} />
        </>
      )}
    </p>
  );
}

/** `parse() itself parse.js:12:3`. */
function FunctionWithPlace({ row, adverb = "" }: { readonly row: CallRow; readonly adverb?: string }) {
  const name = escapeText(row.functionName);
  return (
    <>
      <bdi>{name.startsWith("(") ? name : `${name}()`}</bdi>
      {adverb !== "" && ` ${adverb}`}
      <Location at={row.location} />
    </>
  );
}

/** The first rows below a row of the bottom-up table, or of its top, by own value. */
function selfRows(file: FileIndex, of: string, count: number): RowsQuestion {
  const question: RowsQuestion<"calls"> = {
    table: "calls",
    params: { file, direction: "up" },
    of,
    order: { by: "selfValue", descending: true },
    start: 0,
    count,
  };
  return question as unknown as RowsQuestion;
}

function CallTable(props: ViewProps<"profile"> & Scale & { readonly direction: "down" | "up" }) {
  const words = say(PROFILE_WORDS);
  const { place, link, direction, unit, total } = props;
  const { file, text } = place;
  const columns = useMemo(() => callColumns({ unit, total }), [unit, total, getLanguage()]);
  const source = useTableSource(link, "calls", { file, direction, ...(text === undefined ? {} : { text }) });
  return (
    <TreeTable
      label={direction === "down" ? words.downLabel : words.upLabel}
      source={source}
      columns={columns}
      order={usualOrder("calls", { file, direction })}
      empty={text === undefined ? words.nothing : words.empty}
      menu={(row) => [{ label: words.copyName, run: () => copyText(callText(row)) }]}
    />
  );
}

function callColumns({ unit, total }: Scale): readonly Column<CallRow>[] {
  const words = say(PROFILE_WORDS);
  const value = (id: "selfValue" | "totalValue", title: string, hint: string): Column<CallRow> => ({
    id,
    title,
    hint,
    width: 132,
    align: "end",
    firstDirection: "descending",
    cell: (row) => (
      <>
        {formatValue(row[id], unit)}
        <span class="hs-share">{formatPercent(row[id], total)}</span>
      </>
    ),
    text: (row) => formatExactly(row[id], unit),
  });
  const isOfBytes = unit === "bytes";
  return [
    {
      id: "functionName",
      title: words.functionName,
      hint: words.functionHint,
      width: 420,
      align: "start",
      firstDirection: "ascending",
      cell: (row) => (
        <span class="hs-object">
          <bdi>{escapeText(row.functionName)}</bdi>
          <Location at={row.location} />
        </span>
      ),
      text: callText,
    },
    value("selfValue", words.self, isOfBytes ? words.selfBytes : words.selfTime),
    value("totalValue", words.total, isOfBytes ? words.totalBytes : words.totalTime),
  ];
}

function callText({ functionName, location }: CallRow): string {
  return escapeText(location === undefined ? functionName : `${functionName} ${location}`);
}
