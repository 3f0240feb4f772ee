// Snapshots of a shop that keeps its sessions in a map, for tests of what is said about a series. Its script is known, so
// that the place of what is made there is, too.

import { drawFile } from "@heapscope/testkit";

/**
 * The text of a snapshot.
 *
 * @param entries drawings of what the map's `table` holds, one each
 * @param turn changes what is there for a moment only: a request that goes again
 */
export function drawShop(entries: readonly string[], turn: number): string {
  // Objects that are always there, so that ids can be seen to mean the same.
  const residents = Array.from({ length: 30 }, (_, i) => `global -r${i}-> r${i}:Resident${i}@${501 + 2 * i}`);
  return drawFile(
    `${residents.join("\n")}
     global:object:global(96)@5 -shop-> shop:Shop(24)@11<12:2:25>
     shop -sessions-> map:Map(40)@13 =table=> table:array(800)@15
     global -listener-> listener:closure(64)@41<12:4:18> =shared=> info:code:"(shared function info)"(88)@51
     info =script=> script:code:"/srv/app/server.js"(120)@53
     script =name=> url:string:"/srv/app/server.js"(40)@55
     global -request-> request:Request(600)@${90_001 + 2 * turn}
     ${entries.join("\n")}`,
    { runtime: "node-24" },
  );
}
