// What people read: the exact text of every command, on snapshots small enough to check by hand.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { captureRecordOf, drawFile } from "@heapscope/testkit";
import {
  buildServerCommand,
  fixture,
  gzip,
  recording,
  serverSnapshot,
  type BuiltCommand,
} from "./built-command.ts";

let command: BuiltCommand;

beforeAll(() => {
  command = buildServerCommand();
  command.write("server.heapsnapshot.gz", gzip(serverSnapshot()));
});
afterAll(() => command.remove());

/** Standard output of a run that must go well and have nothing to remark. */
function print(...words: string[]): string {
  const { code, stdout, stderr } = command.run(words);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return `\n${stdout}`;
}

describe("summary", () => {
  it("prints the total, DevTools' statistics and its Summary view", () => {
    expect(print("summary", "server.heapsnapshot")).toBe(`
1.5 kB in 14 objects; the largest group is global, which retains 1.5 kB (100 %).

Code          ███▎                         208 B   14 %
Strings       ██▉                          184 B   12 %
JS arrays                                    0 B    0 %
Typed arrays                                 0 B    0 %
System                                       0 B    0 %
Other JS      █████████████████▉          1.1 kB   74 %
Other non-JS                                 0 B    0 %

Constructor             Count  Distance  Shallow size  Retained size
global                      1         1   96 B    6 %  1.5 kB  100 %
Cache                       1         2   24 B    2 %  1.4 kB   91 %
Map                         1         3  840 B   55 %  1.0 kB   66 %
Function                    1         3   64 B    4 %   344 B   23 %
(compiled code)             2         4  208 B   14 %   248 B   16 %
(string)                    5         2  184 B   12 %   184 B   12 %
Session                     2         5   96 B    6 %   176 B   12 %
\\x1b[31mEvil\\n\\u{202e}      1         2   16 B    1 %    16 B    1 %

next: heapscope summary server.heapsnapshot --filter NAME   objects of a constructor
      heapscope dominators server.heapsnapshot              the largest objects
`);
  });

  it("lists the objects of the groups that match a filter", () => {
    expect(print("summary", "server.heapsnapshot", "--filter", "session")).toBe(`
96 B in 2 objects of 1 group whose constructor matches session.

Constructor  Count  Distance  Shallow size  Retained size
Session          2         5   96 B    6 %   176 B   12 %

Objects of these groups
Object       Distance  Shallow size  Retained size
Session @21         5   48 B    3 %    88 B    6 %
Session @23         5   48 B    3 %    88 B    6 %

next: heapscope path server.heapsnapshot @21     why it is still there
      heapscope object server.heapsnapshot @21   what it holds
`);
  });

  it("takes a regular expression as a filter, and says when nothing matches", () => {
    expect(print("summary", "server.heapsnapshot", "--filter", "/^S/")).toContain("\nSession ");
    expect(print("summary", "server.heapsnapshot", "--filter", "/^s/")).toBe(`
No group whose constructor matches /^s/.

next: heapscope summary server.heapsnapshot --filter NAME   objects of a constructor
      heapscope dominators server.heapsnapshot              the largest objects
`);
  });

  it("does not deny objects that have no size, which are in no group", () => {
    command.write("sizeless.heapsnapshot", drawFile("global:object:global(0)@5 -foo-> foo:Foo(0)@71"));
    expect(print("summary", "sizeless.heapsnapshot")).toContain(
      "\n0 B; no object of the snapshot has a size.\n",
    );
    expect(print("summary", "sizeless.heapsnapshot", "--filter", "Foo")).toContain(
      "\nNo group whose constructor matches Foo.\n",
    );
  });

  it("announces what --limit leaves out, and how to get it", () => {
    const cut = print("summary", "server.heapsnapshot", "--limit", "7");
    expect(cut).toContain("\n… 1 more group; --limit 0 shows all\n");
    expect(cut).not.toContain("Evil");
    expect(print("summary", "server.heapsnapshot", "--limit", "3")).toContain("\n… 5 more groups; --limit 0");
    const all = print("summary", "server.heapsnapshot", "--limit", "0");
    expect(all).toContain("Evil");
    expect(all).not.toContain("more group");
  });

  it.each([
    ["retained", "global"],
    ["shallow", "Map"],
    ["count", "(string)"],
    ["name", "\\x1b[31mEvil"],
    ["distance", "global"],
  ])("sorts by %s", (order, first) => {
    const lines = print("summary", "server.heapsnapshot", "--sort", order).split("\n");
    const titles = lines.findIndex((line) => line.startsWith("Constructor"));
    expect(lines[titles + 1]).toMatch(new RegExp(`^${first.replace(/[()\\[\]]/g, "\\$&")}`));
  });

  it("names the largest group also when it is not among those printed", () => {
    const text = print("summary", "server.heapsnapshot", "--sort", "name", "--limit", "1");
    expect(text).toContain("; the largest group is global, which retains 1.5 kB (100 %).\n");
  });

  it("lists the functions that allocated during a recording, the largest size first", () => {
    expect(print("summary", recording)).toContain(`
Allocated while recording
Function          Live count   Count  Live size     Size  Source
hot                        0  34,201        0 B   2.7 MB  /srv/heapscope-demo/scripts/app-alloc.js:1:103
pushAsyncContext           0     171        0 B  11.4 kB  node:internal/async_hooks:548:26
(V8 API)                   0     199        0 B  11.1 kB
listOnTimeout              0     171        0 B   2.7 kB  node:internal/timers:623:25
popAsyncContext            0     171        0 B   2.7 kB  node:internal/async_hooks:562:25

next: `);
    expect(print("summary", "recorded.heaptimeline")).toContain(`
Function     Live count  Count  Live size   Size  Source
(anonymous)           2      3       96 B  144 B  /srv/app/server.js:10:4
(V8 API)              1      1       64 B   64 B
`);
  });

  it("announces functions that --limit leaves out, and leaves all out where a filter asks for groups", () => {
    expect(print("summary", recording, "--limit", "4")).toContain(
      "\n… 1 more function; --limit 0 shows all\n",
    );
    expect(print("summary", recording, "--filter", "Map")).not.toContain("Allocated while recording");
    expect(print("summary", "server.heapsnapshot")).not.toContain("Allocated while recording");
  });

  it("says in one line where a snapshot is from, if a capture record lies beside it", () => {
    const text = serverSnapshot();
    const origin = (target: object): string => {
      const record = captureRecordOf(text);
      command.write("captured.heapsnapshot", text);
      command.write(
        "captured.heapsnapshot.json",
        JSON.stringify({ ...record, target: { ...record.target, ...target } }),
      );
      return print("summary", "captured.heapsnapshot").split("\n")[2]!;
    };
    expect(origin({})).toBe("Node v24.21.0, pid 4242 (node server.js), captured 2026-11-23 10:12:03 UTC");
    expect(origin({ command: undefined, thread: { id: 1, name: "pool-0" } })).toBe(
      "Node v24.21.0, pid 4242, captured 2026-11-23 10:12:03 UTC from worker 1 (pool-0)",
    );
    const page = { runtime: "chromium", version: undefined, pid: undefined, command: undefined };
    expect(origin({ ...page, url: "ws://127.0.0.1:9222/devtools/page/1" })).toBe(
      "Chromium, ws://127.0.0.1:9222/devtools/page/1, captured 2026-11-23 10:12:03 UTC",
    );
    expect(origin({ ...page, runtime: "__proto__" })).toBe("__proto__, captured 2026-11-23 10:12:03 UTC");
    expect(origin({ command: "node \u001b[2J\n\u202e", thread: { id: 2, name: "\u009b1m" } })).toBe(
      String.raw`Node v24.21.0, pid 4242 (node \x1b[2J\n\u{202e}), captured 2026-11-23 10:12:03 UTC from worker 2 (\x9b1m)`,
    );
    expect(print("summary", "captured.heapsnapshot", "--filter", "Session")).toContain("\nNode v24.21.0, ");
    expect(print("summary", "server.heapsnapshot")).not.toContain("captured");
  });

  it("says why a capture record that lies beside a snapshot is not used", () => {
    const text = serverSnapshot();
    command.write("stale.heapsnapshot", text);
    command.write("stale.heapsnapshot.json", JSON.stringify(captureRecordOf(`${text} `)));
    expect(print("summary", "stale.heapsnapshot").split("\n")[2]).toBe(
      `stale.heapsnapshot.json is not used: the capture record is of another file: it tells of ${text.length + 1} bytes, the file has ${text.length}.`,
    );
  });

  it("reads compressed files and standard input alike", () => {
    const plain = print("summary", "server.heapsnapshot").replaceAll("server.heapsnapshot", "FILE");
    expect(print("summary", "server.heapsnapshot.gz").replaceAll("server.heapsnapshot.gz", "FILE")).toBe(
      plain,
    );
    for (const input of [serverSnapshot(), gzip(serverSnapshot())]) {
      const { code, stdout } = command.run(["summary", "-"], { input });
      expect(code).toBe(0);
      // The next command cannot read standard input again, so it is told to name a file.
      expect(stdout.split("next:")[0]).toBe(plain.split("next:")[0]!.slice(1));
      expect(stdout).toContain("heapscope dominators FILE");
    }
  });
});

describe("object", () => {
  it("prints what an object is and what it refers to, the largest first", () => {
    expect(print("object", "server.heapsnapshot", "@11", "21")).toBe(`
Cache @11 retains 1.4 kB (91 %), of which 24 B are its own.
Constructor   Cache (object)
Distance      2
Dominated by  global @5
Source        /srv/app/server.js:3:26

Field      Object          Shallow size  Retained size
.sessions  Map @13                840 B         1.0 kB
.onExpire  listener() @41          64 B          344 B

Session @21 retains 88 B (6 %), of which 48 B are its own.
Constructor   Session (object)
Distance      5
Dominated by  table[] @15
Source        /srv/app/server.js:10:4

Field  Object                   Shallow size  Retained size
.next  Session @23                      48 B           88 B
.user  "anna@shop.example" @31          40 B           40 B

next: heapscope path server.heapsnapshot @11        why it is still there
      heapscope retainers server.heapsnapshot @11   what refers to it
`);
  });

  it("keeps the order of the file when told so, and announces what it leaves out", () => {
    expect(print("object", "server.heapsnapshot", "@21", "--sort", "file", "--limit", "1")).toContain(`
Field  Object                   Shallow size  Retained size
.user  "anna@shop.example" @31          40 B           40 B
… 1 more field; --limit 0 shows all
`);
  });

  it("prints the stack of its allocation where that was recorded", () => {
    expect(print("object", "recorded.heaptimeline", "@21")).toContain(`
Dominated by  table[] @15
Source        /srv/app/server.js:10:4
Allocated by  (anonymous)  /srv/app/server.js:10:4
              serve\\x1b[2J  /srv/app/server.js:20:1
              (root)

Field `);
    expect(print("object", "recorded.heaptimeline", "@31")).not.toContain("Allocated by");
  });

  it("says so when an object refers to nothing", () => {
    expect(print("object", "server.heapsnapshot", "@31")).toContain("\nIt refers to nothing.\n");
  });
});

describe("a capture record", () => {
  it("tells the source of objects of which the snapshot does not name the script", () => {
    const text = drawFile("global -session-> session:Session(48)@21<12:2:25>");
    command.write("nameless.heapsnapshot", text);
    expect(print("object", "nameless.heapsnapshot", "@21")).not.toContain("Source");
    const scripts = [{ id: 12, url: "file:///srv/my%20app/session.js" }];
    command.write("nameless.heapsnapshot.json", JSON.stringify(captureRecordOf(text, { scripts })));
    expect(print("object", "nameless.heapsnapshot", "@21")).toContain(
      "\nSource        /srv/my app/session.js:3:26\n",
    );
  });
});

describe("retainers", () => {
  it("prints DevTools' Retainers pane, with the nearest retainer followed to a root", () => {
    expect(print("retainers", "server.heapsnapshot", "@23")).toBe(`
2 references to Session @23; those nearest to a GC root first.

Object                       Distance  Shallow size  Retained size
(internal 2) in table[] @15         4           0 B          176 B
└ (table) in Map @13                3         840 B         1.0 kB
  └ .sessions in Cache @11          2          24 B         1.4 kB
    └ .cache in global @5           1          96 B         1.5 kB
.next in Session @21                5          48 B           88 B

next: heapscope path server.heapsnapshot @23                  the whole way from a GC root
      heapscope retainers server.heapsnapshot @23 --depth 3   what holds the retainers
`);
  });

  it("opens all retainers with --depth, and does not run in circles", () => {
    expect(print("retainers", "server.heapsnapshot", "@23", "--depth", "3")).toContain(`
Object                              Distance  Shallow size  Retained size
(internal 2) in table[] @15                4           0 B          176 B
└ (table) in Map @13                       3         840 B         1.0 kB
  └ .sessions in Cache @11                 2          24 B         1.4 kB
.next in Session @21                       5          48 B           88 B
├ (internal 1) in table[] @15              4           0 B          176 B
│ └ (table) in Map @13                     3         840 B         1.0 kB
└ .next in Session @23 (see above)         5          48 B           88 B
`);
  });

  it("says which references do not count when there are no others", () => {
    expect(print("retainers", "server.heapsnapshot", "@5")).toContain(
      "\nNo object refers to global @5; the root and weak references do not count.\n",
    );
  });

  it("announces retainers that are left out", () => {
    expect(print("retainers", "server.heapsnapshot", "@23", "--limit", "1")).toContain(
      "\n… 1 more retainer; --limit 0 shows all\n",
    );
  });
});

describe("path", () => {
  it("prints the shortest way from a GC root, with source positions", () => {
    expect(print("path", "server.heapsnapshot", "@31")).toBe(`
The shortest path from a GC root to "anna@shop.example" @31 has 6 steps.

Reference     Object                   Retained size  Source
(root)        global @5                       1.5 kB
.cache        Cache @11                       1.4 kB  /srv/app/server.js:3:26
.sessions     Map @13                         1.0 kB
(table)       table[] @15                      176 B
(internal 1)  Session @21                       88 B  /srv/app/server.js:10:4
.user         "anna@shop.example" @31           40 B

next: heapscope path server.heapsnapshot @31 --all   other paths, if there are any
`);
  });

  it("prints more ways with --all, the shortest first", () => {
    const text = print("path", "server.heapsnapshot", "@31", "--all");
    expect(text).toContain('\n2 paths from a GC root to "anna@shop.example" @31, the shortest of 6 steps.\n');
    expect(text).toContain("\nPath 1, 6 steps\n");
    expect(text).toContain("\nPath 2, 7 steps\n");
    expect(text).not.toContain("more paths");
    expect(print("path", "server.heapsnapshot", "@31", "--all", "--limit", "1")).toContain(
      "\n… there may be more paths; --limit 0 shows all that are found\n",
    );
    expect(text).toContain("\n.next         Session @21");
  });

  it("says so when nothing but a weak reference leads to an object, and for the root", () => {
    command.write(
      "weak.heapsnapshot",
      drawFile("global -cache-> cache:Cache ~entry~> forgotten:Forgotten@71"),
    );
    expect(print("path", "weak.heapsnapshot", "@71")).toContain(
      "\nNo path leads from a GC root to Forgotten @71: only weak references hold it, or nothing does.\n",
    );
    expect(print("path", "weak.heapsnapshot", "@1")).toContain("\n(root) @1 is where every path begins.\n");
  });

  it("shows both ends of a path that is too long to read", () => {
    const list = Array.from({ length: 100 }, (_, index) => `-next-> item${index}:Item@${101 + 2 * index}`);
    command.write("list.heapsnapshot", drawFile(`global ${list.join(" ")}`));
    const text = print("path", "list.heapsnapshot", "@299");
    expect(text).toContain("has 101 steps.");
    expect(text).toContain("\n… 61 steps …\n");
    expect(text).toContain("Item @101");
    expect(text).toContain("Item @299");
    expect(text.split("\n").length).toBeLessThan(60);
  });
});

describe("dominators", () => {
  it("prints the dominator tree from the root", () => {
    expect(print("dominators", "server.heapsnapshot")).toBe(`
(root) @1 retains 1.5 kB (100 %), by way of 2 objects.

Object                        Children  Shallow size  Retained size
global @5                            3          96 B  1.5 kB  100 %
├ Cache @11                          2          24 B  1.4 kB   91 %
│ ├ Map @13                          1         840 B  1.0 kB   66 %
│ └ listener() @41                   2          64 B   344 B   23 %
├ "session expired" @45              0          32 B    32 B    2 %
└ \\x1b[31mEvil\\n\\u{202e} @47         0          16 B    16 B    1 %
(GC roots) @3                        0           0 B     0 B    0 %

next: heapscope dominators server.heapsnapshot @5   what is below the largest
      heapscope path server.heapsnapshot @5         why it is still there
`);
  });

  it("starts where it is told, as deep as it is told", () => {
    expect(print("dominators", "server.heapsnapshot", "@11", "--depth", "1")).toContain(`
Cache @11 retains 1.4 kB (91 %), by way of 2 objects.

Object          Children  Shallow size  Retained size
Map @13                1         840 B  1.0 kB   66 %
listener() @41         2          64 B   344 B   23 %
`);
  });
});

describe("strings", () => {
  it("prints texts that stand in memory more than once", () => {
    expect(print("strings", "server.heapsnapshot", "--duplicates")).toBe(`
2 strings (64 B) hold 1 text; one string for each would save 32 B.

String             For example  Count  Shallow size  Retained size
"session expired"  @43              2          64 B           64 B

next: heapscope retainers server.heapsnapshot @43   what refers to it
`);
  });
});

describe("diff", () => {
  it("prints DevTools' Comparison view", () => {
    expect(print("diff", "server.heapsnapshot", "later.heapsnapshot")).toBe(`
2 new objects (88 B, most of it Session), 1 deleted (32 B); the total size grew by 56 B to 1.6 kB.

Constructor  # New  # Deleted  # Delta  Alloc. size  Freed size  Size delta  New retained
Session          1          0       +1         48 B         0 B       +48 B          88 B
(string)         1          1        0         40 B        32 B        +8 B          40 B

next: heapscope diff server.heapsnapshot later.heapsnapshot --filter NAME   the new objects of a constructor
`);
  });

  it("lists the new objects of the groups that match a filter", () => {
    expect(print("diff", "server.heapsnapshot", "later.heapsnapshot", "--filter", "Session")).toContain(`
New objects of these groups
Object       Distance  Shallow size  Retained size
Session @61         5   48 B    3 %    88 B    6 %

next: heapscope path later.heapsnapshot @61     why it is still there
`);
  });

  it("finds nothing between a snapshot and itself", () => {
    expect(print("diff", "later.heapsnapshot", "later.heapsnapshot")).toContain(
      "\nNo difference in any group; the total size stayed at 1.6 kB.\n",
    );
  });

  it("does not pretend that snapshots of two processes have objects in common", () => {
    const text = print("diff", fixture("node-20-pair-1"), fixture("node-24-pair-2"), "--limit", "3");
    expect(text).toMatch(/^\n[\d,]+ more objects \(.*\), [\d,]+ fewer \(/);
    expect(text).toContain(
      "\nNot compared object by object. Object ids do not mean the same in both snapshots (",
    );
    expect(text).not.toContain("--filter NAME");
  });

  it("believes the capture records where ids coincide by accident", () => {
    const record = (space: string, note?: string) =>
      JSON.stringify(captureRecordOf(text, { ids: { space, ...(note === undefined ? {} : { note }) } }));
    const text = serverSnapshot();
    command.write("1.heapsnapshot", text);
    command.write("1.heapsnapshot.json", record("a"));
    command.write("2.heapsnapshot", text);
    command.write("2.heapsnapshot.json", record("a"));
    expect(print("diff", "1.heapsnapshot", "2.heapsnapshot")).not.toContain("Not compared");
    command.write("2.heapsnapshot.json", record("b", "Taken by signal.\u001b[2J"));
    expect(print("diff", "1.heapsnapshot", "2.heapsnapshot")).toContain(
      "\nNot compared object by object. Object ids do not mean the same in both snapshots: by their capture records, " +
        "an inspector session ended in between, or they come from different processes. Taken by signal.\\x1b[2J Below, ",
    );
  });

  it("sees the leak between two snapshots of one session", () => {
    const text = print("diff", fixture("node-24-pair-1"), fixture("node-24-pair-2"), "--limit", "1");
    expect(text).toMatch(/\nLeaked +250 +0 +\+250 /);
  });
});
