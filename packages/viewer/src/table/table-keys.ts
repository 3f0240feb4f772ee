/** What the keys do in a tree-table: those of the ARIA pattern "treegrid", with whole rows as the unit. */
import type { TableRow } from "../protocol/index.ts";
import { ROW_HEIGHT, type TableState } from "./table-state.ts";

/** What keys do that is not about rows alone. */
export interface KeyActions {
  readonly columnCount: number;
  open(): void;
  menu(): void;
  copy(as: "text" | "tsv"): void;
  sort(column: number): void;
  resize(column: number, pixels: number): void;
}

/** Pixels by which a key makes a column wider. */
const RESIZE_STEP = 8;

/** True if the key was one of the table's. */
export function pressKey<Row extends TableRow>(
  event: KeyboardEvent,
  state: TableState<Row>,
  actions: KeyActions,
): boolean {
  const { key, shiftKey: shift, altKey, ctrlKey, metaKey } = event;
  if (ctrlKey || metaKey) {
    if (altKey || key.toLowerCase() !== "c") return false;
    actions.copy(shift ? "tsv" : "text");
    return true;
  }
  if (altKey) return false;
  if (state.header !== undefined) return pressHeaderKey(key, shift, state, actions);
  if (key === "ContextMenu" || (key === "F10" && shift)) {
    actions.menu();
    return true;
  }
  const at = state.activeVisible;
  const page = Math.max(1, Math.floor(state.view / ROW_HEIGHT) - 1);
  const move = (visible: number): true => {
    state.select(visible, shift);
    state.showActive();
    return true;
  };
  switch (key) {
    case "ArrowUp":
      if (at <= 0 && !shift) return focusHeader(state, 0);
      return move(at - 1);
    case "ArrowDown":
      return move(at + 1);
    case "PageUp":
      return move(at - page);
    case "PageDown":
      return move(at + page);
    case "Home":
      return move(0);
    case "End":
      return move(state.tree.count - 1);
    case "ArrowRight":
      return goIn(state, move);
    case "ArrowLeft":
      return goOut(state, move);
    case "*":
      state.expandSiblings();
      return true;
    case "Enter":
      actions.open();
      return true;
    case " ":
      state.toggleSelection();
      return true;
    default:
      return false;
  }
}

/** Expands the row, or goes to its first child. */
function goIn<Row extends TableRow>(state: TableState<Row>, move: (visible: number) => true): true {
  const spot = state.activeSpot;
  if (spot === undefined) return true;
  if (state.tree.expandedAt(spot) === undefined) {
    state.expand(spot);
    return true;
  }
  return move(state.activeVisible + 1);
}

/** Collapses the row, or goes to its parent. */
function goOut<Row extends TableRow>(state: TableState<Row>, move: (visible: number) => true): true {
  const spot = state.activeSpot;
  if (spot === undefined) return true;
  const { branch } = spot;
  if (state.tree.expandedAt(spot) !== undefined) state.collapse(spot);
  else if (branch.parent !== undefined)
    move(state.tree.visibleAt({ branch: branch.parent, index: branch.index }));
  return true;
}

function pressHeaderKey<Row extends TableRow>(
  key: string,
  shift: boolean,
  state: TableState<Row>,
  actions: KeyActions,
): boolean {
  const column = state.header!;
  const last = actions.columnCount - 1;
  switch (key) {
    case "ArrowLeft":
    case "ArrowRight": {
      const step = key === "ArrowLeft" ? -1 : 1;
      if (shift) actions.resize(column, step * RESIZE_STEP);
      else focusHeader(state, Math.min(Math.max(0, column + step), last));
      return true;
    }
    case "Home":
      return focusHeader(state, 0);
    case "End":
      return focusHeader(state, last);
    case "Enter":
    case " ":
      actions.sort(column);
      return true;
    case "ArrowDown":
      state.header = undefined;
      state.select(Math.floor(state.top / ROW_HEIGHT));
      state.showActive();
      return true;
    case "ArrowUp":
    case "PageUp":
      return true;
    default:
      return false;
  }
}

function focusHeader<Row extends TableRow>(state: TableState<Row>, column: number): true {
  state.header = column;
  state.say("");
  return true;
}
