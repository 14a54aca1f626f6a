import { UsageError, readCommandLine, usage } from './command-line.ts';
import type { CommandLine, EmulatedProvider } from './command-line.ts';
import { startFalEmulator } from './fal/emulator.ts';
import { startPixverseEmulator } from './pixverse/emulator.ts';
import { startRunwayEmulator } from './runway/emulator.ts';

const starters = {
  pixverse: { start: startPixverseEmulator, keys: 'any API-KEY that begins with sk-' },
  runway: { start: startRunwayEmulator, keys: 'any key that begins with key_' },
  pika: { start: startFalEmulator, keys: 'any key of the form id:secret' },
} satisfies Record<EmulatedProvider, unknown>;

function readOrExit(): CommandLine {
  let commandLine: CommandLine | 'help';
  try {
    commandLine = readCommandLine(process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof UsageError)) {
      throw error;
    }
    process.stderr.write(`${error.message}\n\n${usage}`);
    process.exit(2);
  }
  if (commandLine === 'help') {
    process.stdout.write(usage);
    process.exit(0);
  }
  return commandLine;
}

const { provider, options } = readOrExit();
const { start, keys } = starters[provider];
const emulator = await start({
  ...options,
  onRenderFailure: (id, error) => process.stderr.write(`${id} could not be rendered: ${String(error)}\n`),
});
process.stdout.write(`${provider} emulator: ${emulator.baseUrl} (${keys})\n`);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    void emulator.close();
  });
}
