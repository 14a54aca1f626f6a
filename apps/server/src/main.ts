import {
  describeTrouble,
  isDatabaseAway,
  troubleOfDatabase,
  TroubleError,
  UnknownMigrationError,
} from '@pixsim7/infra';
import { ConfigurationError, describeSettings, readSettings } from './config/settings.ts';
import { surviveBrokenOutput } from './runtime/log-destination.ts';
import { createServerLog } from './runtime/logger.ts';
import { startServer } from './runtime/start-server.ts';
import type { RunningServer } from './runtime/start-server.ts';
import { welcome } from './runtime/welcome.ts';

/** The time that running steps get to end after a stop signal. A paid call is answered well within it. */
const graceMs = 20_000;
/** A stop ends by then, whatever hangs. Service managers kill after 30 s. */
const stopBoundMs = graceMs + 8_000;

/** Errors besides those of the configuration and of PostgreSQL that tell a person what to do. */
const expectedCodes: readonly unknown[] = [
  'embedded_database_creation_failed',
  'embedded_database_locked',
  'embedded_database_lost',
  'embedded_database_moved',
  'embedded_database_unwritable',
  'secret_file',
];

function help(): string {
  const lines = describeSettings().map(
    ({ name, doc, shownDefault }) => `  ${name}\n      ${doc} Default: ${shownDefault}.`,
  );
  return `PixSim7 server. Configure it with environment variables:\n\n${lines.join('\n')}\n`;
}

/**
 * The first signal stops in order, a second one at once: what was in the middle goes on at the next start. A signal during
 * the start ends it: nothing runs yet, and what it waits for may never come.
 */
function stopOnSignals(running: () => RunningServer | null): void {
  let signals = 0;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      signals += 1;
      const server = running();
      if (signals > 1 || server === null) {
        process.exit(130);
      }
      process.stdout.write('Stopping. Running steps get time to finish; press again to stop at once.\n');
      setTimeout(() => process.exit(1), stopBoundMs);
      server.stop(graceMs).then(
        () => process.exit(0),
        () => process.exit(1),
      );
    });
  }
}

/** Errors that a person can act on are shown as sentences. All others are bugs and are shown with their stack. */
function describeFailure(error: unknown): string {
  if (!(error instanceof Error)) {
    return String(error);
  }
  if (isDatabaseAway(error) || error instanceof UnknownMigrationError || error instanceof TroubleError) {
    return `PixSim7 cannot start. ${describeTrouble(troubleOfDatabase(error))}`;
  }
  const { code } = error as { code?: unknown };
  const isExpected = error instanceof ConfigurationError || expectedCodes.includes(code);
  return isExpected ? error.message : (error.stack ?? error.message);
}

async function main(): Promise<void> {
  if (process.argv.includes('--help') || process.argv.includes('-h')) {
    process.stdout.write(help());
    return;
  }
  // Everything that a server writes holds data or keys.
  process.umask(0o077);
  for (const stream of [process.stdout, process.stderr]) {
    surviveBrokenOutput(stream);
  }
  let server: RunningServer | null = null;
  stopOnSignals(() => server);
  try {
    const settings = readSettings(process.env);
    server = await startServer(settings, process.env, createServerLog(settings));
    process.stdout.write(welcome(server));
  } catch (error) {
    process.stderr.write(`${describeFailure(error)}\n`);
    process.exitCode = 1;
  }
}

await main();
