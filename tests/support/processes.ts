import { startProgram } from '@pixsim7/testkit/servers';
import type { RunningProgram } from '@pixsim7/testkit/servers';

export function startEmulatorProcess(
  stateDirectory: string,
  more: readonly string[] = [],
): Promise<RunningProgram> {
  return startProgram('packages/emulators/dist/main.js', {
    ready: /(http:\/\/127\.0\.0\.1:\d+)/u,
    arguments: ['--port', '0', '--provider', 'pixverse', '--state-dir', stateDirectory, ...more],
  });
}
