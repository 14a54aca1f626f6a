import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { registerDefaultProviders } from './register-default-providers.ts';

/** Every provider folder has these rooms: anybody who knows one folder knows all. More data files may stand beside them. */
const rooms = [
  'adapter.ts',
  'build-request.ts',
  'errors.ts',
  'index.ts',
  'manifest.ts',
  'map-parameters.ts',
  'status.ts',
];

/** No providers: the contract, the ways that several providers are reached by, and what the tests share. */
const otherFolders = ['__tests__', 'contract', 'fal-queue'];

const folders = readdirSync(new URL('.', import.meta.url), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !otherFolders.includes(entry.name))
  .map(({ name }) => name);

describe('provider folders', () => {
  it.each(folders)(
    '%s has every room, a test beside each that decides something, and one in a browser',
    (folder) => {
      const files = readdirSync(new URL(`${folder}/`, import.meta.url));
      expect(files).toEqual(expect.arrayContaining(rooms));
      const tested = rooms
        .filter((file) => file !== 'index.ts')
        .map((file) => file.replace('.ts', '.test.ts'));
      expect(files).toEqual(expect.arrayContaining([...tested, 'browser-bundle.test.ts']));
    },
  );

  it('are the providers that are registered by default', () => {
    const registry = registerDefaultProviders({
      fetch: () => Promise.reject(new Error('no call is expected')),
      createUuid: () => 'uuid',
    });
    expect(folders.sort()).toEqual(registry.ids().sort());
  });
});
