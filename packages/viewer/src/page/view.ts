/** What every view gets from the page around it. A view is a component in `views/NAME/`, listed in `views/index.ts`. */
import type { FileEntry, Link } from "../protocol/index.ts";
import type { Place, PlaceOf, ViewName } from "./place.ts";

export interface ViewProps<View extends ViewName> {
  readonly place: PlaceOf<View>;
  readonly link: Link;
  readonly files: readonly FileEntry[];
  /**
   * Goes to a place; with `replace` without a new entry in the history (typing in a filter, selecting a row). It is of the stay
   * at this place: once the reader is elsewhere, it replaces nothing any more.
   */
  readonly go: (place: Place, how?: { readonly replace?: boolean }) => void;
  /** The address of a place, for real links: `<a href={hrefOf(place)}>`. */
  readonly hrefOf: (place: Place) => string;
}
