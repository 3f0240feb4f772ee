/** Fit for playwright's `chromium.launch`. */
export interface ChromiumOptions {
  executablePath: string;
  args: string[];
  /** The environment that the executable needs to find its libraries and fonts. */
  env: Record<string, string | undefined>;
}

export function findChromium(): Promise<ChromiumOptions>;
