/**
 * What a node is for someone who looks for leaks: something that the program sees, a part of such a thing that V8 keeps
 * beside it (backing stores, scopes), or V8's description of code and shapes, which comes and goes by rules of its own.
 *
 * Cost: O(nodes), a byte each; each name is looked at once.
 */
import { NodeType } from "../graph/node-types.ts";
import { CHECK_MASK, type Pass } from "../passes/pass.ts";
import type { GrowthRule } from "./growth-rules.ts";
import type { HoldingSource } from "./holding-nodes.ts";

export const NodeRole = {
  /** An object, function or string of the program. */
  visible: 0,
  /** A backing store, scope, cell or number: it belongs to what holds it. */
  part: 1,
  /** Code, feedback, shapes: not data of the program. */
  code: 2,
} as const;

/** Whether a node of this role and type is counted at its place, not as a part of what holds it. */
export function isCountedRole(role: number, type: number): boolean {
  return role === NodeRole.visible || type === NodeType.synthetic;
}

/** Internal nodes of type hidden that describe code or shapes. The rest of them hold data. */
const CODE_NAMES =
  /^system \/ (?:Map|FunctionTemplate\w*|ObjectTemplate\w*|\w*(?:Info|Handler|Handlers|Script|Boilerplate\w*|Feedback\w*|Metadata|BytecodeArray|Bytecode\w*|Code\w*|UncompiledData\w*|PreparseData|RegExpData\w*|Positions|AllocationSite\w*|AllocationMemento|DescriptorArray|TransitionArray|EnumCache|StringCache|InterpreterData|TemplateList|SourcePositions?\w*))(?: \/ .*)?$/;

/**
 * NodeIndex -> `NodeRole`.
 *
 * @param keep code or shapes that count as parts of what holds them, like data
 */
export function* computeNodeRoles(
  graph: HoldingSource["graph"],
  keep: ReadonlySet<GrowthRule> = new Set(),
): Pass<Uint8Array> {
  const { nodeCount, nodeType, nodeName, strings } = graph;
  const role = new Uint8Array(nodeCount);
  const codeRole = keep.has("code") ? NodeRole.part : NodeRole.code;
  const shapeRole = keep.has("shapes") ? NodeRole.part : NodeRole.code;
  // Node's own objects in C++ stand between an open handle and the program's object; they get new ids each time.
  const isNamedSystem = (name: number): boolean =>
    strings.startsWith(name, "system / ") || strings.startsWith(name, "Node / ");
  // StringIndex -> answer + 1.
  const isCodeName = new Uint8Array(strings.length);
  const isSystemName = new Uint8Array(strings.length);
  for (let node = 0; node < nodeCount; node++) {
    if ((node & CHECK_MASK) === 0) yield node / nodeCount;
    const name = nodeName[node];
    switch (nodeType[node]) {
      case NodeType.code:
        role[node] = codeRole;
        break;
      case NodeType.objectShape:
        // A cell is data: a variable of a module.
        role[node] = strings.equals(name, "system / Cell") ? NodeRole.part : shapeRole;
        break;
      case NodeType.hidden:
        role[node] =
          (isCodeName[name] ||= 1 + Number(CODE_NAMES.test(strings.get(name)))) === 2
            ? codeRole
            : NodeRole.part;
        break;
      case NodeType.array:
      case NodeType.synthetic:
      case NodeType.number: // a small integer gets another id in each snapshot that has them
        role[node] = NodeRole.part;
        break;
      case NodeType.object:
      case NodeType.native:
        role[node] =
          (isSystemName[name] ||= 1 + Number(isNamedSystem(name))) === 2 ? NodeRole.part : NodeRole.visible;
        break;
      default:
        role[node] = NodeRole.visible;
    }
  }
  return role;
}
