import { spawn } from 'node:child_process';

/** The end of a program that ran in a process of its own. */
export interface ChildEnding {
  /** null when a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly timedOut: boolean;
  /** The last of what it wrote to standard error. */
  readonly complaint: string;
}

/** More than a stack trace; a program that writes without end is not kept. */
const longestComplaint = 8_000;

/** The delay until a child notices that its parent is gone. */
const lookMs = 500;

/**
 * Ends the program when the process that started it is gone, however that ended: the system then gives it another parent.
 * In a thread of its own, because the program may compute for seconds without looking up. The thread must not block, or
 * the program could not exit before it.
 */
const endWithParent = `
const { Worker } = await import('node:worker_threads');
new Worker(\`
  setInterval(() => {
    if (process.ppid !== ${process.pid}) process.kill(process.pid, 'SIGKILL');
  }, ${lookMs});
\`, { eval: true, execArgv: [] }).unref();
`;

/**
 * Runs a module text in a process of its own and waits for its end. It does not outlive this process.
 *
 * @param parameters its \`process.argv\` from the second on
 */
export function runChild(
  module: string,
  parameters: readonly string[],
  { timeoutMs }: { readonly timeoutMs: number },
): Promise<ChildEnding> {
  return new Promise((resolve, reject) => {
    const child = spawn(
      process.execPath,
      ['--input-type=module', '--eval', `${endWithParent}${module}`, ...parameters],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
    let complaint = '';
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      child.kill('SIGKILL');
    }, timeoutMs);
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      complaint = (complaint + chunk).slice(-longestComplaint);
    });
    child.once('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      resolve({ code, signal, timedOut, complaint });
    });
  });
}
