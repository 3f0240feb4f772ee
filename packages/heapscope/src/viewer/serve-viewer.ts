// `heapscope open` at work: a thread with the desk, a server with the page, a browser; until the user says that it is enough.

import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { FileEntry } from "@heapscope/viewer/protocol";
import type { CommandContext } from "../command.ts";
import type { Opened } from "../schemas/open.ts";
import { DESK_FAILED, joinPage } from "./join-page.ts";
import { hasScreen, openBrowser, type OpenedBrowser } from "./open-browser.ts";
import { openHeapFile } from "./open-heap-file.ts";
import { readPageFiles, withServerLink } from "./page-files.ts";
import { startDesk } from "./start-desk.ts";
import { startViewerServer } from "./viewer-server.ts";
import { describeFile, whenRead } from "./when-read.ts";

export interface ServeOptions {
  readonly files: readonly string[];
  readonly port: number;
  readonly wantsBrowser: boolean;
  readonly sourceMapFolders: readonly string[];
}

/**
 * Serves until Ctrl-C. Gives one result: for people at once, for programs when the files are read. Throws if no file could be
 * opened.
 */
export async function* serveViewer(context: CommandContext, options: ServeOptions): AsyncGenerator<Opened> {
  const { files, sourceMapFolders } = options;
  const ended = whenAborted(context.runOptions.signal);
  // No browser is opened for a name with a typing error.
  if (files.length > 0 && !files.some((file) => file === "-" || existsSync(file)))
    await openHeapFile(files[0]!, context.runOptions);
  const desk =
    files.length === 0
      ? undefined
      : startDesk({
          files,
          sourceMapFolders,
          cacheSettings: context.cacheSettings,
          onNote: (sentence) => context.say(`Note: ${sentence}`),
        });
  try {
    const server = await startViewerServer({
      port: options.port,
      files: pageFiles(desk !== undefined),
      ...(desk === undefined ? {} : { join: (page) => joinPage(page, desk.connect()) }),
    });
    let browser: OpenedBrowser | undefined;
    let closeCode: number | undefined;
    try {
      browser =
        options.wantsBrowser && hasScreen(context.output.isTTY, process.env)
          ? await openBrowser(server.url)
          : undefined;
      const describe = (entries: readonly FileEntry[]): Opened => ({
        schema: "heapscope/open@1",
        url: server.url,
        port: server.port,
        opened: browser?.isOpened === true,
        files: entries.map((entry, index) => describeFile(files[index]!, entry)),
      });
      if (!context.json) yield describe([]);
      const failed = desk?.failure ?? ended;
      const read =
        desk === undefined
          ? []
          : await Promise.race([
              whenRead(context, (listener) => desk.onFiles(listener), files),
              ended,
              failed,
            ]);
      if (read === undefined) return;
      if (context.json) yield describe(read);
      await Promise.race([ended, failed]);
    } catch (error) {
      closeCode = DESK_FAILED;
      throw error;
    } finally {
      browser?.end();
      await server.close(closeCode);
    }
  } finally {
    await desk?.end();
  }
}

/** The page, from beside the folder with this program's pieces. */
function pageFiles(isServed: boolean): ReturnType<typeof readPageFiles> {
  const files = readPageFiles(fileURLToPath(new URL("../viewer/", import.meta.url)));
  const index = files.get("");
  if (index === undefined) throw new Error("the built page is missing");
  return isServed ? files.set("", withServerLink(index)) : files;
}

function whenAborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve(undefined);
    signal.addEventListener("abort", () => resolve(undefined), { once: true });
  });
}
