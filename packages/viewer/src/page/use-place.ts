/** The place of the page, which is in its address, and what goes to another from there. */
import { useLayoutEffect, useMemo, useState } from "preact/hooks";
import { PlaceKeeper, type Stay } from "./place-keeper.ts";

export function usePlace(): Stay {
  const [, setStay] = useState<Stay>();
  const keeper = useMemo(() => new PlaceKeeper(window, setStay), []);
  useLayoutEffect(() => {
    window.addEventListener("popstate", keeper.follow);
    window.addEventListener("hashchange", keeper.followChange);
    return () => {
      window.removeEventListener("popstate", keeper.follow);
      window.removeEventListener("hashchange", keeper.followChange);
    };
  }, [keeper]);
  return keeper.stay;
}
