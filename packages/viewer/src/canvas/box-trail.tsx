/** The way from the whole to the box that fills a chart. Each part goes back to itself; the last is where one is. */
import type { JSX } from "preact";
import { say } from "../words/words.ts";
import { canvasWords } from "./words.ts";

export interface TrailPart {
  readonly key: string;
  readonly name: string;
  /** A link where the place has an address. */
  readonly href?: string;
  readonly go?: () => void;
}

export function BoxTrail({ parts }: { readonly parts: readonly TrailPart[] }): JSX.Element {
  return (
    <nav aria-label={say(canvasWords).breadcrumb}>
      <ol class="hs-boxes-crumbs">
        {shorten(parts).map((part, index, shown) => (
          <li key={part.key}>
            {index === shown.length - 1 ? (
              <span aria-current="location">{part.name}</span>
            ) : part.href !== undefined ? (
              <a href={part.href}>{part.name}</a>
            ) : part.go !== undefined ? (
              <button type="button" onClick={part.go}>
                {part.name}
              </button>
            ) : (
              <span>{part.name}</span>
            )}
          </li>
        ))}
      </ol>
    </nav>
  );
}

/** Chains of dominators may have thousands of links: the first two and the last six are enough to go back by. */
function shorten(parts: readonly TrailPart[]): readonly TrailPart[] {
  return parts.length <= 9
    ? parts
    : [...parts.slice(0, 2), { key: "…", name: `… ${parts.length - 8} …` }, ...parts.slice(-6)];
}
