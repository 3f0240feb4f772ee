/**
 * The search through everything: classes, the content of strings, property names and ids, as one table. Nothing is asked before
 * there is a text; where to look is a part of the question and not of the address.
 */
import {
  classLabel,
  escapeText,
  exactNameFilter,
  formatCount,
  objectHandle,
  objectLabel,
} from "@heapscope/wording";
import type { JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import type { ViewProps } from "../../page/view.ts";
import { isCutName, type FoundRow, type Slice } from "../../protocol/index.ts";
import type { Column, MenuItem } from "../../table/column.ts";
import { TreeTable } from "../../table/tree-table.tsx";
import { getLanguage, say } from "../../words/words.ts";
import { numberColumn, objectScene, retainedColumn, shallowColumn } from "../object/object-columns.tsx";
import { typeClass } from "../object/object-name.tsx";
import { useTableSource } from "../object/use-table-source.ts";
import { FilterBox } from "../summary/filter-box.tsx";
import { SEARCH_WORDS } from "./words.ts";
import "./search.css";

type Where = FoundRow["where"];

const PLACES: readonly Where[] = ["class", "string", "property", "object", "id"];

export function SearchView(props: ViewProps<"search">): JSX.Element {
  const words = say(SEARCH_WORDS);
  const { place, go } = props;
  const { file, text } = place;
  const [where, setWhere] = useState<Where | undefined>(undefined);
  return (
    <div class="hs-view">
      <h1 class="hs-unseen">{words.label}</h1>
      <div class="hs-toolbar">
        <FilterBox
          label={words.field}
          text={text === "" ? undefined : text}
          onText={(wanted) => go({ view: "search", file, text: wanted ?? "" }, { replace: true })}
        />
        <span class="hs-found-where" role="radiogroup" aria-label={words.whereTitle}>
          {[undefined, ...PLACES].map((name) => (
            <label key={name ?? ""}>
              <input type="radio" name="hs-where" checked={name === where} onChange={() => setWhere(name)} />
              {name === undefined ? words.everywhere : words.places[name]}
            </label>
          ))}
        </span>
      </div>
      {text === "" ? (
        <div class="hs-notice">
          <h2>{words.lead}</h2>
          <p class="hs-muted">{words.hint}</p>
        </div>
      ) : (
        <Finds {...props} where={where} />
      )}
    </div>
  );
}

function Finds(props: ViewProps<"search"> & { readonly where: Where | undefined }): JSX.Element {
  const words = say(SEARCH_WORDS);
  const { link, files, place, go, hrefOf, where } = props;
  const { file, text } = place;
  const source = useTableSource(link, "search", {
    file,
    text,
    ...(where === undefined ? {} : { where: [where] }),
  });
  const columns = useMemo(() => foundColumns(props), [files, file, hrefOf, getLanguage()]);
  const [found, setFound] = useState<{ readonly key: string; readonly totals: Totals } | undefined>(
    undefined,
  );
  const totals = found?.key === source.key ? found.totals : undefined;
  const shown = escapeText(text);
  const open = (row: FoundRow): void => {
    if (row.id !== undefined) go({ view: "object", file, id: row.id });
    else if (row.group !== undefined)
      go({ view: "summary", file, text: exactNameFilter(row.className, isCutName(row.className)) });
  };
  const menu = (row: FoundRow): readonly MenuItem[] => [
    { label: row.id === undefined ? words.openGroup : words.openObject, run: () => open(row) },
  ];
  return (
    <>
      <p class="hs-opening" aria-live="polite">
        {totals === undefined
          ? `${words.lookingFor(shown)}…`
          : totals.total === 0
            ? words.nothing(shown)
            : words.found(formatCount(totals.total), totals.total === 1, totals.isLimited === true, shown)}
      </p>
      <TreeTable
        label={words.label}
        source={source}
        columns={columns}
        onOpen={open}
        menu={menu}
        empty={words.nothing(shown)}
        onTotals={(totals) => setFound({ key: source.key, totals })}
      />
    </>
  );
}

type Totals = Pick<Slice<FoundRow>, "total" | "isLimited">;

function foundColumns(props: ViewProps<"search">): readonly Column<FoundRow>[] {
  const words = say(SEARCH_WORDS);
  const { file } = props.place;
  const { totalSize, hrefOfObject } = objectScene(props, file);
  const hrefOfRow = (row: FoundRow): string =>
    row.id === undefined
      ? props.hrefOf({
          view: "summary",
          file,
          text: exactNameFilter(row.className, isCutName(row.className)),
        })
      : hrefOfObject(row.id);
  return [
    {
      id: "text",
      title: words.what,
      hint: words.whatHint,
      width: 420,
      align: "start",
      firstDirection: "ascending",
      cell: (row) => (
        <span class="hs-object">
          <span class={`hs-object-value ${row.where === "property" ? "hs-edge" : typeClass(row.type)}`}>
            <bdi>{foundLabel(row)}</bdi>
          </span>
          <a class="hs-object-id" href={hrefOfRow(row)} tabIndex={-1}>
            {row.id === undefined ? words.openGroup : objectHandle(row.id)}
          </a>
        </span>
      ),
      text: (row) => `${foundLabel(row)}${row.id === undefined ? "" : ` ${objectHandle(row.id)}`}`,
    },
    {
      id: "where",
      title: words.whereTitle,
      hint: words.whereHint,
      width: 92,
      align: "start",
      cell: (row) => <span class="hs-muted">{words.where[row.where]}</span>,
      text: (row) => words.where[row.where],
    },
    numberColumn(
      { id: "count", title: words.count, hint: words.countHint, width: 84 },
      (row) => row.count,
      formatCount,
    ),
    shallowColumn(totalSize),
    retainedColumn(totalSize),
  ];
}

/** A find as its kind is written. */
function foundLabel({ where, text, type, className, isCut }: FoundRow): string {
  const whole = isCut ? `${text}…` : text;
  switch (where) {
    case "class":
      return classLabel(className);
    case "property":
      return escapeText(whole);
    default:
      return objectLabel(whole, type);
  }
}
