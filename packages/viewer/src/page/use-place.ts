/**
 * The place of the page in step with its address, both ways: `go` writes the address, and back, forward and an address that is
 * typed or pasted change the place.
 */
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { parseAddress, placeAddress } from "./place-address.ts";
import type { Place } from "./place.ts";
import type { ViewProps } from "./view.ts";

/** The place, and what goes to another. No place while the address has none: the page then chooses. */
export function usePlace(): readonly [place: Place | undefined, go: ViewProps<"overview">["go"]] {
  const [{ hash, place }, setState] = useState(currentState);
  /** The address of what is drawn. */
  const drawn = useRef(hash);
  drawn.current = hash;
  useEffect(() => {
    const follow = (): void => setState(currentState());
    window.addEventListener("popstate", follow);
    window.addEventListener("hashchange", follow);
    return () => {
      window.removeEventListener("popstate", follow);
      window.removeEventListener("hashchange", follow);
    };
  }, []);
  const go = useCallback((place: Place, how?: { readonly replace?: boolean }) => {
    const address = placeAddress(place);
    if (address === window.location.hash) return;
    if (how?.replace === true) {
      // A view that is about to be left, since the address has changed, must not put its own place there.
      if (window.location.hash !== drawn.current) return;
      window.history.replaceState(null, "", address);
    } else window.history.pushState(null, "", address);
    drawn.current = address;
    setState({ hash: address, place });
  }, []);
  return [place, go];
}

interface PlaceState {
  readonly hash: string;
  readonly place: Place | undefined;
}

function currentState(): PlaceState {
  const { hash } = window.location;
  return { hash, place: hash.startsWith("#/") ? parseAddress(hash) : undefined };
}
