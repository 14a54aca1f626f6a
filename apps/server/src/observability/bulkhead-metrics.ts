import { Counter, Gauge } from 'prom-client';
import type { Registry } from 'prom-client';
import type { Bulkhead, Bulkheads } from '@pixsim7/core';

/** Shows how full the bulkheads of this process are. They are asked at each look, so they know nothing of it. */
export function watchBulkheads(registry: Registry, bulkheads: Bulkheads): void {
  const all = Object.entries(bulkheads) as [keyof Bulkheads, Bulkhead][];
  const used = new Gauge({
    name: 'pixsim7_bulkhead_places_used',
    help: 'Places used by outgoing calls, by kind of work.',
    labelNames: ['work'] as const,
    registers: [],
    collect() {
      for (const [work, bulkhead] of all) {
        this.set({ work }, bulkhead.used);
      }
    },
  });
  const waiting = new Gauge({
    name: 'pixsim7_bulkhead_waiting',
    help: 'Rows and requests that wait for a place.',
    labelNames: ['work'] as const,
    registers: [],
    collect() {
      for (const [work, bulkhead] of all) {
        this.set({ work }, bulkhead.waiting);
      }
    },
  });
  const full = new Counter({
    name: 'pixsim7_bulkhead_full_total',
    help: 'Times that a call had to wait because a share of the places was full, by share.',
    labelNames: ['work', 'share'] as const,
    registers: [],
    collect() {
      this.reset();
      for (const [work, bulkhead] of all) {
        for (const [share, times] of bulkhead.timesFull) {
          this.inc({ work, share }, times);
        }
      }
    },
  });
  registry.registerMetric(used);
  registry.registerMetric(waiting);
  registry.registerMetric(full);
}
