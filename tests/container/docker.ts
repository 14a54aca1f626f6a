import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The variables with which the client finds the engine, where they differ from those of this process. */
export type EngineEnvironment = Readonly<Record<string, string>>;

export type Docker = (...args: readonly string[]) => Promise<string>;

interface CommandLineOptions {
  readonly timeout?: number;
  readonly cwd?: string;
  /** Adds standard error to what it gives back. */
  readonly withErrors?: boolean;
}

/** A command line that gives back its standard output. @throws with both outputs when it fails */
export function commandLine(
  program: string,
  environment: EngineEnvironment,
  { withErrors = false, ...more }: CommandLineOptions = {},
): Docker {
  return async (...args) => {
    try {
      const { stdout, stderr } = await run(program, args, {
        env: { ...process.env, ...environment },
        maxBuffer: 64 * 1024 ** 2,
        timeout: 600_000,
        ...more,
      });
      return (withErrors ? `${stdout}${stderr}` : stdout).trim();
    } catch (error) {
      const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
      const reason = `${stdout}\n${stderr}`.trim().slice(-8_000) || String(error);
      throw new Error(`${program} ${args.join(' ')} failed:\n${reason}`, { cause: error });
    }
  };
}

export function connectDocker(environment: EngineEnvironment): Docker {
  const docker = commandLine('docker', environment);
  // `docker logs` repeats the standard error of a container on its own.
  const logs = commandLine('docker', environment, { withErrors: true });
  return (...args) => (args[0] === 'logs' ? logs : docker)(...args);
}

export async function succeeds(command: Promise<unknown>): Promise<boolean> {
  return command.then(
    () => true,
    () => false,
  );
}
