/**
 * The place of the page in step with its address, both ways: `go` writes the address, and back, forward and an address that is
 * typed or pasted change the place.
 */
import { useCallback, useEffect, useState } from "preact/hooks";
import { parseAddress, placeAddress } from "./place-address.ts";
import type { Place } from "./place.ts";
import type { ViewProps } from "./view.ts";

/** The place, and what goes to another. No place while the address has none: the page then chooses. */
export function usePlace(): readonly [place: Place | undefined, go: ViewProps<"overview">["go"]] {
  const [place, setPlace] = useState(currentPlace);
  useEffect(() => {
    const follow = (): void => setPlace(currentPlace());
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
    if (how?.replace === true) window.history.replaceState(null, "", address);
    else window.history.pushState(null, "", address);
    setPlace(place);
  }, []);
  return [place, go];
}

function currentPlace(): Place | undefined {
  const { hash } = window.location;
  return hash.startsWith("#/") ? parseAddress(hash) : undefined;
}
