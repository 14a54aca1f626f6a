/** A line for the reader of the run: the counts of a suite, or how to repeat it. */
export function report(line: string): void {
  process.stdout.write(`${line}\n`);
}
