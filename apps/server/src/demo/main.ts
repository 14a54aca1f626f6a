import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { readSettings } from '../config/settings.ts';
import { createServerLog } from '../runtime/logger.ts';
import { startServer } from '../runtime/start-server.ts';
import { createDemoApi } from './api.ts';
import { createProgressView } from './progress.ts';
import { runDemo } from './run-demo.ts';

/** The main job for a stranger: no key, no money, five real video files. */
async function main(): Promise<void> {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'pixsim7-demo-'));
  // In a container the working folder is read-only.
  const { values, positionals } = parseArgs({
    options: { all: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  const outputDirectory = resolve(positionals[0] ?? 'demo-output');
  // The environment of the terminal is not read: a key that stands there must not be spent by a demo.
  const settings = readSettings({
    DATA_DIR: dataDirectory,
    PORT: '0',
    SANDBOX: 'on',
    LOG_LEVEL: 'error',
    // The five videos have less than a megabyte.
    MIN_FREE_BYTES: String(64 * 1024 ** 2),
  });
  const progress = createProgressView(process.stdout);
  progress.note('Starting a server with a fresh data folder and emulated providers…');
  const server = await startServer(settings, {}, createServerLog(settings));
  try {
    progress.note(
      `The server answers at ${server.url}. Making ${values.all ? 'one of everything' : 'five videos'}:`,
    );
    const report = await runDemo({
      api: createDemoApi(server.url, server.apiKey, globalThis.fetch),
      providerId: server.exampleProvider,
      isWhole: values.all,
      outputDirectory,
      progress,
      createIdempotencyKey: randomUUID,
    });
    process.stdout.write(`\n${report.join('\n')}\n\n`);
    process.stdout.write(
      `The ${values.all ? 'files' : 'videos'} are in ${relative(process.cwd(), outputDirectory)}/. They cost nothing.\n`,
    );
  } finally {
    await server.stop(5_000);
    await rm(dataDirectory, { recursive: true, force: true });
  }
}

try {
  await main();
} catch (error) {
  process.stderr.write(
    `The demo failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  process.exitCode = 1;
}
