/**
 * A tree of boxes on one canvas: treemap, icicle or flame chart. A click or Enter zooms into a box, Escape or Backspace zooms
 * out, arrow keys walk, the pointer shows exact numbers. Whoever cannot see it hears each box as it is reached; the table of
 * the same data is the alternative.
 *
 * It is drawn only when something has changed, at most once a frame: `draw-boxes.ts`. Outlines of the box under the pointer
 * and of the one with the focus are elements above the canvas, so that moving them draws nothing. A box is found under the
 * pointer by going down the tree, not by elements.
 */
import type { JSX } from "preact";
import { useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { escapeText } from "@heapscope/wording";
import type { BoxTree } from "../protocol/index.ts";
import { say } from "../words/words.ts";
import {
  findBoxAt,
  findChildren,
  layOutIcicle,
  layOutTreemap,
  rectangleOf,
  walkFrom,
  type BoxChildren,
  type BoxLayout,
  type Direction,
  type Rectangle,
} from "./box-layout.ts";
import { CutTexts, drawBoxes, STILL, type View } from "./draw-boxes.ts";
import { readPalette, type Palette } from "./palette.ts";
import { canvasWords } from "./words.ts";
import "./box-chart.css";

export interface BoxChartProps {
  /** What it shows, for screen readers. */
  readonly label: string;
  readonly boxes: BoxTree;
  readonly as: "treemap" | "icicle";
  /** The box that fills the chart. */
  readonly zoom: number;
  readonly onZoom: (box: number) => void;
  /** Zooms out of what fills the chart; nothing to do at the whole. */
  readonly onZoomOut: () => void;
  /** As it is written on the box, escaped. */
  readonly nameOf: (box: number) => string;
  /** Exact numbers for the tooltip and for screen readers, the name not among them. */
  readonly describe: (box: number) => readonly string[];
  readonly isFound?: ((box: number) => boolean) | undefined;
  /** The box that has the keyboard's focus, or the pointer. */
  readonly onPoint?: (box: number) => void;
  /** Shift+Enter, or a click with Shift, Ctrl or Command. */
  readonly onOpen?: (box: number) => void;
}

const ZOOM_MS = 150;

const KEYS: Readonly<Record<string, Direction>> = {
  ArrowUp: "parent",
  ArrowDown: "child",
  ArrowLeft: "previous",
  ArrowRight: "next",
};

interface Size {
  readonly width: number;
  readonly height: number;
}

export function BoxChart(props: BoxChartProps): JSX.Element {
  const { label, boxes, as, zoom, onZoom, onZoomOut, nameOf, describe, isFound, onPoint, onOpen } = props;
  const words = say(canvasWords);
  const isNested = as === "treemap";
  const scroller = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const size = useSize(scroller);
  const palette = usePalette(scroller);
  const describedBy = useId();

  const children = useMemo(() => findChildren(boxes), [boxes]);
  const layout = useMemo(
    () => (isNested ? layOutTreemap(boxes, children, zoom, size) : layOutIcicle(boxes, children, zoom, size)),
    [boxes, children, isNested, zoom, size],
  );
  const [focused, setFocused] = useState({ boxes, box: zoom });
  const [hovered, setHovered] = useState<{ readonly box: number; readonly x: number; readonly y: number }>();
  // What is zoomed out of keeps the focus; other boxes begin with the whole.
  const focus = focused.boxes === boxes && layout.isShown[focused.box] === 1 ? focused.box : zoom;
  useEffect(() => setHovered(undefined), [boxes, layout]);
  const scroll = useRef(0);
  useLayoutEffect(() => {
    // Even where nothing is scrolled, scrolling makes the browser lay out the page at once, and then once more for the frame.
    if (scroll.current !== 0) scroller.current?.scrollTo(0, 0);
  }, [boxes, zoom]);

  const texts = useMemo(() => new CutTexts(), [palette]);
  const animation = useZoomAnimation(layout, boxes, zoom, size);
  const draw = useRef<() => void>(() => {});
  draw.current = () => {
    const surface = canvas.current;
    const context = surface?.getContext("2d", { alpha: false });
    if (!surface || !context || palette === undefined || size.width === 0) return;
    const ratio = window.devicePixelRatio || 1;
    const [width, height] = [Math.round(size.width * ratio), Math.round(size.height * ratio)];
    if (surface.width !== width || surface.height !== height) Object.assign(surface, { width, height });
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    const { view, isMoving } = animation.now();
    const moved = { ...view, moveY: view.moveY - scroll.current };
    drawBoxes(context, { boxes, layout, isNested, palette, texts, nameOf, isFound }, moved, size);
    if (isMoving) requestDraw();
  };
  const requestDraw = useFrame(draw);
  useLayoutEffect(requestDraw, [boxes, layout, palette, size, isFound, nameOf, requestDraw]);

  const point = (box: number): void => {
    setFocused({ boxes, box });
    onPoint?.(box);
    if (!isNested) scrollTo(scroller.current, rectangleOf(layout, box));
  };
  const boxAt = (event: MouseEvent): { box: number; x: number; y: number } => {
    const { left, top } = scroller.current!.getBoundingClientRect();
    const x = event.clientX - left;
    const y = event.clientY - top;
    return { box: findBoxAt(layout, children, { x, y: y + scroll.current }, isNested), x, y };
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const direction = KEYS[event.key];
    if (direction !== undefined) point(walkFrom(boxes, children, layout, focus, direction));
    else if (event.key === "Home") point(zoom);
    else if (event.key === "Enter" && event.shiftKey) onOpen?.(focus);
    else if (event.key === "Enter") {
      if (focus !== zoom) onZoom(focus);
    } else if (event.key === "Escape" || event.key === "Backspace") onZoomOut();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const onClick = (event: MouseEvent): void => {
    const { box } = boxAt(event);
    if (box === -1) return;
    point(box);
    if (event.shiftKey || event.ctrlKey || event.metaKey) onOpen?.(box);
    else if (box !== zoom) onZoom(box);
  };
  const onMove = (event: MouseEvent): void => {
    const at = boxAt(event);
    setHovered(at.box === -1 ? undefined : at);
  };

  const focusText = [
    `${nameOf(focus)}: ${describe(focus).map(escapeText).join(", ")}`,
    placeInWords(boxes, children, focus),
  ].join("; ");
  return (
    <div class="hs-boxes">
      <div
        class="hs-boxes-scroll"
        role="application"
        aria-roledescription={words.role}
        aria-label={label}
        aria-describedby={describedBy}
        tabIndex={0}
        ref={scroller}
        onScroll={(event) => {
          scroll.current = event.currentTarget.scrollTop;
          setHovered(undefined);
          requestDraw();
        }}
        onKeyDown={onKeyDown}
        onClick={onClick}
        onMouseMove={onMove}
        onMouseLeave={() => setHovered(undefined)}
      >
        <div class="hs-boxes-content" style={{ height: `${Math.max(size.height, layout.contentHeight)}px` }}>
          <canvas
            class="hs-boxes-canvas"
            ref={canvas}
            aria-hidden="true"
            style={{ height: `${size.height}px` }}
          />
          <Outline kind="focus" at={layout.shown.length > 0 ? rectangleOf(layout, focus) : undefined} />
          <Outline kind="hover" at={hovered && rectangleOf(layout, hovered.box)} />
        </div>
      </div>
      {hovered && (
        <Tooltip name={nameOf(hovered.box)} lines={describe(hovered.box)} at={hovered} size={size} />
      )}
      <p class="hs-unseen" id={describedBy}>
        {words.keys}
      </p>
      <p class="hs-unseen" aria-live="polite">
        {focusText}
      </p>
    </div>
  );
}

/** `level 2, box 1 of 7; 12 boxes inside`. */
function placeInWords(boxes: BoxTree, children: BoxChildren, box: number): string {
  const words = say(canvasWords);
  let level = 1;
  for (let at = boxes.parent[box] ?? -1; at >= 0; at = boxes.parent[at]!) level++;
  const above = boxes.parent[box] ?? -1;
  const [position, count] =
    above === -1 ? [1, 1] : [box - children.first[above]! + 1, children.count[above]!];
  return `${words.level(level, position, count)}; ${words.holds(children.count[box] ?? 0)}`;
}

function Outline({
  kind,
  at,
}: {
  readonly kind: "focus" | "hover";
  readonly at: Rectangle | undefined;
}): JSX.Element | null {
  if (at === undefined) return null;
  const style = {
    transform: `translate(${at.x}px, ${at.y}px)`,
    width: `${Math.max(3, at.width - 1)}px`,
    height: `${Math.max(3, at.height - 1)}px`,
  };
  return <div class={`hs-boxes-outline hs-boxes-${kind}`} style={style} />;
}

function Tooltip({
  name,
  lines,
  at,
  size,
}: {
  readonly name: string;
  readonly lines: readonly string[];
  readonly at: { readonly x: number; readonly y: number };
  readonly size: Size;
}): JSX.Element {
  // On the side of the pointer where there is more room.
  const style = {
    ...(at.x < size.width / 2 ? { left: `${at.x + 14}px` } : { right: `${size.width - at.x + 8}px` }),
    ...(at.y < size.height / 2 ? { top: `${at.y + 16}px` } : { bottom: `${size.height - at.y + 8}px` }),
  };
  return (
    <div class="hs-boxes-tooltip" style={style} aria-hidden="true">
      <strong>{name}</strong>
      {lines.map((line) => (
        <div key={line}>{escapeText(line)}</div>
      ))}
    </div>
  );
}

/** What asks for one call of `draw` in the next frame, however often it is called. */
function useFrame(draw: { readonly current: () => void }): () => void {
  const frame = useRef(0);
  useEffect(() => () => cancelAnimationFrame(frame.current), []);
  const request = useRef(() => {
    if (frame.current !== 0) return;
    frame.current = requestAnimationFrame(() => {
      frame.current = 0;
      draw.current();
    });
  });
  return request.current;
}

function useSize(element: { readonly current: HTMLElement | null }): Size {
  const [size, setSize] = useState<Size>({ width: 0, height: 0 });
  useLayoutEffect(() => {
    const measured = element.current;
    if (!measured) return undefined;
    const measure = (): void => {
      const { clientWidth: width, clientHeight: height } = measured;
      setSize((before) => (before.width === width && before.height === height ? before : { width, height }));
    };
    const observer = new ResizeObserver(measure);
    observer.observe(measured);
    measure();
    return () => observer.disconnect();
  }, [element]);
  return size;
}

/** Read again when the page changes between light and dark. */
function usePalette(element: { readonly current: HTMLElement | null }): Palette | undefined {
  const [palette, setPalette] = useState<Palette>();
  useLayoutEffect(() => {
    const read = (): void => {
      if (element.current) setPalette(readPalette(element.current));
    };
    read();
    const dark = matchMedia("(prefers-color-scheme: dark)");
    dark.addEventListener("change", read);
    const observer = new MutationObserver(read);
    observer.observe(document.documentElement, { attributeFilter: ["data-theme"] });
    return () => {
      dark.removeEventListener("change", read);
      observer.disconnect();
    };
  }, [element]);
  return palette;
}

/**
 * From where the new layout comes when another box is zoomed in: at first the new layout lies where its box was in the old one
 * (zooming in), or stretched so far that the old box fills the chart (zooming out).
 */
function useZoomAnimation(
  layout: BoxLayout,
  boxes: BoxTree,
  zoom: number,
  size: Size,
): { now(): { readonly view: View; readonly isMoving: boolean } } {
  const last = useRef({ layout, boxes, zoom });
  const running = useRef<{ readonly from: View; readonly start: number } | undefined>(undefined);
  if (last.current.layout !== layout) {
    const before = last.current;
    running.current = undefined;
    if (before.boxes === boxes && before.zoom !== zoom && !prefersStillness()) {
      const from =
        before.layout.isShown[zoom] === 1
          ? viewInto(rectangleOf(before.layout, zoom), size)
          : layout.isShown[before.zoom] === 1
            ? viewOutOf(rectangleOf(layout, before.zoom), size)
            : undefined;
      if (from !== undefined) running.current = { from, start: performance.now() };
    }
    last.current = { layout, boxes, zoom };
  }
  return {
    now() {
      const { current } = running;
      if (current === undefined) return { view: STILL, isMoving: false };
      const time = (performance.now() - current.start) / ZOOM_MS;
      if (time >= 1) {
        running.current = undefined;
        return { view: STILL, isMoving: false };
      }
      return { view: between(current.from, STILL, 1 - (1 - time) ** 3), isMoving: true };
    },
  };
}

function viewInto({ x, y, width, height }: Rectangle, size: Size): View {
  return { scaleX: width / size.width, scaleY: height / size.height, moveX: x, moveY: y };
}

function viewOutOf({ x, y, width, height }: Rectangle, size: Size): View {
  const scaleX = size.width / Math.max(1, width);
  const scaleY = size.height / Math.max(1, height);
  return { scaleX, scaleY, moveX: -x * scaleX, moveY: -y * scaleY };
}

function between(one: View, other: View, share: number): View {
  const mix = (a: number, b: number): number => a + (b - a) * share;
  return {
    scaleX: mix(one.scaleX, other.scaleX),
    scaleY: mix(one.scaleY, other.scaleY),
    moveX: mix(one.moveX, other.moveX),
    moveY: mix(one.moveY, other.moveY),
  };
}

function prefersStillness(): boolean {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}

/** Brings a row of an icicle into the window. */
function scrollTo(scroller: HTMLElement | null, { y, height }: Rectangle): void {
  if (scroller === null) return;
  if (y < scroller.scrollTop) scroller.scrollTop = y;
  else if (y + height > scroller.scrollTop + scroller.clientHeight)
    scroller.scrollTop = y + height - scroller.clientHeight;
}
