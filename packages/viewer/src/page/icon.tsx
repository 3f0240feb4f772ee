/** Drawings of the page, 16 × 16, in the colour of the text around them. They say nothing to screen readers: words do. */
import type { JSX } from "preact";

const PATHS = {
  overview: "M2.5 3.5h11v3.5h-11zM2.5 9.5h4.5v3.5h-4.5zM9.5 9.5h4v3.5h-4z",
  summary: "M2.5 4h11M2.5 8h8M2.5 12h5",
  comparison: "M4.5 2.5v11M2.5 4.5l2-2 2 2M11.5 13.5v-11M9.5 11.5l2 2 2-2",
  growth: "M2.5 13.5h11M3 10.5l3.5-3 2.5 1.5 4.5-5.5",
  containment: "M3 2.5v9h4M3 6h4M9.5 4.5h4v3h-4zM9.5 10h4v3h-4z",
  dominators: "M2.5 2.5h11v11h-11zM8.5 2.5v11M8.5 7.5h5M2.5 9.5h6",
  statistics: "M2.5 5.5h11v5h-11zM6.5 5.5v5M10.5 5.5v5",
  strings: "M3.5 4v3.5M6 4v3.5M10 4v3.5M12.5 4v3.5M2.5 12h11",
  allocation: "M3.5 13.5v-4M6.5 13.5v-8M9.5 13.5v-6M12.5 13.5v-11",
  profile: "M2.5 3h11M2.5 6.3h8M2.5 9.6h6M2.5 13h3",
  search: "M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9zM10.3 10.3l3.2 3.2",
  object: "M8 2l5.2 3v6L8 14l-5.2-3V5zM2.8 5L8 8l5.2-3M8 8v6",
  add: "M8 3v10M3 8h10",
  file: "M4 2.5h5l3 3v8h-8zM9 2.5v3h3",
  theme: "M8 2.5a5.5 5.5 0 1 0 0 11zM8 2.5a5.5 5.5 0 0 1 0 11",
  warning: "M8 2.5l6 11H2zM8 6.5v3.5M8 11.8v.2",
  good: "M3 8.5l3.5 3.5L13 4.5",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { readonly name: IconName }): JSX.Element {
  return (
    <svg class="hs-icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
