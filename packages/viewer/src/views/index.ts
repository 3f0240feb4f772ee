/**
 * The list of views, in the order of the navigation: which key leads there, for which files it is, and where it begins. The code
 * of a view is loaded when it is first gone to.
 */
import type { ComponentType } from "preact";
import type { IconName } from "../page/icon.tsx";
import type { Place, PlaceOf, ViewName } from "../page/place.ts";
import { baseFor, isSnapshot, snapshotsByAge } from "../page/session-snapshots.ts";
import type { ViewProps } from "../page/view.ts";
import type { FileEntry, FileIndex } from "../protocol/index.ts";
import { repairLanguage } from "./allocation/repair-language.ts";

export interface ViewEntry<View extends ViewName = ViewName> {
  readonly name: View;
  readonly icon: IconName;
  /** After `g`. */
  readonly letter: string;
  /** Whether the view is for this file, of these. */
  applies(file: FileEntry, files: readonly FileEntry[]): boolean;
  /** The place to which the navigation leads. */
  start(file: FileIndex, files: readonly FileEntry[]): PlaceOf<View>;
  load(): Promise<ComponentType<ViewProps<View>>>;
  /** Not in the navigation: other views lead there. */
  readonly isHidden?: true;
}

function entry<View extends ViewName>(view: ViewEntry<View>): ViewEntry {
  return view as unknown as ViewEntry;
}

export const VIEWS: readonly ViewEntry[] = [
  entry({
    name: "overview",
    icon: "overview",
    letter: "o",
    applies: isSnapshot,
    start: (file) => ({ view: "overview", file }),
    load: async () => (await import("./overview/overview-view.tsx")).OverviewView,
  }),
  entry({
    name: "summary",
    icon: "summary",
    letter: "s",
    applies: isSnapshot,
    start: (file) => ({ view: "summary", file }),
    load: async () => (await import("./summary/summary-view.tsx")).SummaryView,
  }),
  entry({
    name: "comparison",
    icon: "comparison",
    letter: "c",
    applies: (file, files) => isSnapshot(file) && snapshotsByAge(files).length >= 2,
    start: (file, files) => ({ view: "comparison", base: baseFor(file, files), file }),
    load: async () => (await import("./comparison/comparison-view.tsx")).ComparisonView,
  }),
  entry({
    name: "growth",
    icon: "growth",
    letter: "r",
    applies: (file, files) => isSnapshot(file) && snapshotsByAge(files).length >= 3,
    start: (file) => ({ view: "growth", file }),
    load: async () => (await import("./growth/growth-view.tsx")).GrowthView,
  }),
  entry({
    name: "containment",
    icon: "containment",
    letter: "n",
    applies: isSnapshot,
    start: (file) => ({ view: "containment", file }),
    load: async () => (await import("./containment/containment-view.tsx")).ContainmentView,
  }),
  entry({
    name: "dominators",
    icon: "dominators",
    letter: "d",
    applies: isSnapshot,
    start: (file) => ({ view: "dominators", file, as: "table" }),
    load: async () => (await import("./dominators/dominators-view.tsx")).DominatorsView,
  }),
  entry({
    name: "statistics",
    icon: "statistics",
    letter: "t",
    applies: isSnapshot,
    start: (file) => ({ view: "statistics", file }),
    load: async () => (await import("./statistics/statistics-view.tsx")).StatisticsView,
  }),
  entry({
    name: "strings",
    icon: "strings",
    letter: "x",
    applies: isSnapshot,
    start: (file) => ({ view: "strings", file, list: "duplicates" }),
    load: async () => (await import("./strings/strings-view.tsx")).StringsView,
  }),
  entry({
    name: "allocation",
    icon: "allocation",
    letter: "a",
    applies: hasAllocations,
    start: (file) => ({ view: "allocation", file }),
    load: async () => {
      repairLanguage();
      return (await import("./allocation/allocation-view.tsx")).AllocationView;
    },
  }),
  entry({
    name: "profile",
    icon: "profile",
    letter: "p",
    applies: ({ content }) => content?.kind === "profile",
    start: (file) => ({ view: "profile", file, as: "chart" }),
    load: async () => (await import("./profile/profile-view.tsx")).ProfileView,
  }),
  entry({
    name: "search",
    icon: "search",
    letter: "f",
    applies: isSnapshot,
    start: (file) => ({ view: "search", file, text: "" }),
    load: async () => (await import("./search/search-view.tsx")).SearchView,
  }),
  entry({
    name: "object",
    icon: "object",
    letter: "",
    isHidden: true,
    applies: isSnapshot,
    start: (file) => ({ view: "object", file, id: 1 }),
    load: async () => (await import("./object/object-view.tsx")).ObjectView,
  }),
];

/** Loads the code of all views: a server may end before they are gone to. What fails now is told then. */
export function loadViews(): void {
  for (const view of VIEWS) view.load().catch(() => {});
}

/** The view of a place. */
export function viewOf(place: Place): ViewEntry | undefined {
  return VIEWS.find(({ name }) => name === place.view);
}

/** Stacks, a timeline, or both. */
function hasAllocations({ content }: FileEntry): boolean {
  return content?.kind === "snapshot" && (content.hasAllocations || content.hasTimeline);
}
