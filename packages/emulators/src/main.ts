import { UsageError, readCommandLine, usage } from './command-line.ts';
import type { CommandLine } from './command-line.ts';
import { startPixverseEmulator } from './pixverse/emulator.ts';

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
const emulator = await startPixverseEmulator({
  ...options,
  onRenderFailure: (id, error) => process.stderr.write(`${id} could not be rendered: ${String(error)}\n`),
});
process.stdout.write(`${provider} emulator: ${emulator.baseUrl} (any API-KEY that begins with sk-)\n`);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    void emulator.close();
  });
}
