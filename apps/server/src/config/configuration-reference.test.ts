import { readFile, writeFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { registerDefaultProviders } from '@pixsim7/providers';
import { configurationReference } from './configuration-reference.ts';

const page = new URL('../../../../docs/reference/configuration.md', import.meta.url);

/** `UPDATE_DOCS=1 npx vitest run configuration-reference` writes the page. */
it('the reference page says what the code says', async () => {
  const registry = registerDefaultProviders({ fetch: globalThis.fetch, createUuid: () => '' });
  const expected = configurationReference(registry.list().map((adapter) => adapter.manifest));
  if (process.env['UPDATE_DOCS'] === '1') {
    await writeFile(page, expected);
  }
  expect(await readFile(page, 'utf8')).toBe(expected);
});
