// One line on standard error that says what is being done and how far it is: `⠹ app.heapsnapshot: reading  312 MB of 935 MB`.
//
// It appears only when the work takes longer than a moment, and only where somebody watches. The engine reports from
// inside its loops, between which no timer can run; so the line is drawn from the reports themselves, and the spinner's
// own timer only helps while the program waits for a file.

import type { Progress } from "@heapscope/engine";
import yoctoSpinner from "yocto-spinner";
import { escapeText, formatPercent, formatSize } from "@heapscope/wording";
import type { ProgressLine } from "./progress.ts";
import { cutMiddle } from "./text/text-width.ts";

const QUIET_MS = 300;
const REDRAW_MS = 80;

/** The line on a terminal. */
export function createSpinnerLine(stream: NodeJS.WriteStream): ProgressLine {
  // cli.ts hears Ctrl-C itself.
  return new SpinnerLine(yoctoSpinner({ stream, handleSignals: false }), stream);
}

class SpinnerLine implements ProgressLine {
  readonly #spinner: ReturnType<typeof yoctoSpinner>;
  readonly #stream: NodeJS.WriteStream;
  readonly #startedAt = performance.now();
  #drawnAt = 0;
  #subject = "";
  #stopped = false;

  constructor(spinner: ReturnType<typeof yoctoSpinner>, stream: NodeJS.WriteStream) {
    this.#spinner = spinner;
    this.#stream = stream;
  }

  subject(text: string): void {
    this.#subject = escapeText(text);
  }

  report(progress: Progress): void {
    this.#draw(() => formatProgress(progress, this.#subject));
  }

  status(text: string): void {
    if (text === "") this.#spinner.stop();
    else this.#draw(() => escapeText(text));
  }

  above(write: () => void): void {
    const { isSpinning, text } = this.#spinner;
    if (isSpinning) this.#spinner.stop();
    write();
    if (isSpinning) this.#spinner.start(text);
  }

  #draw(format: () => string): void {
    const now = performance.now();
    if (this.#stopped || now - this.#startedAt < QUIET_MS || now - this.#drawnAt < REDRAW_MS) return;
    this.#drawnAt = now;
    // Two columns are the spinner's; a line as wide as the terminal would wrap.
    const room = Math.max(10, (this.#stream.columns || 80) - 3);
    const text = cutMiddle(format(), room);
    if (this.#spinner.isSpinning) this.#spinner.text = text;
    else this.#spinner.start(text);
  }

  stop(): void {
    this.#stopped = true;
    this.#spinner.stop();
  }
}

/** The words of one report. Only the stage "reading" counts bytes; other stages count objects or references. */
export function formatProgress(progress: Progress, subject: string): string {
  const { stage, done, total } = progress;
  const about = subject === "" ? stage : `${subject}: ${stage}`;
  const part = total === undefined || total <= 0 ? "" : `  ${formatPercent(Math.min(done, total), total)}`;
  if (stage !== "reading") return `${about}${part}`;
  return `${about}  ${formatSize(done)}${total === undefined ? "" : ` of ${formatSize(total)}`}${part}`;
}
