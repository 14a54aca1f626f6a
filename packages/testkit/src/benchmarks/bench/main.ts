import { readOptions } from '../../command-line/read-options.ts';
import { describeMachine, printLine } from '../measure/print.ts';
import { closeAtEnd } from '../measure/run-benchmark.ts';
import { benchUsage, readBenchOptions } from './options.ts';
import { runBench } from './run-bench.ts';

const options = readOptions(benchUsage, () => readBenchOptions(process.argv.slice(2)));
if (options === null) {
  printLine(benchUsage);
} else {
  printLine(describeMachine());
  await closeAtEnd((opened) => runBench(options, opened));
}
