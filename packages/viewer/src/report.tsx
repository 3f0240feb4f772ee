/**
 * The page's beginning inside of a report: its answers stand in the file itself. Built as one script, since a page that is opened
 * from disk can load no other.
 */
import { render } from "preact";
import { createArchiveLink } from "./links/archive-link.ts";
import { App } from "./page/app.tsx";
import type { Archive } from "./protocol/index.ts";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/controls.css";

const archive = JSON.parse(document.getElementById("archive")!.textContent) as Archive;
render(<App link={createArchiveLink(archive)} />, document.getElementById("app")!);
