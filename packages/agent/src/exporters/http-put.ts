// PUT of a file to a url, which may be a presigned one: its query is a secret and occurs nowhere else. Where `{name}` tells
// files apart, the capture record goes first, so that whoever hears of the file has it already; and as it is small, a
// server that refuses says so before the large one is on its way.

import type { ExporterOptions } from "../api.ts";
import type { Shipment } from "./shipment.ts";
import { request } from "./request.ts";

/** Fulfilled when the server has said 2xx to all of it. */
export async function putToUrl(
  { url, headers }: Extract<ExporterOptions, { type: "http" }>,
  { file, pieces, pace }: Shipment,
): Promise<void> {
  for (const { name, ...piece } of pieces) {
    if (name !== file.name && !url.includes("{name}")) continue;
    const place = new URL(url.replaceAll("{name}", encodeURIComponent(name)));
    const allHeaders = { "content-type": "application/octet-stream", ...headers };
    await request(place, { method: "PUT", headers: allHeaders }, piece, pace.idleMs);
  }
}
