import { printLine, printTable, short } from '../measure/print.ts';
import type { BurstFigures, PhaseFigures } from './cluster/run-burst.ts';
import type { DatabaseCountsPerJob } from './database-counts.ts';
import type { EmbeddedFigures } from './embedded/run-embedded.ts';
import type { FloorFigures } from './floor/run-floor.ts';
import type { InProcessFigures } from './in-process/run-in-process.ts';
import type { LoadFigures } from './load/open-loop.ts';
import type { RequestFigures } from './requests/run-requests.ts';

/** The conditions of a measurement. */
export interface BenchConditions {
  readonly sync: boolean;
  readonly history: number;
}

export function describeConditions({ sync, history }: BenchConditions): string {
  return `sync ${sync ? 'on' : 'off'}, history ${history}`;
}

const countsHeading = ['statements', 'transactions', 'writing', 'WAL KiB'] as const;

function countsCells(counts: DatabaseCountsPerJob): string[] {
  return [
    counts.statements === null ? '-' : short(counts.statements),
    short(counts.transactions),
    short(counts.writingTransactions),
    short(counts.walKilobytes),
  ];
}

export function printFloor(figures: readonly FloorFigures[], conditions: BenchConditions): void {
  printLine();
  printTable([
    [
      `floor, ${describeConditions(conditions)}`,
      'lives/s',
      'CPU ms',
      'client',
      'PostgreSQL',
      ...countsHeading,
    ],
    ...figures.map(({ name, livesPerSecond, client, postgres, counts }) => [
      name,
      short(livesPerSecond),
      short(client + postgres),
      short(client),
      short(postgres),
      ...countsCells(counts),
    ]),
  ]);
}

export function printInProcess(
  figures: InProcessFigures,
  floor: readonly FloorFigures[],
  conditions: BenchConditions,
): void {
  const { jobs, livesPerSecond, process, postgres, counts } = figures;
  printLine();
  printTable([
    [
      `T0, ${describeConditions(conditions)}, ${jobs} jobs`,
      'lives/s',
      'CPU ms',
      'process',
      'PostgreSQL',
      ...countsHeading,
    ],
    [
      'creation to end',
      short(livesPerSecond),
      short(process + postgres),
      short(process),
      short(postgres),
      ...countsCells(counts),
    ],
  ]);
  printLoad(figures.load);
  for (const { name, livesPerSecond: floorRate, client, postgres: floorPostgres } of floor) {
    const rate = short(livesPerSecond / floorRate);
    const processors = short((process + postgres) / (client + floorPostgres));
    printLine(`  against ${name}: ${rate} of its lives/s, ${processors} times its CPU`);
  }
}

export function printBurst(
  name: string,
  { creation, work }: BurstFigures,
  load: LoadFigures | null,
  floor: readonly FloorFigures[],
  conditions: BenchConditions,
): void {
  const row = (of: string, { counts, jobs, processors, seconds }: PhaseFigures): string[] => [
    of,
    String(jobs),
    short(jobs / seconds),
    short(sumOf(processors)),
    short(processors.api),
    short(processors.worker),
    short(processors.postgres),
    short(processors.redis),
    ...countsCells(counts),
  ];
  printLine();
  printTable([
    [
      `${name}, ${describeConditions(conditions)}`,
      'jobs',
      'jobs/s',
      'CPU ms',
      'api',
      'worker',
      'PostgreSQL',
      'Redis',
      ...countsHeading,
    ],
    row('creation over HTTP', creation),
    row('dispatch to end', work),
  ]);
  printLoad(load);
  for (const { name, client, postgres } of floor) {
    const both = sumOf(creation.processors) + sumOf(work.processors);
    printLine(`  against ${name}: ${short(both / (client + postgres))} times its CPU`);
  }
}

function printLoad(load: LoadFigures | null): void {
  if (load === null) {
    return;
  }
  const { jobs, p50, p95, p99, perSecond } = load;
  const times = [p50, p95, p99].map((milliseconds) => (milliseconds / 1_000).toFixed(2)).join(' / ');
  printLine(
    `  ${jobs} jobs that come by chance, ${short(perSecond)} a second: each takes ${times} s (median / p95 / p99)`,
  );
}

export function printRequests(figures: readonly RequestFigures[]): void {
  printLine();
  printTable([
    ['requests over HTTP', 'clients', 'a second', 'p50 ms', 'p99 ms', 'CPU ms', 'api', 'PostgreSQL'],
    ...figures.map(({ name, api, clients, p50, p99, perSecond, postgres }) => [
      name,
      String(clients),
      short(perSecond),
      short(p50),
      short(p99),
      api === null || postgres === null ? '-' : short(api + postgres),
      api === null ? '-' : short(api),
      postgres === null ? '-' : short(postgres),
    ]),
  ]);
}

export function printEmbedded({ jobs, jobsPerSecond, read, server }: EmbeddedFigures): void {
  printLine();
  printTable([
    [`embedded, 1 KB without poster`, 'jobs', 'jobs/s', 'CPU ms', 'reads', 'read p50 ms', 'read p99 ms'],
    [
      '50 jobs under way',
      String(jobs),
      short(jobsPerSecond),
      short(server),
      String(read.count),
      short(read.p50),
      short(read.p99),
    ],
  ]);
}

/** Statements of a job by their text. */
export function printStatements({ calls }: DatabaseCountsPerJob, most: number): void {
  for (const [text, count] of calls.slice(0, most)) {
    printLine(`  ${count.toFixed(2).padStart(7)}  ${text.replaceAll(/\s+/gu, ' ').slice(0, 120)}`);
  }
}

function sumOf(processors: Readonly<Record<string, number>>): number {
  return Object.values(processors).reduce((sum, milliseconds) => sum + milliseconds, 0);
}
