/**
 * Class names, as DevTools' column "Constructor" shows them:
 *
 *     hidden            (system)            regexp             RegExp
 *     code              (compiled code)     object, native     the name that V8 gave, `<div id=x>` cut to `<div>`
 *     closure           Function            any other type     its name in parentheses, such as (string)
 *
 * Plain objects are named after the interface that they match (`interfaces.ts`), otherwise `Object`.
 *
 * A class is its name. DevTools' worker takes names by their position in the string table, so that, for example, objects
 * of a user's class `RegExp` and V8's regexps would be two classes of one name, of which it shows only one; here they
 * are one class and nothing is lost (`docs/format.md`).
 *
 * Cost: O(nodes); 4 bytes a node.
 */
import type { HeapGraph } from "../graph/heap-graph.ts";
import { NodeType } from "../graph/node-types.ts";
import type { InterfaceDefinition } from "./interfaces.ts";
import { NameKind, type NodeNames } from "./node-names.ts";
import { CHECK_MASK, type Pass } from "./pass.ts";

export interface ClassTable {
  /** NodeIndex -> position in `classNames`. */
  readonly classOf: Uint32Array;
  readonly classNames: readonly string[];
}

/**
 * Names the classes.
 *
 * @param matched NodeIndex -> position in `definitions` + 1, as `matchInterfaces` returns it. It becomes the table of
 *   classes: the memory is used again.
 */
export function* computeClasses(
  graph: Pick<HeapGraph, "nodeCount" | "nodeType" | "nodeName" | "nodeTypeNames" | "strings">,
  names: NodeNames,
  definitions: readonly InterfaceDefinition[],
  matched: Uint32Array,
): Pass<ClassTable> {
  const { nodeCount, nodeType, nodeName, nodeTypeNames, strings } = graph;
  const { kindOfString } = names;
  const classNames: string[] = [];
  const classOfName = new Map<string, number>();
  const classNamed = (name: string): number => {
    let index = classOfName.get(name);
    if (index === undefined) {
      index = classNames.push(name) - 1;
      classOfName.set(name, index);
    }
    return index;
  };

  const classOf = matched;
  // Everything that repeats is worked out once: a class per type, per definition, and per name of an object. 0: not yet.
  const classOfType = new Uint32Array(256);
  const classOfDefinition = new Uint32Array(definitions.length);
  const classOfString = new Uint32Array(strings.length);
  for (let node = 0; node < nodeCount; node++) {
    if ((node & CHECK_MASK) === 0) yield node / nodeCount;
    const type = nodeType[node];
    if (type !== NodeType.object && type !== NodeType.native) {
      classOf[node] = (classOfType[type] ||= classNamed(classNameOfType(type, nodeTypeNames)) + 1) - 1;
      continue;
    }
    const name = nodeName[node];
    const definition = type === NodeType.object && kindOfString[name] === NameKind.object ? matched[node] : 0;
    if (definition !== 0)
      classOf[node] =
        (classOfDefinition[definition - 1] ||= classNamed(definitions[definition - 1].name) + 1) - 1;
    else if (names.isRenamed(node)) classOf[node] = classNamed(cutElementName(names.raw(node)));
    else classOf[node] = (classOfString[name] ||= classNamed(cutElementName(strings.get(name))) + 1) - 1;
  }
  return { classOf, classNames };
}

function classNameOfType(type: number, nodeTypeNames: readonly string[]): string {
  switch (type) {
    case NodeType.hidden:
      return "(system)";
    case NodeType.code:
      return "(compiled code)";
    case NodeType.closure:
      return "Function";
    case NodeType.regexp:
      return "RegExp";
    default:
      return `(${nodeTypeNames[type]})`;
  }
}

/** `<div id="a">` is a `<div>`. */
function cutElementName(name: string): string {
  const from = name.startsWith("<") ? 0 : name.startsWith("Detached <") ? 10 : -1;
  if (from === -1) return name;
  const space = name.indexOf(" ", from);
  return space === -1 ? name : `${name.slice(0, space)}>`;
}
