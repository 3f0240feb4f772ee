/**
 * The selected object of a table, which is in the address. A table reveals the object of an address that came from elsewhere: a
 * link, the history, a reload. What was selected in the table itself is in its place already. A link to the place where the page
 * already is reveals again, since every navigation makes a new place.
 */
import { useRef } from "preact/hooks";
import type { NodeId } from "../../protocol/index.ts";

export interface Selection {
  /** For the table's `reveal`. */
  readonly reveal: { readonly id: NodeId } | undefined;
  /** Whether the object was selected in the table, since this view is shown. */
  readonly isOwn: boolean;
  /** Goes to the place with the object that was selected in the table, unless it is that already. */
  select(id: NodeId | undefined): void;
}

export function useSelection<At extends { readonly id?: NodeId }>(
  place: At,
  go: (place: At, how: { readonly replace: true }) => void,
): Selection {
  const own = useRef<At | undefined>(undefined);
  const isOwn = place === own.current;
  return {
    reveal: place.id === undefined || isOwn ? undefined : (place as At & { readonly id: NodeId }),
    isOwn,
    select(id) {
      if (id === undefined || id === place.id) return;
      const next = { ...place, id };
      own.current = next;
      go(next, { replace: true });
    },
  };
}
