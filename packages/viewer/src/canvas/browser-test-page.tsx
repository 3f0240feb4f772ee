/** The page of `box-chart.browser.test.ts`: one chart of a small tree with a hostile name, and where it has been zoomed and opened. */
import { escapeText } from "@heapscope/wording";
import { render } from "preact";
import { useState } from "preact/hooks";
import type { BoxTree } from "../protocol/index.ts";
import { BoxChart } from "./box-chart.tsx";
import "../styles/tokens.css";
import "../styles/base.css";
import "./browser-test-page.css";

/** `<img>` has half of the heap, and in it `b` and `c`; `tiny` cannot be seen. */
const boxes: BoxTree = {
  parent: [-1, 0, 0, 0, 1, 1],
  value: [1000, 500, 400, 0.001, 300, 150],
  selfValue: [100, 50, 400, 0.001, 300, 150],
  label: ["whole", '<img src=x onerror="document.title=1">\u202e', "a", "tiny", "b", "c"],
  kind: ["", "K1", "K2", "K3", "K2", "K4"],
  id: [1, 2, 3, 4, 5, 6],
  count: [1, 1, 1, 1, 1, 1],
  location: ["", "", "", "", "", ""],
};

function Page() {
  const as = new URLSearchParams(location.search).get("as") === "icicle" ? "icicle" : "treemap";
  const [zoom, setZoom] = useState(0);
  const [opened, setOpened] = useState(-1);
  return (
    <main>
      <h1>Boxes</h1>
      <output>{`zoom ${zoom} opened ${opened}`}</output>
      <BoxChart
        label="Boxes"
        boxes={boxes}
        as={as}
        zoom={zoom}
        onZoom={setZoom}
        onZoomOut={() => setZoom(Math.max(0, boxes.parent[zoom]!))}
        nameOf={(box) => escapeText(boxes.label[box]!)}
        describe={(box) => [`${boxes.value[box]} bytes`]}
        onOpen={setOpened}
      />
    </main>
  );
}

render(<Page />, document.getElementById("app")!);
