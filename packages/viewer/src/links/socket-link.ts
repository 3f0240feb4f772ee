/**
 * The desk behind the local server of `heapscope open`, over a WebSocket beside the page's own address. When the server ends,
 * the page says so and keeps what it shows; another one has another address, so there is nothing to connect to again.
 */
import type { Link, MessageToDesk, MessageToPage } from "../protocol/index.ts";
import { createMessageLink } from "./message-link.ts";

const ENDED =
  "The command that served this page has ended; what is shown can still be read. Run heapscope open again to look further.";
/** With this code the server closes when what reads the snapshots has failed. */
const DESK_FAILED = 1011;
const FAILED =
  "What reads the snapshots has failed, perhaps for want of memory; the terminal of the command says why. What is shown can still be read.";
const NEVER_CONNECTED =
  "The page cannot reach the command that served it; see whether heapscope open is still running, and reload the page.";

export function createSocketLink(address: string | URL = socketAddress(document.baseURI)): Link {
  const socket = new WebSocket(address);
  let waiting: MessageToDesk[] = [];
  const send = (message: MessageToDesk): void => socket.send(JSON.stringify(message));
  const link = createMessageLink(
    {
      post(message) {
        if (socket.readyState === WebSocket.CONNECTING) waiting.push(message);
        else if (socket.readyState === WebSocket.OPEN) send(message);
      },
      onMessage: (listener) =>
        socket.addEventListener("message", ({ data }: MessageEvent<string>) =>
          listener(JSON.parse(data) as MessageToPage),
        ),
    },
    "server",
  );
  let wasOpen = false;
  socket.addEventListener("open", () => {
    wasOpen = true;
    for (const message of waiting) send(message);
    waiting = [];
  });
  socket.addEventListener("close", ({ code }) =>
    link.end(code === DESK_FAILED ? FAILED : wasOpen ? ENDED : NEVER_CONNECTED),
  );
  return link;
}

/** `link` beside the page: `http://127.0.0.1:4000/SECRET/` leads to `ws://127.0.0.1:4000/SECRET/link`. */
function socketAddress(page: string): URL {
  const address = new URL("link", page);
  address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
  address.hash = "";
  return address;
}
