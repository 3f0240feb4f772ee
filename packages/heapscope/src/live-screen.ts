// Text on a terminal that is written again and again in the same place, by log-update. What does not fit into the height
// of the window is left out at its end, with a word about it: log-update itself would leave out the beginning, where the
// answer and the titles are. Used for commands that watch; loaded only on terminals.

import { createLogUpdate } from "log-update";
import { formatQuantity } from "@heapscope/wording";
import { textWidth } from "./text/text-width.ts";

export interface LiveScreen {
  /** Replaces what was shown before. */
  show(lines: readonly string[]): void;
  /** Leaves the last text where it is and gives the cursor back. */
  end(): void;
}

const USUAL_HEIGHT = 24;
const USUAL_WIDTH = 80;

export function createLiveScreen(stream: NodeJS.WriteStream): LiveScreen {
  const update = createLogUpdate(stream);
  return {
    show(lines) {
      update(fitHeight(lines, stream.columns || USUAL_WIDTH, stream.rows || USUAL_HEIGHT).join("\n"));
    },
    end() {
      update.done();
    },
  };
}

/** The lines that fit, the last row being the cursor's. A line that is too wide takes several rows. */
export function fitHeight(lines: readonly string[], width: number, height: number): readonly string[] {
  const rowsOf = (line: string): number => Math.max(1, Math.ceil(textWidth(line) / width));
  const room = Math.max(1, height - 1);
  let rows = 0;
  for (const [index, line] of lines.entries()) {
    rows += rowsOf(line);
    if (rows <= room) continue;
    // One row more for the word about it.
    let kept = index;
    while (kept > 0 && lines.slice(0, kept).reduce((sum, each) => sum + rowsOf(each), 0) > room - 1) kept--;
    return [...lines.slice(0, kept), `… ${formatQuantity(lines.length - kept, "more line")}`];
  }
  return lines;
}
