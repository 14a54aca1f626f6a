import { parseArgs } from 'node:util';
import type { StartOptions } from './start/options.ts';

export const providers = ['pixverse', 'runway', 'pika'] as const;
export type EmulatedProvider = (typeof providers)[number];

/** The options that can be given in a terminal. */
export type CommandLineOptions = { readonly port: number } & Pick<
  StartOptions,
  'host' | 'stateDir' | 'renderSeconds' | 'credits' | 'maxConcurrent'
>;

export interface CommandLine {
  readonly provider: EmulatedProvider;
  readonly options: CommandLineOptions;
}

export const usage = `Usage: npm run emulator -- [options]

  --provider NAME          ${providers.join(' | ')} (default pixverse)
  --port N                 default 9100; 0 takes a free one
  --host ADDRESS           default 127.0.0.1
  --state-dir DIRECTORY    keep everything here; otherwise nothing is kept
  --render-seconds MIN,MAX how long a generation takes, such as 1,3
  --credits N              credits of each account
  --max-concurrent N       running generations of one account
  --help
`;

/** The arguments make no sense; the message is for the terminal. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Reads the arguments after the program's name; `help` when it was asked for. Throws `UsageError`. */
export function readCommandLine(commandLine: readonly string[]): CommandLine | 'help' {
  const values = parse(commandLine);
  if (values.help === true) {
    return 'help';
  }
  const provider = providers.find((known) => known === (values.provider ?? 'pixverse'));
  if (provider === undefined) {
    throw new UsageError(`--provider must be one of: ${providers.join(', ')}`);
  }
  return {
    provider,
    options: {
      port: readWhole('--port', values.port ?? '9100', 65_535),
      ...(values.host === undefined ? {} : { host: values.host }),
      ...(values['state-dir'] === undefined ? {} : { stateDir: values['state-dir'] }),
      ...(values['render-seconds'] === undefined
        ? {}
        : { renderSeconds: readRange('--render-seconds', values['render-seconds']) }),
      ...(values.credits === undefined ? {} : { credits: readWhole('--credits', values.credits, 1e9) }),
      ...(values['max-concurrent'] === undefined
        ? {}
        : { maxConcurrent: readWhole('--max-concurrent', values['max-concurrent'], 10_000) }),
    },
  };
}

function parse(commandLine: readonly string[]) {
  try {
    return parseArgs({
      args: [...commandLine],
      options: {
        provider: { type: 'string' },
        port: { type: 'string' },
        host: { type: 'string' },
        'state-dir': { type: 'string' },
        'render-seconds': { type: 'string' },
        credits: { type: 'string' },
        'max-concurrent': { type: 'string' },
        help: { type: 'boolean' },
      },
    }).values;
  } catch (cause) {
    throw new UsageError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

function readWhole(name: string, text: string, largest: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > largest) {
    throw new UsageError(`${name} must be a whole number from 0 to ${largest}`);
  }
  return value;
}

function readRange(name: string, text: string): [number, number] {
  const match = /^(\d+(?:\.\d+)?),(\d+(?:\.\d+)?)$/.exec(text);
  const range: [number, number] = [Number(match?.[1]), Number(match?.[2])];
  if (match === null || range[0] > range[1]) {
    throw new UsageError(`${name} must be two numbers of seconds, the shorter first, such as 1,3`);
  }
  return range;
}
