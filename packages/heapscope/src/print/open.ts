// Prints the result of `heapscope open`: the address, on a line of its own.

import type { Opened } from "../schemas/open.ts";
import type { Page } from "./page.ts";

export function printOpen(page: Page, result: Opened): void {
  page.answer(
    result.opened
      ? "The viewer opens in your browser; its address is:"
      : "The viewer is ready; open its address in a browser of this machine:",
  );
  page.line();
  page.line(`  ${result.url}`);
  page.line();
  page.note("The address is a key: whoever knows it can see the files. Ctrl-C ends the viewer.");
}
