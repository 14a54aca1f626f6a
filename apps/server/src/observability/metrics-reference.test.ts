import { readFile, writeFile } from 'node:fs/promises';
import { collectDefaultMetrics, Counter } from 'prom-client';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openBench } from '../http/__tests__/http-bench.ts';
import type { HttpBench } from '../http/__tests__/http-bench.ts';
import { createConnectionMetrics } from '../http/metrics/connection-metrics.ts';
import { watchEventLoop } from './event-loop-metrics.ts';
import { metricsReference } from './metrics-reference.ts';

const page = new URL('../../../../docs/reference/metrics.md', import.meta.url);

let bench: HttpBench;
let stopWatching: () => void;

beforeEach(async () => {
  bench = await openBench();
  // The bench has no sockets and is no process, so nothing else registers these.
  createConnectionMetrics(bench.metrics).show(() => 0);
  stopWatching = watchEventLoop(bench.metrics, { every: () => () => undefined });
});

afterEach(async () => {
  stopWatching();
  await bench.close();
});

/** `UPDATE_DOCS=1 npx vitest run metrics-reference` writes the page. */
it('the reference page has every metric of the server, and no other', async () => {
  const expected = metricsReference(bench.metrics);
  if (process.env['UPDATE_DOCS'] === '1') {
    await writeFile(page, expected);
  }
  expect(await readFile(page, 'utf8')).toBe(expected);
});

it('would notice a metric that nobody described', () => {
  const added = new Counter({
    name: 'pixsim7_new_total',
    help: 'New.',
    labelNames: ['step'],
    registers: [bench.metrics],
  });
  added.inc({ step: 'check' });
  expect(metricsReference(bench.metrics)).toContain('| `pixsim7_new_total` | counter | `step` | New. |');
});

it('leaves the metrics of the library to the library', () => {
  collectDefaultMetrics({ register: bench.metrics });
  expect(metricsReference(bench.metrics)).not.toContain('`process_cpu');
});

it('names metrics as Prometheus does: base units, and _total for counters alone', () => {
  const rows = metricsReference(bench.metrics)
    .split('\n')
    .flatMap((line) =>
      [...line.matchAll(/^\| `(\w+)` \| (\w+) \|/gu)].map(([, name = '', kind]) => ({ name, kind })),
    );
  expect(rows.length).toBeGreaterThan(20);
  for (const { name, kind } of rows) {
    expect(name).toMatch(/^pixsim7_[a-z_]+[a-z]$/);
    expect(name).not.toMatch(/_(?:ms|milliseconds|minutes|kb|mb)\b/);
    expect(name.endsWith('_total')).toBe(kind === 'counter');
    expect(kind !== 'histogram' || name.endsWith('_seconds')).toBe(true);
  }
});
