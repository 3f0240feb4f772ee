/** The page's beginning: finds the way to the desk and draws the page. */
import { render } from "preact";
import { chooseLink } from "./links/choose-link.ts";
import { App } from "./page/app.tsx";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/controls.css";

render(<App link={await chooseLink()} />, document.getElementById("app")!);
