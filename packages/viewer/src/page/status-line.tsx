/** The line at the bottom: the file in numbers, and that nothing leaves the computer. */
import { formatCount, formatDuration, formatSize } from "@heapscope/wording";
import type { JSX } from "preact";
import type { FileEntry, Link } from "../protocol/index.ts";
import { say } from "../words/words.ts";
import { PAGE_WORDS } from "./words.ts";

export function StatusLine({
  link,
  file,
}: {
  readonly link: Link;
  readonly file: FileEntry | undefined;
}): JSX.Element {
  const words = say(PAGE_WORDS);
  return (
    <footer class="hs-status">
      <span>{file?.content !== undefined && describeContent(file.content)}</span>
      <span title={words.local[link.kind]}>{words.localShort[link.kind]}</span>
    </footer>
  );
}

function describeContent(content: NonNullable<FileEntry["content"]>): string {
  const words = say(PAGE_WORDS);
  if (content.kind === "profile")
    return content.unit === "bytes" ? formatSize(content.total) : formatDuration(content.total / 1000);
  return [
    formatSize(content.totalSize),
    words.nodes(formatCount(content.nodeCount)),
    words.edges(formatCount(content.edgeCount)),
  ].join(" · ");
}
