// `heapscope open`: the viewer in the browser, served from here. The files are read by this machine and stay on it.

import { defineCommand, type Command } from "../command.ts";
import { UsageError } from "../command-error.ts";
import { flag, heapFiles, noCache, port, sourceMaps } from "../parameters.ts";
import type { Opened } from "../schemas/open.ts";

export const open: Command = defineCommand({
  name: "open",
  summary: "look at snapshots in the browser",
  description:
    "Opens the viewer: all that the Memory panel of Chrome DevTools shows, and what leaks, named. Several\n" +
    "snapshots are compared, in the order given; .heapprofile and .cpuprofile files are shown, too. Without FILE,\n" +
    "files are dropped onto the page.\n\n" +
    "The page comes from a server on 127.0.0.1, which only this user's browser can use, by a secret in the\n" +
    "address; nothing leaves this machine. It goes on until Ctrl-C.",
  group: "In the browser:",
  live: "serves",
  arguments: {
    files: heapFiles("snapshots and profiles; - is standard input", "any"),
  },
  options: {
    port: port("the server's port (default: any that is free)"),
    "no-browser": flag("print the address only"),
    "source-maps": sourceMaps(),
    "no-cache": noCache(),
  },
  examples: [
    { line: "open app.heapsnapshot", meaning: "one snapshot" },
    { line: "open 1.heapsnapshot 2.heapsnapshot 3.heapsnapshot", meaning: "what grows from one to the next" },
    { line: "open app.heapsnapshot --no-browser --json", meaning: "the address, for a program" },
  ],
  watch(context, input): AsyncIterable<Opened> {
    if (input.files.filter((file) => file === "-").length > 1)
      throw new UsageError("standard input can be read only once; give files.");
    return (async function* () {
      const { serveViewer } = await import("../viewer/serve-viewer.ts");
      yield* serveViewer(context, {
        files: input.files,
        port: input.port,
        wantsBrowser: !input["no-browser"],
        sourceMapFolders: input["source-maps"],
      });
    })();
  },
  print: async () => (await import("../print/open.ts")).printOpen,
});
