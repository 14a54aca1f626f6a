/** A line for whoever reads the run: what a suite counted, or how to repeat it. */
export function report(line: string): void {
  process.stdout.write(`${line}\n`);
}
