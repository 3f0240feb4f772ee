/**
 * Two panes, one above the other, with a bar between them that is moved by mouse (or finger) and by keyboard: arrows, Home, End.
 * The height of the lower pane is remembered in this browser. The bar is a `separator` with a value, as ARIA wants it.
 */
import type { ComponentChildren } from "preact";
import { useRef, useState } from "preact/hooks";
import { say } from "../../words/words.ts";
import { PANE_WORDS } from "./words.ts";
import "./split-pane.css";

const STEP = 24;
const LEAST = 80;

export function SplitPane(props: {
  /** Under which name the height is remembered. */
  readonly name: string;
  readonly children: ComponentChildren;
  readonly lower: ComponentChildren;
  /** Nothing is selected: the lower pane is a line that says so. */
  readonly isIdle: boolean;
}) {
  const words = say(PANE_WORDS);
  const box = useRef<HTMLDivElement>(null);
  const [height, setHeight] = useState(() => rememberedHeight(props.name));

  const resize = (wanted: number, isDone: boolean): void => {
    const most = Math.max(LEAST, (box.current?.clientHeight ?? 600) - LEAST);
    const next = Math.round(Math.min(most, Math.max(LEAST, wanted)));
    setHeight(next);
    if (isDone) remember(props.name, next);
  };
  const heightAt = (event: PointerEvent): number =>
    (box.current?.getBoundingClientRect().bottom ?? 0) - event.clientY;

  return (
    <div class="hs-split" ref={box}>
      <div class="hs-split-upper">{props.children}</div>
      {props.isIdle ? (
        <div class="hs-split-idle">{props.lower}</div>
      ) : (
        <>
          <div
            class="hs-split-bar"
            role="separator"
            aria-orientation="horizontal"
            aria-label={words.resize}
            aria-valuenow={height}
            aria-valuemin={LEAST}
            aria-valuemax={Math.max(height, box.current?.clientHeight ?? height)}
            tabIndex={0}
            onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
            onPointerMove={(event) => {
              if (event.currentTarget.hasPointerCapture(event.pointerId)) resize(heightAt(event), false);
            }}
            onPointerUp={(event) => {
              if (event.currentTarget.hasPointerCapture(event.pointerId)) resize(heightAt(event), true);
            }}
            onKeyDown={(event) => {
              const wanted = heightByKey(event.key, height);
              if (wanted === undefined) return;
              event.preventDefault();
              event.stopPropagation();
              resize(wanted, true);
            }}
          />
          <div class="hs-split-lower" style={{ "--hs-split-height": `${height}px` }}>
            {props.lower}
          </div>
        </>
      )}
    </div>
  );
}

function heightByKey(key: string, height: number): number | undefined {
  switch (key) {
    case "ArrowUp":
      return height + STEP;
    case "ArrowDown":
      return height - STEP;
    case "PageUp":
      return height + 4 * STEP;
    case "PageDown":
      return height - 4 * STEP;
    case "Home":
      return Number.MAX_SAFE_INTEGER;
    case "End":
      return LEAST;
    default:
      return undefined;
  }
}

// Where storage is refused (a file opened from disk, strict settings), the height is the usual one each time.

function rememberedHeight(name: string): number {
  const usual = Math.round(globalThis.innerHeight * 0.4);
  try {
    return Number(localStorage.getItem(`hs-split-${name}`)) || usual;
  } catch {
    return usual;
  }
}

function remember(name: string, height: number): void {
  try {
    localStorage.setItem(`hs-split-${name}`, String(height));
  } catch {
    // Not remembered.
  }
}
