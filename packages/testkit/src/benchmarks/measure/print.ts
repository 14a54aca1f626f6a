import { availableParallelism, cpus, loadavg } from 'node:os';

export function printLine(text = ''): void {
  process.stdout.write(`${text}\n`);
}

/** A table with a heading; the first column is text, the others are figures. */
export function printTable(rows: readonly (readonly string[])[]): void {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  for (const row of rows) {
    const cells = row.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
    );
    printLine(cells.join('  ').trimEnd());
  }
}

/** Figures mean little without the machine that they were measured on, and its load. */
export function describeMachine(): string {
  const [load = 0] = loadavg();
  const model = cpus()[0]?.model ?? 'processor of unknown kind';
  return `${availableParallelism()} cores (${model}), load ${load.toFixed(1)} before the start, Node ${process.version}`;
}

/** A figure with as many digits as it deserves. */
export function short(figure: number): string {
  return figure >= 100 ? figure.toFixed(0) : figure >= 10 ? figure.toFixed(1) : figure.toFixed(2);
}
