// Names of the files of one capture. One snapshot has the name that was asked for; several share it:
//
//   app.heapsnapshot                one
//   app-2.heapsnapshot              the second of a series
//   app-2.worker-1-pool.heapsnapshot    the same moment of a worker thread
//   app.capture.json                what they have in common (capture.ts)
//
// A name that ends with a slash is that of a folder: app/2.heapsnapshot, app/2.worker-1-pool.heapsnapshot, app/capture.json.

import path from "node:path";

const ENDINGS = /(\.heapsnapshot(?:\.gz)?|\.json|\.gz)$/i;

/** The name that was asked for, taken apart. */
export interface FileNames {
  /** Without the ending; of a folder, with the slash. */
  readonly stem: string;
  /** `.heapsnapshot`, `.heapsnapshot.gz` … */
  readonly ending: string;
}

/** Takes a name apart and makes it absolute. `gzip` gives a name without an ending the right one. */
export function parseFileName(name: string, gzip: boolean): FileNames {
  const usual = gzip ? ".heapsnapshot.gz" : ".heapsnapshot";
  if (isFolderName(name)) return { stem: path.join(path.resolve(name), path.sep), ending: usual };
  const file = path.resolve(name);
  const ending = ENDINGS.exec(file)?.[1] ?? "";
  if (ending !== "") return { stem: file.slice(0, -ending.length), ending };
  return { stem: file, ending: usual };
}

/** The name of one snapshot. `round` counts from 1; `of` is how many there will be; the main thread has no name. */
export function formatFileName(
  { stem, ending }: FileNames,
  round: number,
  of: number,
  thread: string,
): string {
  const digits = String(round).padStart(String(of).length, "0");
  const number = isFolderName(stem) ? digits : of > 1 ? `-${digits}` : "";
  const name = thread === "main" ? "" : `.${fileNameOf(thread, 60)}`;
  return `${stem}${number}${name}${ending}`;
}

/** A text as a part of a file name: nothing that a shell or a file system takes for something else. */
export function fileNameOf(text: string, maxLength = 60): string {
  return text
    .replace(/[^\w.-]+/g, "-")
    .replace(/^[-.]+|-+$/g, "")
    .slice(0, maxLength);
}

/** The name of the manifest. */
export function manifestName({ stem }: FileNames): string {
  return isFolderName(stem) ? `${stem}capture.json` : `${stem}.capture.json`;
}

function isFolderName(name: string): boolean {
  return name.endsWith("/") || name.endsWith(path.sep);
}

/** A name that tells what it is of, and does not exist yet: `heap-4242-20261123-101530.heapsnapshot`. */
export function defaultFileName(target: string, at: Date, gzip: boolean, kind = "heapsnapshot"): string {
  return `${nameWithTime("heap", target, at)}.${kind}${gzip ? ".gz" : ""}`;
}

/** `heapscope-leaks-4242-20261123-101530`. */
export function nameWithTime(prefix: string, target: string, at: Date): string {
  const two = (value: number): string => String(value).padStart(2, "0");
  const day = `${at.getFullYear()}${two(at.getMonth() + 1)}${two(at.getDate())}`;
  const time = `${two(at.getHours())}${two(at.getMinutes())}${two(at.getSeconds())}`;
  const name = fileNameOf(path.basename(target), 40);
  return `${prefix}-${name || "target"}-${day}-${time}`;
}
