import { ConfigurationError, describeSettings, readSettings } from './config/settings.ts';
import { surviveBrokenOutput } from './runtime/log-destination.ts';
import { createServerLog } from './runtime/logger.ts';
import { startServer, type RunningServer } from './runtime/start-server.ts';
import { welcome } from './runtime/welcome.ts';

/** How long running steps may take to end after a stop signal. A paid call is answered well within it. */
const graceMs = 20_000;

/** Errors besides those of the configuration that tell a person what to do. */
const expectedCodes: readonly unknown[] = [
  'embedded_database_creation_failed',
  'embedded_database_locked',
  'embedded_database_lost',
  'embedded_database_moved',
  'secret_file',
];

function help(): string {
  const lines = describeSettings().map(
    ({ name, doc, shownDefault }) => `  ${name}\n      ${doc} Default: ${shownDefault}.`,
  );
  return `PixSim7 server. Everything is set by environment variables:\n\n${lines.join('\n')}\n`;
}

/** The first signal stops in order, a second one at once: what was in the middle goes on at the next start. */
function stopOnSignals(server: RunningServer): void {
  let signals = 0;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      signals += 1;
      if (signals > 1) process.exit(130);
      process.stdout.write('Stopping. Running steps may end; press again to stop at once.\n');
      server.stop(graceMs).then(
        () => process.exit(0),
        () => process.exit(1),
      );
    });
  }
}

async function main(): Promise<void> {
  if (process.argv.includes('--help') || process.argv.includes('-h')) {
    process.stdout.write(help());
    return;
  }
  // Everything that a server writes holds data or keys.
  process.umask(0o077);
  for (const stream of [process.stdout, process.stderr]) surviveBrokenOutput(stream);
  try {
    const settings = readSettings(process.env);
    const server = await startServer(settings, process.env, createServerLog(settings.LOG_LEVEL));
    stopOnSignals(server);
    process.stdout.write(welcome(server));
  } catch (error) {
    const expected =
      error instanceof ConfigurationError || expectedCodes.includes((error as { code?: unknown }).code);
    process.stderr.write(
      `${expected ? (error as Error).message : ((error as Error).stack ?? String(error))}\n`,
    );
    process.exitCode = 1;
  }
}

await main();
