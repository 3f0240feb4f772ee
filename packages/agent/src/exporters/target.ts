// Where an exporter sends to, as it may be shown and written down: type, host and bucket, never a path or a query, where
// people have tokens and signatures. Pure, for both sides of the agent.

import type { ExporterOptions } from "../api.ts";

export type RemoteOptions = Exclude<ExporterOptions, { type: "stdout" }>;
export type S3Options = Extract<ExporterOptions, { type: "s3" }>;

/** `s3 BUCKET at HOST`, `http HOST`. */
export function describeTarget(options: RemoteOptions): string {
  const { host } = addressOf(options);
  return options.type === "s3" ? `s3 ${options.bucket} at ${host}` : `http ${host}`;
}

/** Without the bucket in its name. */
export function addressOf(options: RemoteOptions): URL {
  if (options.type === "http") return new URL(options.url);
  const region = regionOf(options);
  return new URL(
    options.endpoint ?? `https://s3.${region}.amazonaws.com${region.startsWith("cn-") ? ".cn" : ""}`,
  );
}

export function regionOf({ region }: S3Options): string {
  const { env } = process;
  return region ?? env["AWS_REGION"] ?? env["AWS_DEFAULT_REGION"] ?? "us-east-1";
}
