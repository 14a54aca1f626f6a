import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startPixverseEmulator } from '@pixsim7/emulators';
import { createVault, inspectPostgres, openPostgresDatabase } from '@pixsim7/infra';
import { buildAccount } from '@pixsim7/testkit/builders';
import { describeWithPostgres, describeWithRedis } from '@pixsim7/testkit/servers';
import type { Finding } from './finding.ts';
import { runDoctor } from './run-doctor.ts';

const logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const secret = 'a-secret-of-thirty-two-characters';

describeWithPostgres('the doctor', (postgres) => {
  describeWithRedis('of a cluster', (redis) => {
    it('looks, migrates nothing, and tries the stored keys', async () => {
      const directory = await mkdtemp(join(tmpdir(), 'pixsim7-doctor-'));
      const emulator = await startPixverseEmulator({ renderSeconds: [1, 1], credits: 500 });
      const url = postgres().url();
      const run = (more: Record<string, string> = {}): Promise<Finding[]> =>
        runDoctor({
          environment: {
            DATA_DIR: directory,
            PORT: '0',
            DATABASE_URL: url,
            REDIS_URL: redis().url,
            API_KEY: 'a-key-of-twenty-characters',
            SECRET_KEY: secret,
            SANDBOX: 'off',
            ...more,
          },
          nodeVersion: '20.19.0',
          now: Date.now,
          fetch: globalThis.fetch,
          createUuid: () => crypto.randomUUID(),
        });
      const find = (findings: readonly Finding[], check: string): Finding | undefined =>
        findings.find((finding) => finding.check === check);
      try {
        const fresh = await run();
        expect(fresh.filter(({ status }) => status === 'problem')).toEqual([]);
        expect(find(fresh, 'tables')?.detail).toContain('None yet');
        expect((await inspectPostgres({ url })).appliedMigrations).toBe(0);
        expect(find(fresh, 'redis')?.detail).toMatch(/^Redis \d/);

        const account = buildAccount({ providerId: 'pixverse', label: 'Main', baseUrl: emulator.baseUrl });
        const vault = createVault([secret]);
        const database = await openPostgresDatabase({ url, logger, now: Date.now });
        await database.transaction(({ accounts }) =>
          accounts.insert({
            ...account,
            sealedCredentials: vault.seal(account.id, JSON.stringify({ api_key: 'sk-cluster' })),
          }),
        );
        await database.close();

        const filled = await run();
        expect(find(filled, 'tables')?.detail).toContain('Up to date');
        expect(find(filled, 'account')?.detail).toBe('pixverse "Main": the key works, 500 credits.');
        const wrongSecret = await run({ SECRET_KEY: 'another-secret-of-32-characters-!' });
        expect(find(wrongSecret, 'account')).toMatchObject({ status: 'problem' });
      } finally {
        await emulator.close();
        await rm(directory, { recursive: true, force: true });
      }
    });
  });
});
