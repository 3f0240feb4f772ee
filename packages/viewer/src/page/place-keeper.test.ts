import { describe, expect, it } from "vitest";
import { PlaceKeeper, type PlaceWindow } from "./place-keeper.ts";
import type { Place } from "./place.ts";

const SELECTED: Place = { view: "summary", file: 1, id: 2221 };

/** A window with the addresses of its history, the present one last. */
class TestWindow implements PlaceWindow {
  readonly addresses: string[];
  readonly location: { hash: string };

  constructor(hash: string) {
    this.addresses = [hash];
    this.location = { hash };
  }

  readonly history: PlaceWindow["history"] = {
    pushState: (_data, _unused, url) => this.type(String(url)),
    replaceState: (_data, _unused, url) => {
      this.addresses.pop();
      this.type(String(url));
    },
  };

  /** As the browser does before its events. */
  type(hash: string): void {
    this.addresses.push(hash);
    this.location.hash = hash;
  }
}

function start(hash: string) {
  const window = new TestWindow(hash);
  let changes = 0;
  const keeper = new PlaceKeeper(window, () => changes++);
  return { window, keeper, changes: () => changes };
}

describe("the place", () => {
  it("goes on in the history, or replaces the address of this stay as often as wanted", () => {
    const { window, keeper } = start("#/2/summary");
    const { go } = keeper.stay;
    go({ view: "summary", file: 1, id: 1 }, { replace: true });
    go(SELECTED, { replace: true });
    expect(keeper.stay).toEqual({ place: SELECTED, go });
    expect(keeper.stay.place, "what was gone to is known again").toBe(SELECTED);
    go({ view: "statistics", file: 1 });
    expect(window.addresses).toEqual(["#/2/summary?id=2221", "#/2/statistics"]);
  });

  it("is not taken back by what is late: before the event of the new address, and after all is drawn", () => {
    const { window, keeper, changes } = start("#/2/summary");
    const late = keeper.stay.go;
    window.type("#/2/comparison?base=1");
    late(SELECTED, { replace: true });
    expect(window.addresses).toEqual(["#/2/summary", "#/2/comparison?base=1"]);
    keeper.follow();
    keeper.followChange();
    expect(changes()).toBe(1);
    late(SELECTED, { replace: true });
    expect(window.addresses).toEqual(["#/2/summary", "#/2/comparison?base=1"]);
    expect(keeper.stay.place).toEqual({ view: "comparison", base: 0, file: 1 });
  });

  it("is not taken back after a link of the page, nor when the reader is there once more", () => {
    const { window, keeper } = start("#/2/summary");
    const late = keeper.stay.go;
    late({ view: "statistics", file: 1 });
    late(SELECTED, { replace: true });
    expect(window.location.hash).toBe("#/2/statistics");
    window.type("#/2/summary");
    keeper.follow();
    late(SELECTED, { replace: true });
    expect(window.location.hash).toBe("#/2/summary");
    keeper.stay.go(SELECTED, { replace: true });
    expect(window.location.hash).toBe("#/2/summary?id=2221");
  });

  it("follows a browser that tells only of the change", () => {
    const { window, keeper } = start("");
    expect(keeper.stay.place).toBeUndefined();
    window.type("#/1/statistics");
    keeper.followChange();
    expect(keeper.stay.place).toEqual({ view: "statistics", file: 0 });
  });

  it("is a new one by a link to where the page is, so that its object is revealed again", () => {
    const { keeper } = start("#/2/summary?id=7");
    const { place } = keeper.stay;
    keeper.follow();
    expect(keeper.stay.place).toEqual(place);
    expect(keeper.stay.place).not.toBe(place);
  });
});
