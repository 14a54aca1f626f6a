import type { Reporter, TestModule } from 'vitest/node';

/** Prints the files that took longest, where SLOWEST_FILES says how many, so a suite that grows is seen. */
export class SlowestFiles implements Reporter {
  readonly #count = Number(process.env['SLOWEST_FILES'] ?? 0);

  onTestRunEnd(modules: readonly TestModule[]): void {
    const timed = modules
      .map((module) => ({ path: module.relativeModuleId, ms: module.diagnostic().duration }))
      .sort((left, right) => right.ms - left.ms)
      .slice(0, this.#count);
    if (timed.length === 0) {
      return;
    }
    const lines = timed.map(({ ms, path }) => `${(ms / 1_000).toFixed(1).padStart(7)} s  ${path}`);
    process.stdout.write(`\nThe ${timed.length} slowest files:\n${lines.join('\n')}\n`);
  }
}
