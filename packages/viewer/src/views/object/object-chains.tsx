/** Ways through the heap as lists of links: the shortest retaining path, the chain of dominators, an allocation stack. */
import { classLabel, escapeText, formatSize, functionLabel, objectHandle } from "@heapscope/wording";
import type { NodeId, ObjectAnswer, ObjectRow, PathLine } from "../../protocol/index.ts";
import { sayEdge, sayNode } from "../../words/engine-words.ts";
import { say } from "../../words/words.ts";
import { Location, ValueText } from "./object-name.tsx";
import { SizeWithShare, type ObjectScene } from "./object-columns.tsx";
import { PANE_WORDS } from "./words.ts";
import "./object-chains.css";

/** From a GC root down to the object; the last line is the object itself. */
export function PathChain(props: {
  readonly path: readonly PathLine[];
  readonly hrefOfObject: (id: NodeId) => string;
}) {
  const words = say(PANE_WORDS);
  if (props.path.length === 0) return <p class="hs-chain-sentence">{words.noPath}</p>;
  return (
    <>
      <p class="hs-chain-sentence">{words.pathSentence}</p>
      <ol class="hs-chain">
        {props.path.map((line, index) => (
          <li key={index} class="hs-chain-step">
            <StepEdge step={line} />
            <a class="hs-chain-object" href={props.hrefOfObject(line.id)} title={classLabel(line.className)}>
              <bdi>{escapeText(sayNode(line.node))}</bdi>
              <span class="hs-object-id">{objectHandle(line.id)}</span>
            </a>
            <Location at={line.location} />
          </li>
        ))}
      </ol>
    </>
  );
}

/** The reference of a step; nothing for a start such as `global`, which is its own name. */
export function StepEdge({ step }: { readonly step: Step }) {
  if (isStepItself(step)) return null;
  return (
    <>
      <span class="hs-edge">
        <bdi>{escapeText(sayEdge(step.edge))}</bdi>
      </span>{" "}
    </>
  );
}

/** Whether a step is called as what it leads to. */
export function isStepItself({ edge, node }: Step): boolean {
  return edge === node;
}

type Step = Pick<PathLine, "edge" | "node">;

export function DominatorChain(props: {
  readonly dominators: readonly ObjectRow[];
  readonly object: ObjectRow;
  readonly scene: ObjectScene;
}) {
  const words = say(PANE_WORDS);
  if (props.dominators.length === 0) return <p class="hs-chain-sentence">{words.noDominators}</p>;
  return (
    <>
      <p class="hs-chain-sentence">{words.dominatorsSentence}</p>
      <ol class="hs-chain">
        {[...props.dominators, props.object].map((row) => (
          <li key={row.id} class="hs-chain-step hs-chain-sized">
            <span class="hs-chain-size" title={words.retains(formatSize(row.retainedSize))}>
              <SizeWithShare size={row.retainedSize} totalSize={props.scene.totalSize} />
            </span>
            <a class="hs-chain-object" href={props.scene.hrefOfObject(row.id)}>
              <ValueText row={row} />
              <span class="hs-object-id">{objectHandle(row.id)}</span>
            </a>
            <Location at={row.location} />
          </li>
        ))}
      </ol>
    </>
  );
}

export function StackList({ stack }: { readonly stack: ObjectAnswer["allocationStack"] }) {
  const words = say(PANE_WORDS);
  return (
    <>
      <p class="hs-chain-sentence">{words.stackSentence}</p>
      <ol class="hs-chain">
        {stack.map((frame, index) => (
          <li key={index} class="hs-chain-step">
            <span class="hs-object-value">
              <bdi>{functionLabel(frame.functionName)}</bdi>
            </span>
            <Location at={frame.location} />
          </li>
        ))}
      </ol>
    </>
  );
}
