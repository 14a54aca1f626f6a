import { printLine, printTable } from '../measure/print.ts';
import { jobsToAdapt, measureLateness } from './renders.ts';
import { fixedPace, learnedPace, paceByMedian } from './rules.ts';
import type { Rule } from './rules.ts';

const mediansS = [1, 5, 20, 60, 180, 600];
const runs = { cold: 5_000, learned: 1_000 };

const rows: readonly (readonly [name: string, rule: Rule, learned: number])[] = [
  ['before, cold', paceByMedian(), 0],
  ['before, 50 learned', paceByMedian(), 50],
  ['every 5 s', fixedPace(5_000), 0],
  ['now, cold', learnedPace(), 0],
  ['now, 50 learned', learnedPace(), 50],
  ['now, 3 s between looks, cold', learnedPace(3_000), 0],
  ['now, 3 s between looks, 50 learned', learnedPace(3_000), 50],
];

const changes = [
  [60, 10],
  [60, 5],
  [180, 30],
] as const;

printLine(
  'Median and 90th percentile of the time by which an end is noticed late, in % of the render time, and looks:',
);
printTable([
  ['', ...mediansS.map((medianS) => `${medianS} s`)],
  ...rows.map(([name, rule, learned]) => [
    name,
    ...mediansS.map((medianS) => {
      const { medianPercent, slowPercent, meanLooks } = measureLateness(
        rule,
        medianS,
        learned,
        learned === 0 ? runs.cold : runs.learned,
      );
      return `${medianPercent.toFixed(0)}/${slowPercent.toFixed(0)}/${meanLooks.toFixed(1)}`;
    }),
  ]),
]);
printLine();
printLine('Jobs after a change of the render time until the median is below 25 %:');
printTable([
  ['', ...changes.map(([before, after]) => `${before} to ${after} s`)],
  ...[['before', paceByMedian()] as const, ['now', learnedPace()] as const].map(([name, rule]) => [
    name,
    ...changes.map(([before, after]) =>
      String(jobsToAdapt(rule, before, after, { runs: 200, jobs: 200 }) ?? 'never'),
    ),
  ]),
]);
