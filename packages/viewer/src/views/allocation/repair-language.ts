/**
 * Where the system's locale is `C` or `POSIX`, as in many containers, Chromium's `navigator.language` is `en-US@posix`. That is no
 * language tag: `Intl.NumberFormat` refuses it, and uPlot, which asks with it when it is loaded, would not load at all.
 */
export function repairLanguage(): void {
  try {
    Intl.getCanonicalLocales(navigator.language);
  } catch {
    Object.defineProperty(navigator, "language", { value: "en-US", configurable: true });
  }
}
