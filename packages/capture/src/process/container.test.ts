import { expect, test } from "vitest";
import { parseCgroups } from "./cgroups.ts";
import { findContainer } from "./container.ts";

const id = "4f2a91c07be53d86a1f04c5e9b27d83064f1ae5c9d708b32e6a5f91c02d47b18";
const elsewhere = { sameNetwork: false, sameMount: false, samePidNamespace: false };
const here = { sameNetwork: true, sameMount: true, samePidNamespace: true };

function containerOf(cgroup: string, namespaces = elsewhere, own = "0::/\n"): unknown {
  return findContainer(parseCgroups(cgroup), namespaces, parseCgroups(own));
}

test("control groups of both versions are read", () => {
  expect(
    parseCgroups("9:memory:/docker/x\n4:cpu,cpuacct:/\n1:name=systemd:/a:b\n0::/system.slice\n"),
  ).toEqual([
    { controllers: ["memory"], path: "/docker/x" },
    { controllers: ["cpu", "cpuacct"], path: "/" },
    { controllers: ["name=systemd"], path: "/a:b" },
    { controllers: [], path: "/system.slice" },
  ]);
});

test.each([
  ["docker", `0::/system.slice/docker-${id}.scope\n`],
  ["docker", `12:pids:/docker/${id}\n0::/\n`],
  ["docker", `0::/../docker-${id}.scope\n`],
  ["podman", `0::/machine.slice/libpod-${id}.scope/container\n`],
  ["podman", `0::/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-${id}.scope\n`],
  [
    "kubernetes",
    `0::/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod0b6d.slice/cri-containerd-${id}.scope\n`,
  ],
  ["kubernetes", `11:memory:/kubepods/besteffort/pod5c01-9f/${id}\n`],
  ["kubernetes", `0::/kubepods.slice/kubepods-pod1f.slice/crio-${id}.scope\n`],
  ["kubernetes", `0::/kubepods.slice/kubepods-pod1f.slice/docker-${id}.scope\n`],
  ["containerd", `0::/default/${id}\n`],
  ["containerd", `0::/system.slice/nerdctl-${id}.scope\n`],
  ["other", `9:memory:/ecs/0f3c/${id}\n`],
])("%s is known by %s", (kind, cgroup) => {
  expect(containerOf(cgroup)).toEqual({ kind, id });
});

test("an lxc container is known by its name, and the monitor outside of it is in none", () => {
  expect(containerOf("0::/lxc.payload.web01/system.slice\n")).toEqual({ kind: "lxc", id: "web01" });
  expect(containerOf("7:memory:/lxc/web01\n")).toEqual({ kind: "lxc", id: "web01" });
  expect(containerOf("0::/lxc.monitor.web01\n", here)).toBeUndefined();
});

test("without a name, another process namespace makes a container", () => {
  expect(containerOf("0::/user.slice\n")).toEqual({ kind: "other" });
  expect(containerOf("0::/system.slice/web.service\n", { ...here, sameMount: false })).toBeUndefined();
});

test("what runs where we run is in no container, as seen from here", () => {
  const cgroup = `0::/system.slice/docker-${id}.scope\n`;
  expect(containerOf(cgroup, here)).toBeUndefined();
  // Another user's process in our own container: its namespaces are closed to us.
  const unknown = { sameNetwork: undefined, sameMount: undefined, samePidNamespace: undefined };
  expect(findContainer(parseCgroups(cgroup), unknown, parseCgroups(cgroup))).toBeUndefined();
  expect(findContainer(parseCgroups(cgroup), unknown, [])).toEqual({ kind: "docker", id });
});
