// Runs one peer once in its own process and says what it cost.
//
// Runners written for this benchmark report their own clock, CPU and peak memory (runners/report.mjs). For a program
// that cannot, the kernel's figures serve: CPU of the ended child from /proc/self/stat (10 ms steps) and its memory
// high-water mark, read every 20 ms while it lives; what it prints may then be checked. Called by bench.mjs, one run at a time.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";

/**
 * @param command the program and its parameters
 * @param timeLimitMs after which it is ended
 * @param options `environment`: variables besides those of this process; `read`: makes `check` of what it prints, where the
 *   program cannot report itself
 * @returns { wallMs, cpuMs, peakBytes, check? } of a run that ended well, or { failure } in one line.
 */
export async function measure(command, timeLimitMs, { environment, read } = {}) {
  const cpuBefore = childrenCpuMs();
  const startedAt = performance.timeOrigin + performance.now();
  const [program, ...parameters] = command;
  const child = spawn(program, parameters, {
    stdio: ["ignore", read ? "pipe" : "ignore", "pipe", "pipe"],
    env: { ...process.env, ...environment },
  });

  const output = read && collect(child.stdout);
  const report = collect(child.stdio[3]);
  const complaint = collect(child.stderr);
  let peakBytes = 0;
  const sampler = setInterval(() => (peakBytes = Math.max(peakBytes, highWaterMark(child.pid))), 20);
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    child.kill("SIGKILL");
  }, timeLimitMs);

  const { code, signal, error } = await new Promise((resolve) => {
    child.on("error", (error) => resolve({ error }));
    child.on("close", (code, signal) => resolve({ code, signal }));
  });
  const wallMs = performance.timeOrigin + performance.now() - startedAt;
  clearInterval(sampler);
  clearTimeout(timer);

  if (timedOut) return { failure: `stopped after ${timeLimitMs / 1000} s`, peakBytes };
  if (error) return { failure: error.message };
  const line = await report;
  if (line !== "") {
    const { endedAt, ...own } = JSON.parse(line);
    return { wallMs: endedAt - startedAt, ...own };
  }
  if (code === 0) {
    const check = read && { check: read(await output) };
    return { wallMs, cpuMs: childrenCpuMs() - cpuBefore, peakBytes, ...check };
  }
  return { failure: cause(await complaint) ?? `ended with ${signal ?? `exit code ${code}`}`, peakBytes };
}

// The line that says what went wrong, out of a stack trace, a panic or a loader's message.
function cause(text) {
  const lines = text.split("\n").map((line) => line.trim());
  const at = lines.findIndex((line) => /^\w*Error\b|FATAL|panicked|not found/.test(line));
  if (at < 0) return lines.find(Boolean)?.slice(0, 160);
  // Rust says where first, and what on the next line.
  return (lines[at].includes("panicked at") ? `panic: ${lines[at + 1]}` : lines[at]).slice(0, 160);
}

async function collect(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

function highWaterMark(pid) {
  try {
    return 1024 * Number(/VmHWM:\s*(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0);
  } catch {
    return 0; // ended, or no /proc on this system
  }
}

/** CPU of all ended children: fields 16 and 17 of /proc/self/stat, in ticks of 10 ms. */
function childrenCpuMs() {
  try {
    const stat = readFileSync("/proc/self/stat", "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[13]) + Number(fields[14])) * 10;
  } catch {
    return Number.NaN;
  }
}
