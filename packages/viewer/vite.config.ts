/**
 * Builds the page into `dist-page`: one HTML file, and hashed scripts and styles beside it by relative paths, so that any folder
 * of any server can hold it. Nothing is inline, and the page's own policy forbids whatever it does not need.
 */
import { defaultClientConditions, defineConfig, type Plugin } from "vite";

/** What the page may do: scripts, styles, images and a worker of its own place, and no connection to anywhere else. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "img-src 'self'",
  "worker-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

/** Only of the build: vite's own server puts styles into the page. */
const contentPolicy: Plugin = {
  name: "content-policy",
  apply: "build",
  transformIndexHtml: () => [
    {
      tag: "meta",
      attrs: { "http-equiv": "Content-Security-Policy", content: POLICY },
      injectTo: "head-prepend",
    },
  ],
};

// oxlint-disable-next-line import/no-default-export -- vite asks for it
export default defineConfig({
  root: import.meta.dirname,
  base: "./",
  plugins: [contentPolicy],
  resolve: { conditions: ["@heapscope/source", ...defaultClientConditions] },
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  worker: { format: "es" },
  build: {
    outDir: "dist-page",
    emptyOutDir: true,
    target: "es2023",
    modulePreload: { polyfill: false },
    // No file becomes a `data:` address: the policy forbids them.
    assetsInlineLimit: 0,
    sourcemap: false,
  },
});
