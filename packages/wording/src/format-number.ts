// Numbers as a person reads them, by the rules of Chrome DevTools' Memory panel where it has one: sizes in decimal units
// (1 kB = 1000 B) with one decimal below 100, whole percents, "−" for an object that is not reachable from a GC root.
// The exact values are in the machine output; nothing here is parsed again. Cost: constant.

const MINUS = "−";

/** V8 gives distances from here on to objects that only the engine itself holds; DevTools shows "−" for them. */
const SYSTEM_DISTANCE = 100_000_000;

/** `1234567` as `1,234,567`. */
export function formatCount(count: number): string {
  const digits = Math.abs(count).toFixed(0);
  const grouped = digits.length > 3 ? digits.replace(/\B(?=(?:\d{3})+$)/g, ",") : digits;
  return count < 0 ? MINUS + grouped : grouped;
}

/** Bytes as DevTools shows them: `64 B`, `1.2 kB`, `812 kB`, `12.3 MB`; and further `4.1 GB`. */
export function formatSize(bytes: number): string {
  const size = Math.abs(bytes);
  const text =
    size < 1000
      ? `${size.toFixed(0)} B`
      : size < 999_500
        ? `${formatScaled(size / 1e3)} kB`
        : size < 999_500_000
          ? `${formatScaled(size / 1e6)} MB`
          : `${formatScaled(size / 1e9)} GB`;
  return bytes < 0 ? MINUS + text : text;
}

function formatScaled(value: number): string {
  return value < 99.95 ? value.toFixed(1) : value.toFixed(0);
}

/** A difference with its sign: `+12`, `−3`, `0`. */
export function formatSigned(value: number, format: (value: number) => string): string {
  return value > 0 ? `+${format(value)}` : format(value);
}

/** A part of a whole as whole percents: `41 %`. A whole of zero has parts of zero. */
export function formatPercent(part: number, whole: number): string {
  return `${whole > 0 ? Math.round((part / whole) * 100) : 0} %`;
}

/** Steps from the GC roots; `−` when the object is held by the engine alone, or by nothing. */
export function formatDistance(distance: number): string {
  return distance < 0 || distance >= SYSTEM_DISTANCE ? MINUS : formatCount(distance);
}

/** Whether this is the distance of the root itself: 0, or the engine's zero in a snapshot that has user roots. */
export function isRoot(distance: number): boolean {
  return distance === 0 || distance === SYSTEM_DISTANCE;
}

/** `1 object`, `2 objects`: a count with its noun. Nouns with another plural than `-s` give it. */
export function formatQuantity(count: number, noun: string, plural: string = `${noun}s`): string {
  return `${formatCount(count)} ${count === 1 ? noun : plural}`;
}

/** A time: `250 ms`, `1.4 s`, `95 s`, `12 min`, `3.5 h`, `4 d`. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < 999.5) return `${milliseconds.toFixed(0)} ms`;
  const seconds = milliseconds / 1000;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  if (seconds < 119.5) return `${seconds.toFixed(0)} s`;
  const minutes = seconds / 60;
  if (minutes < 119.5) return `${minutes.toFixed(0)} min`;
  const hours = minutes / 60;
  return hours < 47.5 ? `${hours.toFixed(hours < 9.95 ? 1 : 0)} h` : `${(hours / 24).toFixed(0)} d`;
}

/**
 * A change of a size over time, with its sign: `+1.2 MB/s`, `+340 kB/min`, `−2.0 MB/h`, `0 B/s`. In the shortest time in
 * which it comes to a kilobyte, since leaks of all speeds are told by it.
 */
export function formatRate(bytesPerSecond: number): string {
  const size = Math.abs(bytesPerSecond);
  if (size >= 1000) return `${formatSigned(bytesPerSecond, formatSize)}/s`;
  if (size * 60 >= 1000) return `${formatSigned(bytesPerSecond * 60, formatSize)}/min`;
  if (size * 3600 >= 1000) return `${formatSigned(bytesPerSecond * 3600, formatSize)}/h`;
  return "0 B/s";
}
