import { readSeeds } from '../../command-line/read-seeds.ts';
import { fuzzMedia } from './fuzz-media.ts';

const usage = `npm run fuzz:media [-- --runs <number>] [--seed <first seed>]

Shows that many wounded media files to the media reader, one for each seed from the first on. An answer that no file may get
names its seed; show that file again with --runs 1 --seed <seed>.
`;

/** No request of a server may wait longer for the event loop. */
const longestStallMs = 250;
const megabyte = 1024 ** 2;

async function main(): Promise<number> {
  const seeds = readSeeds(usage);
  if (seeds === null) {
    return 0;
  }
  const { runs, firstSeed } = seeds;
  const startedAt = performance.now();
  const report = await fuzzMedia({
    runs,
    seed: firstSeed,
    onProgress: (done) => process.stdout.write(`${done} of ${runs}\n`),
  });
  for (const violation of report.violations) {
    process.stdout.write(`${violation}\n`);
  }
  const lines = [
    ...Object.entries(report.answers).map(([answer, count]) => [answer, String(count)] as const),
    ['longest answer', `${report.longestAnswerMs.toFixed(0)} ms`] as const,
    ['longest stall of the event loop', `${report.longestStallMs.toFixed(0)} ms`] as const,
    ['memory of this process, peak', `${(report.peakOwnBytes / megabyte).toFixed(0)} MB`] as const,
    ['memory of its children, peak', `${(report.peakChildrenBytes / megabyte).toFixed(0)} MB`] as const,
    ['real time', `${((performance.now() - startedAt) / 1_000).toFixed(0)} s`] as const,
  ];
  process.stdout.write(`\n${lines.map(([what, figure]) => `${what.padEnd(34)}${figure}`).join('\n')}\n`);
  return report.violations.length === 0 && report.longestStallMs < longestStallMs ? 0 : 1;
}

process.exitCode = await main();
