import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { startServerProcess } from '@pixsim7/testkit/servers';
import type { RunningProgram } from '@pixsim7/testkit/servers';
import { control, TestClient } from '../support/client.ts';
import { startEmulatorProcess } from '../support/processes.ts';
import { send } from './send.ts';
import type { WireReply, WireRequest } from './send.ts';

export const apiKey = 'pxs_a-key-for-the-abuse-tests-only-0000000';
const oldSpaceMegabytes = 256;
const watcher = new URL('watch-event-loop.mjs', import.meta.url).href;

/** In milliseconds. */
export interface Stall {
  /** As `/metrics` tells it. */
  readonly delayMs: number;
  /** Processor time of the process between two turns of its event loop, all threads together. */
  readonly busyMs: number;
}

/** A server with a small heap in front of an emulated PixVerse, and its measurements. */
export interface ServerUnderAbuse {
  readonly url: string;
  readonly emulatorUrl: string;
  readonly client: TestClient;
  readonly process: RunningProgram;
  /** Sends a request. When the rate limit refuses it, sends it again after a pause. */
  send(wire: WireRequest): Promise<WireReply>;
  /** Longest stall of the event loop since the last call. */
  longestStall(): Promise<Stall>;
  /** Highest resident memory of the process so far, in megabytes. */
  peakMemoryMb(): Promise<number>;
  close(): Promise<void>;
}

export async function startServerUnderAbuse(): Promise<ServerUnderAbuse> {
  const directory = await mkdtemp(join(tmpdir(), 'pixsim7-abuse-'));
  const stallFile = join(directory, 'stall');
  const emulator = await startEmulatorProcess(join(directory, 'provider'));
  // Accepted jobs keep their slots until the end, so few videos are rendered.
  await control(emulator.ready, 'settings', {
    render_seconds: [3_600, 3_600],
    credits: 1_000_000,
    max_concurrent: 20,
  });
  const server = await startServerProcess({
    DATA_DIR: join(directory, 'data'),
    API_KEY: apiKey,
    SANDBOX: 'off',
    PIXVERSE_API_KEY: 'sk-abuse',
    PIXVERSE_BASE_URL: `${emulator.ready}/openapi/v2`,
    NODE_OPTIONS: `--max-old-space-size=${oldSpaceMegabytes} --import ${watcher}`,
    ABUSE_STALL_FILE: stallFile,
  });
  const url = server.ready;
  const client = new TestClient(() => url, apiKey);
  return {
    url,
    emulatorUrl: emulator.ready,
    client,
    process: server,
    async send(wire) {
      for (;;) {
        const reply = await send(url, wire);
        if (reply.status !== 429) {
          return reply;
        }
        await new Promise((resolve) => setTimeout(resolve, 250));
      }
    },
    async longestStall() {
      const text = await (await client.request('/metrics')).text();
      const seconds = /^nodejs_eventloop_lag_max_seconds (\S+)$/mu.exec(text)?.[1];
      if (seconds === undefined) {
        throw new Error(`No event loop delay in /metrics: ${text.slice(0, 500)}`);
      }
      await rm(stallFile, { force: true });
      process.kill(server.pid, 'SIGUSR2');
      const busyMs = await vi.waitFor(async () => Number(await readFile(stallFile, 'utf8')), 10_000);
      return { delayMs: Number(seconds) * 1_000, busyMs };
    },
    async peakMemoryMb() {
      const status = await readFile(`/proc/${server.pid}/status`, 'utf8');
      return Math.round(Number(/^VmHWM:\s+(\d+) kB$/mu.exec(status)?.[1]) / 1024);
    },
    async close() {
      await Promise.all([server.kill(), emulator.kill()]);
      await rm(directory, { recursive: true, force: true });
    },
  };
}
