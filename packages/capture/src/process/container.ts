// In which container a process runs, as its control groups tell: every container program names the group after the
// container. Without such a name, a process in another process namespace is in a container of some kind (`other`).
// What is in the same container as we are is in none, as seen from here.

import type { ControlGroup } from "./cgroups.ts";
import type { SharedNamespaces } from "./namespaces.ts";

export interface Container {
  readonly kind: "docker" | "podman" | "kubernetes" | "containerd" | "lxc" | "other";
  /** As the container program prints it: 64 hexadecimal digits, or the name of an lxc container. */
  readonly id?: string;
}

const ID = "[0-9a-f]{64}";

// In this order: Kubernetes runs its containers with containerd, CRI-O or Docker.
const PATTERNS: readonly (readonly [Container["kind"], RegExp])[] = [
  ["kubernetes", new RegExp(String.raw`/kubepods[^/]*/(?:.*[/-])?(${ID})(?:\.scope)?(?:/|$)`)],
  ["docker", new RegExp(String.raw`/(?:docker/|docker-)(${ID})(?:\.scope)?(?:/|$)`)],
  ["podman", new RegExp(String.raw`/libpod-(?:payload-)?(${ID})(?:\.scope)?(?:/|$)`)],
  [
    "containerd",
    new RegExp(String.raw`/(?:(?:default|k8s\.io)/|cri-containerd-|nerdctl-)(${ID})(?:\.scope)?(?:/|$)`),
  ],
  ["lxc", /\/lxc(?:\.payload)?[./](?!monitor\.)([^/]+)(?:\/|$)/],
  ["other", new RegExp(`/(?:[a-z]+-)?(${ID})(?:/|$)`)],
];

/** `own`: the control groups of this very process. */
export function findContainer(
  groups: readonly ControlGroup[],
  namespaces: SharedNamespaces,
  own: readonly ControlGroup[],
): Container | undefined {
  if (namespaces.samePidNamespace === true && namespaces.sameMount === true) return undefined;
  const container = containerOf(groups);
  if (container !== undefined) return container.id === containerOf(own)?.id ? undefined : container;
  return namespaces.samePidNamespace === false ? { kind: "other" } : undefined;
}

function containerOf(groups: readonly ControlGroup[]): Container | undefined {
  for (const [kind, pattern] of PATTERNS) {
    for (const { path } of groups) {
      const id = pattern.exec(path)?.[1];
      if (id !== undefined) return { kind, id };
    }
  }
  return undefined;
}
