/** The values of calls, as a person reads them and exactly. */
import { formatCount, formatDuration, formatSize } from "@heapscope/wording";

export type ProfileUnit = "bytes" | "microseconds";

/** `1.2 MB`; `812 µs`, `1.4 s`. */
export function formatValue(value: number, unit: ProfileUnit): string {
  if (unit === "bytes") return formatSize(value);
  return value < 999.5 ? `${value.toFixed(0)} µs` : formatDuration(value / 1000);
}

/** `1,234,567 B`, `1,234,567 µs`. */
export function formatExactly(value: number, unit: ProfileUnit): string {
  return `${formatCount(Math.round(value))} ${unit === "bytes" ? "B" : "µs"}`;
}
