import type { Registry } from 'prom-client';
import { z } from 'zod';

/** Fields of a metric that the client library has and its types leave out. */
const metricSchema = z.object({
  name: z.string(),
  help: z.string(),
  type: z.enum(['counter', 'gauge', 'histogram']),
  labelNames: z.array(z.string()).default([]),
});

/** Metrics of the process itself, by the library; their names are those of every Node program. */
const isOfLibrary = (name: string): boolean => name.startsWith('process_') || name.startsWith('nodejs_');

/** The page `docs/reference/metrics.md`; a test holds the file to it. */
export function metricsReference(registry: Registry): string {
  const own = registry
    .getMetricsAsArray()
    .filter(({ name }) => !isOfLibrary(name))
    .map((metric) => metricSchema.parse(metric))
    .sort((left, right) => (left.name < right.name ? -1 : 1));
  return [
    '# Metrics',
    '',
    '`GET /metrics` of every process, in the text format of Prometheus, with an API key. This page is generated from the code.',
    '',
    'Metrics of the database and the queue (`pixsim7_jobs`, `pixsim7_queue_…`, `pixsim7_provider_slots_…`, credits, accounts)',
    'are the same in every process, because all read the same database: aggregate them with `max`. The others count what one',
    'process did: aggregate them with `sum`. Users cannot make up label values; series of single accounts are left out when',
    'there are more than 50.',
    '',
    '| metric | kind | labels | meaning |',
    '| --- | --- | --- | --- |',
    ...own.map(
      ({ name, type, labelNames, help }) =>
        `| \`${name}\` | ${type} | ${labelNames.map((label) => `\`${label}\``).join(', ')} | ${help} |`,
    ),
    '',
    'While the event loop of a process is held up, it answers no requests. `pixsim7_event_loop_delay_seconds` counts for how long:',
    '`rate(…_count) - rate(…_bucket{le="0.02"})` is how often in a second it was more than 20 ms. A machine that has',
    'too little processor for its processes holds up each of them, too.',
    '',
    'In addition there are the `process_…` and `nodejs_…` metrics of every Node program: memory, CPU, event loop, garbage',
    'collection. `nodejs_eventloop_lag_max_seconds` is the longest delay of the event loop since the last scrape, and',
    '`nodejs_eventloop_lag_p99_seconds` its 99th percentile. More than 0.25 s is unusual.',
    '',
  ].join('\n');
}
