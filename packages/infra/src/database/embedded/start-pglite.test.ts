import { PGlite } from '@electric-sql/pglite';
import { afterEach, expect, it, vi } from 'vitest';
import { EmbeddedDatabaseLostError } from './lost-error.ts';
import { startPglite } from './start-pglite.ts';

afterEach(() => vi.restoreAllMocks());

it('tries again after the first database of a process could not be made', async () => {
  vi.spyOn(PGlite, 'create').mockRejectedValueOnce(new Error('could not allocate memory'));
  const refused = await startPglite(null).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(EmbeddedDatabaseLostError);
  expect(refused).toMatchObject({ cause: { message: 'could not allocate memory' } });

  const started = await startPglite(null);
  expect(started.death()).toBeNull();
  await started.close();
}, 60_000);
