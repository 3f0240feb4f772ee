/** An object as a programmer would write it down: fields, map entries, items, closure variables, each value a link. */
import { escapeText, formatCount, formatSize } from "@heapscope/wording";
import type { NodeId, ObjectAnswer, PreviewLine } from "../../protocol/index.ts";
import { say } from "../../words/words.ts";
import { typeClass } from "./object-name.tsx";
import { OBJECT_WORDS } from "./object-words.ts";
import { Pager } from "./object-text.tsx";
import { PANE_WORDS } from "./words.ts";
import "./object-preview.css";

/** Lines that the desk gives at once. */
const PREVIEW_PAGE = 200;

export function ObjectPreview(props: {
  readonly answer: ObjectAnswer;
  readonly from: number;
  readonly onMove: (from: number) => void;
  readonly hrefOfObject: (id: NodeId) => string;
}) {
  const words = say(PANE_WORDS);
  const { preview, previewTotal, text } = props.answer;
  if (previewTotal === 0) {
    return text === undefined ? <p class="hs-preview-none">{words.noContent}</p> : null;
  }
  return (
    <div class="hs-preview">
      {sections(preview).map(({ kind, lines }, index) => (
        <section key={`${kind}${index}`} aria-label={words.contentIs[kind]}>
          <div class="hs-preview-kind">{words.contentIs[kind]}</div>
          <dl class="hs-preview-lines">
            {lines.map((line, position) => (
              <Line key={position} line={line} hrefOfObject={props.hrefOfObject} />
            ))}
          </dl>
        </section>
      ))}
      <Pager
        from={props.from}
        count={preview.length}
        total={previewTotal}
        size={PREVIEW_PAGE}
        label={words.lines}
        onMove={props.onMove}
      />
    </div>
  );
}

function Line({
  line,
  hrefOfObject,
}: {
  readonly line: PreviewLine;
  readonly hrefOfObject: (id: NodeId) => string;
}) {
  const name = escapeText(line.name);
  const value = escapeText(line.value);
  return (
    <div class="hs-preview-line">
      <dt class={line.kind === "internal" ? "hs-edge hs-edge-internal" : "hs-edge"} title={name}>
        {line.keyId === undefined ? (
          <bdi>{name}</bdi>
        ) : (
          <a href={hrefOfObject(line.keyId)}>
            <bdi>{name}</bdi>
          </a>
        )}
      </dt>
      <dd title={value}>
        {line.id === undefined ? (
          <bdi class={`hs-object-value ${typeClass(line.valueType)}`}>{value}</bdi>
        ) : (
          <a class={`hs-object-value ${typeClass(line.valueType)}`} href={hrefOfObject(line.id)}>
            <bdi>{value}</bdi>
          </a>
        )}
      </dd>
      {line.retainedSize !== undefined && (
        <dd class="hs-preview-size" title={exactly(line.retainedSize)}>
          {formatSize(line.retainedSize)}
        </dd>
      )}
    </div>
  );
}

function exactly(size: number): string {
  return `${say(PANE_WORDS).retained}: ${say(OBJECT_WORDS).bytes(formatCount(size))}`;
}

/** Lines of one kind that follow each other. */
function sections(lines: readonly PreviewLine[]): { kind: PreviewLine["kind"]; lines: PreviewLine[] }[] {
  const found: { kind: PreviewLine["kind"]; lines: PreviewLine[] }[] = [];
  for (const line of lines) {
    const last = found.at(-1);
    if (last?.kind === line.kind) last.lines.push(line);
    else found.push({ kind: line.kind, lines: [line] });
  }
  return found;
}
