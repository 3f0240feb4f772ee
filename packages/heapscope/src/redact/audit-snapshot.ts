// What secrets a snapshot holds, and what holds them, without saying any of them: `heapscope redact --audit`. Uses the agent's
// patterns on the texts, and the engine to know whose they are.
//
// Cost: O(nodes + edges), and each text is looked at once.

import { EdgeType, NodeType, type HeapSnapshot } from "@heapscope/engine";
import { replaceSecrets, SECRET_NAME, type SecretPattern } from "@heapscope/agent/redact";
import type { AuditLine } from "../schemas/redact.ts";

/** Holders of one kind of secret that are told. */
const MOST_HOLDERS = 5;
/** What a property's name says alone, whatever the value looks like. */
const BY_NAME = "value";

/** One line for each kind of secret that was found, most texts first. */
export function auditSnapshot(snapshot: HeapSnapshot, patterns: readonly SecretPattern[]): AuditLine[] {
  const { graph } = snapshot;
  const { nodeCount, nodeType, nodeName, firstEdge, edgeType, edgeName, edgeTarget, strings } = graph;
  const found = new Map<string, { texts: Set<number>; occurrences: number; holders: Map<string, number> }>();
  /** Position of a text -> the kinds of secrets in it. */
  const kindsOf = new Map<number, Set<string>>();
  const isSecretName = new Uint8Array(strings.length);
  const add = (text: number, kind: string): void => {
    let entry = found.get(kind);
    if (entry === undefined)
      found.set(kind, (entry = { texts: new Set(), occurrences: 0, holders: new Map() }));
    entry.texts.add(text);
    entry.occurrences++;
    const kinds = kindsOf.get(text);
    if (kinds === undefined) kindsOf.set(text, new Set([kind]));
    else kinds.add(kind);
  };
  for (let text = 0; text < strings.length; text++) {
    const words = strings.get(text);
    if (SECRET_NAME.test(words)) isSecretName[text] = 1;
    replaceSecrets(words, false, patterns, (secret, kind) => {
      add(text, kind);
      return "x".repeat(secret.length);
    });
  }
  const isText = (node: number): boolean =>
    nodeType[node] === NodeType.string ||
    nodeType[node] === NodeType.consString ||
    nodeType[node] === NodeType.slicedString;
  for (let node = 0; node < nodeCount; node++) {
    for (let edge = firstEdge[node]!; edge < firstEdge[node + 1]!; edge++) {
      const target = edgeTarget[edge]!;
      const text = nodeName[target]!;
      const type = edgeType[edge];
      const isNamed = type === EdgeType.property || type === EdgeType.context;
      if (
        isNamed &&
        nodeType[target] === NodeType.string &&
        isSecretName[edgeName[edge]!] === 1 &&
        !strings.isEmpty(text) &&
        !kindsOf.has(text)
      )
        add(text, BY_NAME);
      const kinds = isText(target) ? kindsOf.get(text) : undefined;
      // That V8 keeps a list of all texts says nothing.
      if (kinds === undefined || nodeType[node] === NodeType.synthetic) continue;
      const holder = describeHolder(
        snapshot,
        node,
        isNamed ? strings.get(edgeName[edge]!) : undefined,
        patterns,
      );
      for (const kind of kinds) {
        const { holders } = found.get(kind)!;
        holders.set(holder, (holders.get(holder) ?? 0) + 1);
      }
    }
  }
  return [...found]
    .map(([pattern, { texts, occurrences, holders }]) => ({
      pattern,
      texts: texts.size,
      occurrences,
      holders: [...holders]
        .sort((a, b) => b[1] - a[1])
        .slice(0, MOST_HOLDERS)
        .map(([holder, count]) => ({ holder, count })),
    }))
    .sort((a, b) => b.texts - a.texts || (a.pattern < b.pattern ? -1 : 1));
}

/** `Session.token`; `(array)`; for a variable `(scope).token`. Secrets in names are left out here, too. */
function describeHolder(
  snapshot: HeapSnapshot,
  node: number,
  name: string | undefined,
  patterns: readonly SecretPattern[],
): string {
  const { classOf, classNames } = snapshot.classes;
  const holder = classNames[classOf[node]!]!;
  const text = name === undefined ? holder : `${holder}.${name}`;
  return replaceSecrets(text, true, patterns, (secret) => "…".padEnd(Math.min(secret.length, 3), "…"));
}
