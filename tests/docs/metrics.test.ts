import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

const reference = read('docs/reference/metrics.md');
const rules = read('deploy/prometheus-alerts.yml');
const guide = read('docs/guides/production.md');

const known = new Map(
  [...reference.matchAll(/^\| `(pixsim7_\w+)` \| (\w+) \| ([^|]*) \|/gmu)].map(
    ([, name = '', kind, labels = '']) => [
      name,
      { kind, labels: [...labels.matchAll(/`(\w+)`/gu)].map(([, label]) => label) },
    ],
  ),
);

const withoutSuffix = (name: string): string =>
  known.has(name) ? name : name.replace(/_(?:bucket|sum|count)$/u, '');

it('alerts and guide name only metrics that exist', () => {
  const named = [...`${rules}\n${guide}`.matchAll(/pixsim7_\w*[a-z]\b/gu)].map(([name]) =>
    withoutSuffix(name),
  );
  expect(named.length).toBeGreaterThan(12);
  expect(named.filter((name) => !known.has(name))).toEqual([]);
});

it('alerts select and group by labels that their metric has', () => {
  const expressions = rules.split('- alert:').slice(1);
  for (const expression of expressions) {
    const labels = [...expression.matchAll(/pixsim7_\w+/gu)].flatMap(
      ([name]) => known.get(withoutSuffix(name))?.labels ?? [],
    );
    const used = [
      ...[...expression.matchAll(/\bby \(([^)]*)\)/gu)].flatMap(([, list = '']) => list.split(', ')),
      ...[...expression.matchAll(/[{,](\w+)=~?"/gu)].map(([, label]) => label),
    ];
    expect(used.filter((label) => !labels.includes(label))).toEqual([]);
  }
});

it('the guide says what to do about every alert', () => {
  const alerts = [...rules.matchAll(/- alert: (\w+)/gu)].map(([, name]) => name);
  const explained = [...guide.matchAll(/^\| `(PixSim7\w+)`/gmu)].map(([, name]) => name);
  expect(alerts.length).toBeGreaterThan(8);
  expect(explained).toEqual(alerts);
});
