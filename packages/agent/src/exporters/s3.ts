// PUT of a file to S3 or a compatible store: in one request, or in parts if it is larger than one part. The payload is
// signed over http; over https TLS protects it, and reading the file twice is saved.
//
// Parts of an upload that nobody ends are stored, and paid for, for ever: an upload that fails is aborted; one whose process
// was killed is aborted before the next try, by the id that is kept beside the file. For the machine that never comes back
// the bucket should have a lifecycle rule (AbortIncompleteMultipartUpload).
//
// Credentials are the options' or AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN. Those of EC2 instances
// (IMDS), of ECS and EKS tasks, and of ~/.aws are not looked for: a presigned url, or a sidecar, is the way there.

import { createHash } from "node:crypto";
import { exportFailure } from "./export-failure.ts";
import { readPiece, request, type Answer, type Piece } from "./request.ts";
import type { Shipment } from "./shipment.ts";
import { encodeUri, sign, type Credentials } from "./sign.ts";
import { addressOf, regionOf, type S3Options } from "./target.ts";

const MiB = 2 ** 20;
/** S3 takes no smaller parts, but for the last one, and no more of them. */
const LEAST_PART = 5 * MiB;
const MOST_PARTS = 10_000;

/** Fulfilled when all of it is in the bucket. */
export async function putToS3(options: S3Options, shipment: Shipment): Promise<void> {
  const { file, pieces, pace, state, keep } = shipment;
  const { bucket, partSize, prefix = "heapscope/{host}/" } = options;
  const credentials = options.credentials ?? credentialsOf(process.env);
  const region = regionOf(options);
  const base = addressOf(options);
  // A name with dots is not covered by the certificate for *.s3.amazonaws.com.
  const isVirtualHost = options.virtualHost ?? (options.endpoint === undefined && !bucket.includes("."));
  if (isVirtualHost) base.host = `${bucket}.${base.host}`;
  const root = base.pathname.replace(/\/$/, "") + (isVirtualHost ? "/" : `/${bucket}/`);
  const folder = prefix.replace(
    /\{(host|pid|date|id)\}/g,
    (_, name: "host" | "pid" | "date" | "id") => file[name],
  );

  for (const { name, ...piece } of pieces) {
    const path = root + (folder + name).split("/").map(encodeUri).join("/");
    const call = async (method: string, query: string, body: Piece | string): Promise<Answer> => {
      const isSummed = typeof body === "string" || base.protocol === "http:";
      const headers = {
        host: base.host,
        "x-amz-content-sha256": isSummed ? await sumOf(body) : "UNSIGNED-PAYLOAD",
      };
      const signed = sign({ method, path, query, headers }, credentials, region, new Date());
      const what = { method, path: query ? `${path}?${query}` : path, headers: signed };
      return request(base, what, body, pace.idleMs);
    };
    const { length } = piece;
    const size = Math.max(Number(partSize ?? 16 * MiB), LEAST_PART, Math.ceil(length / MOST_PARTS));
    if (length <= size) {
      await call("PUT", "", piece);
      continue;
    }
    /** If it is unknown by now, or the network is down, what comes next will show. */
    const abort = async (): Promise<void> => {
      if (!state.uploadId) return;
      await call("DELETE", `uploadId=${encodeUri(state.uploadId)}`, "").catch(() => {});
      state.uploadId = undefined;
    };
    await abort();
    const id = /<UploadId>([^<]{1,1024})</.exec((await call("POST", "uploads=", "")).text)?.[1];
    if (id === undefined) throw exportFailure("no-upload-id");
    state.uploadId = id;
    keep();
    try {
      const upload = `uploadId=${encodeUri(id)}`;
      let parts = "";
      for (let start = 0, number = 1; start < length; start += size, number++) {
        const part = { ...piece, start, length: Math.min(size, length - start) };
        const send = (): Promise<Answer> => call("PUT", `partNumber=${number}&${upload}`, part);
        // One part that is lost must not cost all the others.
        const { headers } = await send().catch(() =>
          new Promise((resolve) => setTimeout(resolve, pace.firstMs / 5)).then(send),
        );
        const etag = /^"?([\w+/=-]{1,128})"?$/.exec(headers.etag ?? "")?.[1];
        if (etag === undefined) throw exportFailure("no-etag");
        parts += `<Part><PartNumber>${number}</PartNumber><ETag>"${etag}"</ETag></Part>`;
      }
      const list = `<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${parts}</CompleteMultipartUpload>`;
      const { text } = await call("POST", upload, list);
      // A connection that ends in the middle of a 200 is no success either.
      if (!/<\/(\w+:)?CompleteMultipartUploadResult>/.test(text)) throw exportFailure("incomplete-answer");
      state.uploadId = undefined;
    } catch (error) {
      await abort();
      throw error;
    }
  }
}

function credentialsOf(env: NodeJS.ProcessEnv): Credentials {
  const {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken = "",
  } = env;
  if (!accessKeyId || !secretAccessKey) throw exportFailure("no-credentials");
  return { accessKeyId, secretAccessKey, sessionToken };
}

async function sumOf(body: Piece | string): Promise<string> {
  const hash = createHash("sha256");
  for await (const piece of typeof body === "string" ? [body] : readPiece(body)) hash.update(piece as Buffer);
  return hash.digest("hex");
}
