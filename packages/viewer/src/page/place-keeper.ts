/**
 * The place of the page in step with its address, both ways. Who goes somewhere else begins a new stay, and every stay has a
 * `go` of its own: what is late (a timer, an answer) may replace the address only while the stay for which it was meant lasts.
 * That the view of a former stay is gone does not say it all: its effects end only after the next frame.
 */
import { parseAddress, placeAddress } from "./place-address.ts";
import type { Place } from "./place.ts";
import type { ViewProps } from "./view.ts";

type Go = ViewProps<"overview">["go"];

/** What is used of the window. */
export interface PlaceWindow {
  readonly location: { readonly hash: string };
  readonly history: Pick<History, "pushState" | "replaceState">;
}

export interface Stay {
  /** None while the address has none: the page then chooses. */
  readonly place: Place | undefined;
  readonly go: Go;
}

export class PlaceKeeper {
  stay: Stay;
  private readonly window: PlaceWindow;
  private readonly onChange: (stay: Stay) => void;
  /** The address of the stay, which the window's may have left already. */
  private hash: string;

  constructor(window: PlaceWindow, onChange: (stay: Stay) => void) {
    this.window = window;
    this.onChange = onChange;
    this.hash = window.location.hash;
    this.stay = { place: placeOf(this.hash), go: this.makeGo() };
  }

  /** On `popstate`: back, forward, a link, an address that is typed. A link to where the page is already begins a new stay, too. */
  readonly follow = (): void => {
    const { hash } = this.window.location;
    this.arrive(hash, { place: placeOf(hash), go: this.makeGo() });
  };

  /** On `hashchange`, which comes after `popstate` and mostly tells nothing new. */
  readonly followChange = (): void => {
    if (this.window.location.hash !== this.hash) this.follow();
  };

  private arrive(hash: string, stay: Stay): void {
    this.hash = hash;
    this.stay = stay;
    this.onChange(stay);
  }

  private makeGo(): Go {
    const go: Go = (place, how) => {
      const { location, history } = this.window;
      const address = placeAddress(place);
      if (address === location.hash) return;
      if (how?.replace === true) {
        if (this.stay.go !== go || location.hash !== this.hash) return;
        history.replaceState(null, "", address);
        this.arrive(address, { place, go });
      } else {
        history.pushState(null, "", address);
        this.arrive(address, { place, go: this.makeGo() });
      }
    };
    return go;
  }
}

function placeOf(hash: string): Place | undefined {
  return hash.startsWith("#/") ? parseAddress(hash) : undefined;
}
