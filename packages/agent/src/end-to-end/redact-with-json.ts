// For tests: what a redactor must not touch, said in the plainest way: the whole file through JSON.parse.

/** Everything of a snapshot but its texts, and of those the lengths. */
export function withoutTexts(bytes: Uint8Array): unknown {
  const file = JSON.parse(Buffer.from(bytes).toString()) as { strings: string[] };
  return { ...file, strings: file.strings.map(({ length }) => length) };
}

/** Texts that only nodes have as names which hold values, and no reference or other node. */
export function valuesOf(bytes: Uint8Array): Set<number> {
  const file = JSON.parse(Buffer.from(bytes).toString()) as {
    snapshot: {
      meta: {
        node_fields: string[];
        node_types: string[][];
        edge_fields: string[];
        edge_types: string[][];
        trace_function_info_fields?: string[];
      };
    };
    nodes: number[];
    edges: number[];
    trace_function_infos: number[];
    strings: string[];
  };
  const {
    node_fields: nodeFields,
    node_types: nodeTypes,
    edge_fields: edgeFields,
    edge_types: edgeTypes,
  } = file.snapshot.meta;
  const values = new Set<number>();
  const labels = new Set<number>();
  const typeOf = (at: number): string => nodeTypes[nodeFields.indexOf("type")]![file.nodes[at]!]!;
  for (let at = 0; at < file.nodes.length; at += nodeFields.length)
    (typeOf(at) === "string" || typeOf(at) === "regexp" ? values : labels).add(
      file.nodes[at + nodeFields.indexOf("name")]!,
    );
  for (let at = 0; at < file.edges.length; at += edgeFields.length)
    if (!["element", "hidden"].includes(edgeTypes[0]![file.edges[at]!]!)) labels.add(file.edges[at + 1]!);
  const traceFields = file.snapshot.meta.trace_function_info_fields ?? [];
  for (const [i, field] of traceFields.entries())
    if (field.includes("name"))
      for (let at = i; at < file.trace_function_infos.length; at += traceFields.length)
        labels.add(file.trace_function_infos[at]!);
  for (const label of labels) values.delete(label);
  return values;
}

/** The texts. */
export function textsOf(bytes: Uint8Array): string[] {
  return (JSON.parse(Buffer.from(bytes).toString()) as { strings: string[] }).strings;
}
