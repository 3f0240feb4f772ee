// The HTML file of a report: the page's one script and style sheet, and the recorded answers as data, packed by gzip in
// base64, so that no text of the heap stands in the file. Its own policy lets nothing run but this script and nothing be
// loaded at all, so that even a text that got where it should not be could do nothing.

import { createHash } from "node:crypto";
import { escapeText } from "@heapscope/wording";

/** The built page of a report. */
export interface ReportPage {
  readonly script: string;
  readonly style: string;
}

/** `names` are those of the files, for the title; `archive` is its JSON, packed by gzip, in base64. */
export function formatReport(page: ReportPage, names: readonly string[], archive: string): string {
  const script = page.script
    .replaceAll("<!--", String.raw`<\!--`)
    .replaceAll(/<\/(?=script)/gi, String.raw`<\/`);
  const style = page.style.replaceAll(/<\/(?=style)/gi, String.raw`<\/`);
  const policy = [
    "default-src 'none'",
    `script-src '${hashOf(script)}'`,
    `style-src '${hashOf(style)}'`,
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="heapscope-link" content="archive">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml([...names, "heapscope"].map(escapeText).join(" · "))}</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body>
<div id="app"></div>
<noscript>heapscope needs JavaScript.</noscript>
<script type="text/plain" id="archive">${archive}</script>
<script>${script}</script>
</body>
</html>
`;
}

function escapeHtml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

function hashOf(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}
