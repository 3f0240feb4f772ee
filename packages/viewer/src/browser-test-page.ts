/**
 * For tests of one component in a real Chromium: its page is bundled from `browser-test-page.tsx` beside the test, and comes
 * from the test itself, at an address of its own and under a policy as strict as the viewer's. No server, no network.
 */
import path from "node:path";
import { build } from "esbuild";
import type { Page } from "playwright-core";

/** The bundled script and styles, by `.js` and `.css`. */
export type TestPageFiles = ReadonlyMap<string, string>;

export async function bundleTestPage(folder: string): Promise<TestPageFiles> {
  const { outputFiles } = await build({
    entryPoints: [path.join(folder, "browser-test-page.tsx")],
    bundle: true,
    format: "esm",
    outdir: "page",
    write: false,
    jsx: "automatic",
    jsxImportSource: "preact",
    conditions: ["@heapscope/source"],
  });
  return new Map(outputFiles.map((file) => [path.extname(file.path), file.text]));
}

/** Answers all requests of the page to the origin; every path that is no file is the document. */
export async function routeTestPage(
  page: Page,
  {
    origin,
    title,
    files,
  }: { readonly origin: string; readonly title: string; readonly files: TestPageFiles },
): Promise<void> {
  await page.route(`${origin}/**`, async (route) => {
    const extension = path.extname(new URL(route.request().url()).pathname);
    const body = files.get(extension);
    if (body !== undefined)
      return await route.fulfill({
        contentType: extension === ".css" ? "text/css" : "text/javascript",
        body,
      });
    await route.fulfill({
      contentType: "text/html",
      headers: { "Content-Security-Policy": "default-src 'self'" },
      body: `<!doctype html><html lang="en"><title>${title}</title><link rel="stylesheet" href="/page.css"><body><div id="app"></div><script type="module" src="/page.js"></script>`,
    });
  });
}
