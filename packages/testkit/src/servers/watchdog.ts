import { spawn } from 'node:child_process';
import { once } from 'node:events';

export interface Watchdog {
  /** Does its work now. */
  dismiss(): Promise<void>;
}

/**
 * Runs a shell script when this process is gone, however it ended, or when it is dismissed.
 *
 * A handler of 'exit' does not see a SIGKILL. The other end of a pipe does: the system closes it with the process. In a
 * session of its own, so that Ctrl-C in the terminal does not reach it.
 *
 * @param values the `$1`, `$2` of the script
 */
export function startWatchdog(script: string, values: readonly string[]): Watchdog {
  const child = spawn('sh', ['-c', `read -r _; ${script}`, 'watchdog', ...values], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  const exited = once(child, 'exit');
  return {
    async dismiss() {
      child.stdin.end();
      await exited;
    },
  };
}
