/**
 * The page's beginning inside of a report: its answers stand in the file itself. Built as one script, since a page that is opened
 * from disk can load no other.
 */
import { render } from "preact";
import { createArchiveLink } from "./links/archive-link.ts";
import { unpackArchive } from "./links/unpack-archive.ts";
import { App } from "./page/app.tsx";
import { Problem } from "./page/work.tsx";
import type { LinkError } from "./protocol/index.ts";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/controls.css";

const page = document.getElementById("app")!;
unpackArchive(document.getElementById("archive")!.textContent).then(
  (archive) => render(<App link={createArchiveLink(archive)} />, page),
  (error: LinkError) => render(<Problem error={error} />, page),
);
