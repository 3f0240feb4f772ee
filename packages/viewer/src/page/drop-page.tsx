/**
 * Before there are files: where they are dropped or chosen. Files that are dropped later, anywhere on the page, are added to
 * those that are open.
 */
import { escapeText } from "@heapscope/wording";
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Link } from "../protocol/index.ts";
import { say } from "../words/words.ts";
import { Icon } from "./icon.tsx";
import { DROP_WORDS } from "./words.ts";
import "./drop-page.css";

/** Names of files that are asked for; others may be dropped, what they are is seen when they are read. */
const ACCEPTED = ".heapsnapshot,.heaptimeline,.heapprofile,.cpuprofile,.json,.gz";

export function DropPage({
  link,
  isAwaited,
}: {
  readonly link: Link;
  /** The address names a place in a file. */
  readonly isAwaited: boolean;
}): JSX.Element {
  const words = say(DROP_WORDS);
  return (
    <div class="hs-drop">
      <div class="hs-drop-sheet">
        <h1>{words.title}</h1>
        <p class="hs-drop-lead">{words.lead}</p>
        {isAwaited && (
          <p class="hs-drop-waits" role="status">
            {words.waits}
          </p>
        )}
        <label class="hs-drop-target">
          <Icon name="file" />
          <span class="hs-button hs-primary">{words.choose}</span>
          <input
            type="file"
            multiple
            accept={ACCEPTED}
            onChange={(event) => openDropped(link, [...(event.currentTarget.files ?? [])])}
          />
          <span class="hs-muted">{words.kinds}</span>
        </label>
        <p class="hs-drop-promise">{words.promise}</p>
        <h2>{words.howTitle}</h2>
        <dl class="hs-drop-hows">
          {words.hows.map(([what, how]) => (
            <div key={what}>
              <dt>
                <code>{what}</code>
              </dt>
              <dd>{how}</dd>
            </div>
          ))}
        </dl>
        <p class="hs-muted">{words.large}</p>
      </div>
    </div>
  );
}

/** Lets the user choose files to add. */
export function chooseFiles(link: Link): void {
  const input = document.createElement("input");
  input.type = "file";
  input.multiple = true;
  input.accept = ACCEPTED;
  input.onchange = (): void => openDropped(link, [...(input.files ?? [])]);
  input.click();
}

/** Opens files in the order of their names, as `1.heapsnapshot`, `2.heapsnapshot`, `10.heapsnapshot`: a drop has no order. */
export function openDropped(link: Link, files: readonly File[]): void {
  if (files.length === 0) return;
  const order = new Intl.Collator("en", { numeric: true });
  link.open?.([...files].sort((a, b) => order.compare(a.name, b.name)));
}

/** Takes files that are dropped anywhere on the page, and says so while they hover. */
export function DropOverlay({
  onFiles,
}: {
  readonly onFiles: (files: readonly File[]) => void;
}): JSX.Element | null {
  const [isOver, setOver] = useState(false);
  useEffect(() => {
    const hasFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes("Files") === true;
    const onDragOver = (event: DragEvent): void => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      setOver(true);
    };
    const onDragLeave = (event: DragEvent): void => {
      // Only when it leaves the window, not one element for another.
      if (event.relatedTarget === null) setOver(false);
    };
    const onDrop = (event: DragEvent): void => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      setOver(false);
      onFiles([...(event.dataTransfer?.files ?? [])]);
    };
    window.addEventListener("dragover", onDragOver);
    window.addEventListener("dragleave", onDragLeave);
    window.addEventListener("drop", onDrop);
    return () => {
      window.removeEventListener("dragover", onDragOver);
      window.removeEventListener("dragleave", onDragLeave);
      window.removeEventListener("drop", onDrop);
    };
  }, [onFiles]);
  return isOver ? <div class="hs-drop-overlay">{escapeText(say(DROP_WORDS).overlay)}</div> : null;
}
