// Tells the user's browser to open an address. Not knowing how is no failure: the address is printed, too.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import open from "open";
import { canTellUsers } from "./peer-user.ts";

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

/** A browser that was told. */
export interface OpenedBrowser {
  readonly isOpened: boolean;
  /** Removes what was left for the browser. */
  end(): void;
}

/**
 * Opens the address, which is a secret, while command lines are not. Where the server knows its peers' user, that does no
 * harm; elsewhere the browser is given a file that only this user can read and that leads on to the address. (Browsers in
 * a sandbox, as Linux has them, could not read it.) Never rejects.
 */
export async function openBrowser(url: string): Promise<OpenedBrowser> {
  const folder = canTellUsers() ? undefined : mkdtempSync(join(tmpdir(), "heapscope-open-"));
  const end = (): void => {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  };
  try {
    const launcher = await open(folder === undefined ? url : writeDoor(folder, url));
    launcher.on("error", () => {});
    return { isOpened: true, end };
  } catch {
    end();
    return { isOpened: false, end };
  }
}

/** The address holds nothing that HTML would take for markup. */
function writeDoor(folder: string, url: string): string {
  const file = join(folder, "open.html");
  const page = `<!doctype html><meta charset="utf-8"><meta name="referrer" content="no-referrer"><meta http-equiv="refresh" content="0; url=${url}"><a href="${url}">heapscope</a>\n`;
  writeFileSync(file, page, { mode: 0o600 });
  return file;
}
