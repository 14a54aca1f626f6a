import { describeMachine, printLine } from '../measure/print.ts';
import { closeAtEnd } from '../measure/run-benchmark.ts';
import { benchUsage, readBenchOptions } from './options.ts';
import { runBench } from './run-bench.ts';

const options = readBenchOptions(process.argv.slice(2));
if (options === null) {
  printLine(benchUsage);
} else {
  printLine(describeMachine());
  await closeAtEnd((opened) => runBench(options, opened));
}
