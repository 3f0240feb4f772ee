// What every runner says at its end: time, CPU, peak memory, and the figures to check the answer by.
//
// The clock stops when `finish` is called, before the check is computed, so that checking costs the measured program
// nothing. CPU and memory are the whole process's, all threads. Written as one JSON line to file descriptor 3, because
// peers print to standard output as they like. Imported by the runners; read by bench.mjs.
import { readFileSync, writeSync } from "node:fs";

/** Records the usage so far, then writes it with the figures `check()` returns, and ends the process. */
export function finish(check) {
  const endedAt = performance.timeOrigin + performance.now();
  const { userCPUTime, systemCPUTime } = process.resourceUsage();
  const cpuMs = (userCPUTime + systemCPUTime) / 1000;
  const report = { endedAt, cpuMs, peakBytes: peakBytes() };
  writeSync(3, `${JSON.stringify({ ...report, check: check() })}\n`);
  process.exit(0);
}

/**
 * Sums over DevTools-like groups, the same for every peer that has them.
 * @param groups iterable of { count, shallowSize, retainedSize }
 */
export function groupTotals(groups) {
  const totals = { groups: 0, objects: 0, shallow: 0, retained: 0 };
  for (const { count, shallowSize, retainedSize } of groups) {
    totals.groups++;
    totals.objects += count;
    totals.shallow += shallowSize;
    totals.retained += retainedSize;
  }
  return totals;
}

/** The most memory that this process has had resident. */
export function peakBytes() {
  return 1024 * (highWaterMark() ?? process.resourceUsage().maxRSS);
}

// The kernel's own mark in kB. getrusage's can include the parent's memory from before the exec.
function highWaterMark() {
  try {
    const [, kilobytes] = /VmHWM:\s*(\d+)/.exec(readFileSync("/proc/self/status", "utf8")) ?? [];
    return kilobytes && Number(kilobytes);
  } catch {
    return undefined;
  }
}
