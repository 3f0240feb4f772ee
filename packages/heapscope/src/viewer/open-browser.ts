// Tells the user's browser to open an address. Not knowing how is no failure: the address is printed, too.

import open from "open";

type Environment = Readonly<Record<string, string | undefined>>;

/** Whether somebody sits in front of this machine's screen: a terminal is there, and something to draw windows with. */
export function hasScreen(
  isTerminal: boolean,
  environment: Environment,
  platform: string = process.platform,
): boolean {
  if (!isTerminal || environment["CI"] !== undefined) return false;
  const { DISPLAY, WAYLAND_DISPLAY, WSL_DISTRO_NAME, SSH_CONNECTION } = environment;
  if (DISPLAY !== undefined || WAYLAND_DISPLAY !== undefined || WSL_DISTRO_NAME !== undefined) return true;
  return SSH_CONNECTION === undefined && (platform === "darwin" || platform === "win32");
}

/** Whether a browser was started. Never rejects. */
export async function openBrowser(url: string): Promise<boolean> {
  try {
    const launcher = await open(url);
    launcher.on("error", () => {});
    return true;
  } catch {
    return false;
  }
}
