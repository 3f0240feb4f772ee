/** The page of one object. Which retainers are ignored is in the address. */
import type { ViewProps } from "../../page/view.ts";
import { ObjectPane } from "./object-pane.tsx";

export function ObjectView(props: ViewProps<"object">) {
  const { place, go } = props;
  return (
    <div class="hs-view">
      <ObjectPane
        link={props.link}
        files={props.files}
        go={go}
        hrefOf={props.hrefOf}
        file={place.file}
        id={place.id}
        isPage
        ignored={place.ignored ?? []}
        onIgnored={(ids) => {
          const { view, file, id } = place;
          go({ view, file, id, ...(ids.length === 0 ? {} : { ignored: ids }) });
        }}
      />
    </div>
  );
}
