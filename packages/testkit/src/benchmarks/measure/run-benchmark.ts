import { parseArgs } from 'node:util';
import { readOptions } from '../../command-line/read-options.ts';
import { wholeNumber } from '../../command-line/whole-number.ts';
import { printLine } from './print.ts';

/** Closes everything that a benchmark opened when it ends, last opened first. */
export class Opened {
  readonly #closers: (() => Promise<unknown>)[] = [];

  add(close: () => Promise<unknown>): void {
    this.#closers.push(close);
  }

  async close(): Promise<void> {
    for (let close = this.#closers.pop(); close !== undefined; close = this.#closers.pop()) {
      await close();
    }
  }
}

/**
 * Reads `--name number` arguments, runs a benchmark, and closes what it opened: at its end, after a failure, and at Ctrl-C.
 *
 * @param numbers the arguments with their defaults
 */
export async function runBenchmark<Name extends string>(
  usage: string,
  numbers: Readonly<Record<Name, number>>,
  benchmark: (given: Readonly<Record<Name, number>>, opened: Opened) => Promise<void>,
): Promise<void> {
  const names = Object.keys(numbers) as Name[];
  const text = { type: 'string' } as const;
  const given = readOptions(usage, () => {
    const { values }: { values: Record<string, unknown> } = parseArgs({
      options: {
        ...Object.fromEntries(names.map((name) => [name, text])),
        help: { type: 'boolean', short: 'h' },
      },
    });
    return values['help'] === true
      ? null
      : (Object.fromEntries(
          names.map((name) => [name, wholeNumber(name, values[name] ?? String(numbers[name]))]),
        ) as Record<Name, number>);
  });
  if (given === null) {
    printLine(usage);
    return;
  }
  await closeAtEnd((opened) => benchmark(given, opened));
}

/** Runs a benchmark, closes what it opened, at its end, after a failure and at Ctrl-C, and ends this process. */
export async function closeAtEnd(benchmark: (opened: Opened) => Promise<void>): Promise<never> {
  const opened = new Opened();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      // A measurement that is under way fails now; nobody wants its figures any more.
      void opened.close().finally(() => process.exit(130));
    });
  }
  try {
    await benchmark(opened);
  } catch (error) {
    // Printed here: a library that a benchmark loads shows a megabyte of its source beside an error that nobody caught.
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    process.exitCode = 1;
  } finally {
    await opened.close();
  }
  // The watchdogs of servers and folders wait for the end of this process, and it for theirs.
  return process.exit();
}
