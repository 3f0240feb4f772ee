/** The views that there are for the file, at the side (on narrow windows: above). */
import type { JSX } from "preact";
import type { FileEntry } from "../protocol/index.ts";
import type { ViewEntry } from "../views/index.ts";
import { say } from "../words/words.ts";
import { Icon } from "./icon.tsx";
import { placeAddress } from "./place-address.ts";
import type { Place } from "./place.ts";
import { PAGE_WORDS, VIEW_WORDS } from "./words.ts";
import "./navigation.css";

export function Navigation({
  views,
  files,
  place,
}: {
  readonly views: readonly ViewEntry[];
  readonly files: readonly FileEntry[];
  readonly place: Place;
}): JSX.Element {
  const titles = say(VIEW_WORDS);
  return (
    <nav class="hs-navigation" aria-label={say(PAGE_WORDS).views}>
      <ul>
        {views.map((view) => (
          <li key={view.name}>
            <a
              href={placeAddress(view.start(place.file, files))}
              title={`${titles[view.name]} (g ${view.letter})`}
              {...(view.name === place.view ? { "aria-current": "page" as const } : {})}
            >
              <Icon name={view.icon} />
              <span>{titles[view.name]}</span>
              <kbd aria-hidden="true">{view.letter}</kbd>
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
