/** What is known of the snapshot: its own counts, and what the record of its capture tells. */
import { escapeText, formatCount, formatSize } from "@heapscope/wording";
import type { JSX } from "preact";
import type { Fact, Overview } from "../../protocol/index.ts";
import { sayProblem } from "../../words/engine-words.ts";
import { getLanguage, say } from "../../words/words.ts";
import { OVERVIEW_WORDS } from "./words.ts";

export function Facts({ overview }: { readonly overview: Overview }): JSX.Element {
  const words = say(OVERVIEW_WORDS);
  const { nodeCount, edgeCount, stringCount, extraNativeBytes, facts, captureProblem } = overview;
  const counts: (readonly [name: string, value: string])[] = [
    [words.nodes, formatCount(nodeCount)],
    [words.edges, formatCount(edgeCount)],
    [words.strings, formatCount(stringCount)],
  ];
  if (extraNativeBytes > 0) counts.push([words.native, formatSize(extraNativeBytes)]);
  return (
    <section class="hs-card hs-padded">
      <div class="hs-card-head">
        <h2>{words.facts}</h2>
      </div>
      <dl class="hs-facts">
        {facts.map((fact) => (
          <div key={fact.fact}>
            <dt>{words.fact[fact.fact] ?? escapeText(fact.fact)}</dt>
            <dd title={escapeText(fact.value)}>{factValue(fact)}</dd>
          </div>
        ))}
        {counts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {captureProblem !== undefined ? (
        <p class="hs-muted">{escapeText(sayProblem(captureProblem))}</p>
      ) : (
        facts.length === 0 && <p class="hs-muted">{words.noFacts}</p>
      )}
    </section>
  );
}

function factValue({ fact, value }: Fact): string {
  const words = say(OVERVIEW_WORDS);
  switch (fact) {
    case "capturedAt": {
      const time = new Date(value);
      return Number.isNaN(time.getTime())
        ? escapeText(value)
        : time.toLocaleString(getLanguage(), { dateStyle: "medium", timeStyle: "medium" });
    }
    case "thread":
      return value === "main" ? words.main : escapeText(value);
    case "collectGarbage":
    case "numericValues":
    case "exposeInternals":
      return value === "yes" ? words.yes : value === "no" ? words.no : escapeText(value);
    default:
      return escapeText(value);
  }
}
