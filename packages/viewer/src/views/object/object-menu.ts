/** What can be done with an object in any table, or with a class of objects. */
import { classLabel, objectHandle } from "@heapscope/wording";
import type { ViewProps } from "../../page/view.ts";
import type { ClassRow, FileIndex, ObjectRow } from "../../protocol/index.ts";
import type { MenuItem } from "../../table/column.ts";
import type { ViewName } from "../../page/place.ts";
import { say } from "../../words/words.ts";
import { rowLabel } from "./object-name.tsx";
import { OBJECT_WORDS } from "./object-words.ts";

/** What goes from place to place: a part of every view's props. */
export type Going = Pick<ViewProps<ViewName>, "go" | "hrefOf">;

export function objectMenu(row: ObjectRow, file: FileIndex, going: Going): MenuItem[] {
  const words = say(OBJECT_WORDS);
  const place = { view: "object", file, id: row.id } as const;
  return [
    { label: words.openObject, keys: "Enter", run: () => going.go(place) },
    { label: words.revealInSummary, run: () => going.go({ view: "summary", file, id: row.id }) },
    {
      label: words.revealInContainment,
      run: () => going.go({ view: "containment", file, id: row.id }),
    },
    { label: words.copyId, run: () => copyText(objectHandle(row.id)) },
    copyNameItem(rowLabel(row)),
    { label: words.copyLink, run: () => copyText(new URL(going.hrefOf(place), document.baseURI).href) },
  ];
}

/** The same; with a class, only the copying of its name. */
export function classMenu(row: ClassRow | ObjectRow, file: FileIndex, going: Going): MenuItem[] {
  return row.kind === "object" ? objectMenu(row, file, going) : [copyNameItem(classLabel(row.className))];
}

/** Opens the page of an object; a class has none. */
export function openRow(row: ClassRow | ObjectRow, file: FileIndex, going: Going): void {
  if (row.kind === "object") going.go({ view: "object", file, id: row.id });
}

export function copyNameItem(name: string): MenuItem {
  return { label: say(OBJECT_WORDS).copyName, run: () => copyText(name) };
}

/** To the clipboard. Where the browser refuses it, nothing happens: the text is on the page. */
export function copyText(text: string): void {
  void navigator.clipboard?.writeText(text).catch(() => undefined);
}
