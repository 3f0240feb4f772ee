/**
 * What the user has chosen for the page itself: theme and language. Kept in the browser where it lets us; a browser that does
 * not (private windows, files from disk) forgets them with the page.
 *
 * `heapscope open` has another port each time, and so another store of the browser. A cookie is for all ports of a computer:
 * that is where they are kept on this one. Nothing else is ever put there, and the server does not look at it.
 */
import { setLanguage, type Language } from "../words/words.ts";

/** `system` follows the computer. */
export type Theme = "system" | "light" | "dark";

export interface Settings {
  readonly theme: Theme;
  readonly language: Language;
}

const KEY = "heapscope.settings";
/** A year, in seconds. */
const KEPT_S = 31_536_000;
const THEMES: readonly Theme[] = ["system", "light", "dark"];

/** As chosen earlier; else the computer's theme and the browser's language. */
export function loadSettings(): Settings {
  const { theme, language } = readStored();
  return {
    theme: THEMES.find((known) => known === theme) ?? "system",
    language: language === "en" || language === "id" ? language : languageOf(navigator.language),
  };
}

/** Makes them so, and keeps them. */
export function applySettings(settings: Settings, isChosen: boolean): void {
  const root = document.documentElement;
  root.lang = settings.language;
  if (settings.theme === "system") delete root.dataset["theme"];
  else root.dataset["theme"] = settings.theme;
  setLanguage(settings.language);
  if (!isChosen) return;
  try {
    const text = JSON.stringify(settings);
    if (isLocalServer())
      document.cookie = `${KEY}=${encodeURIComponent(text)}; path=/; max-age=${KEPT_S}; samesite=strict`;
    else localStorage.setItem(KEY, text);
  } catch {
    // Then they last as long as the page.
  }
}

/** The theme after this one: what is seen changes with every step. */
export function nextTheme(theme: Theme, isSystemDark: boolean): Theme {
  const order: readonly Theme[] = isSystemDark ? ["system", "light", "dark"] : ["system", "dark", "light"];
  return order[(order.indexOf(theme) + 1) % order.length]!;
}

/** `id-ID` and `id` are Indonesian, all else is English. */
export function languageOf(tag: string): Language {
  return /^(?:id|in)\b/iu.test(tag) ? "id" : "en";
}

function readStored(): Partial<Record<keyof Settings, unknown>> {
  try {
    const text = isLocalServer() ? readCookie(document.cookie) : localStorage.getItem(KEY);
    const stored: unknown = JSON.parse(text ?? "{}");
    return typeof stored === "object" && stored !== null ? stored : {};
  } catch {
    return {};
  }
}

function isLocalServer(): boolean {
  return ["127.0.0.1", "localhost"].includes(location.hostname);
}

/** Our part of all cookies, decoded. */
export function readCookie(cookies: string): string | undefined {
  const mine = cookies.split("; ").find((cookie) => cookie.startsWith(`${KEY}=`));
  return mine === undefined ? undefined : decodeURIComponent(mine.slice(KEY.length + 1));
}
