import { chown, copyFile, readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import type { Server } from 'node:tls';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Health } from '@pixsim7/contracts';
import {
  chooseServerAccount,
  createTestFolder,
  describeWithPostgres,
  describeWithRedis,
  findFreePort,
  makeCertificates,
  startRedisServer,
  startServerProcess,
} from '@pixsim7/testkit/servers';
import type { PostgresServer, RedisServer, TestCertificates } from '@pixsim7/testkit/servers';
import { failedStart, runDoctorProgram } from '../support/doctor.ts';
import type { DoctorFinding } from '../support/doctor.ts';
import { startS3Server } from '../support/s3-server.ts';
import type { S3Server } from '../support/s3-server.ts';

/** PostgreSQL reads its key only when it belongs to the user that it runs as. */
async function turnTlsOn(postgres: PostgresServer, { certificate, key }: TestCertificates): Promise<void> {
  const { uid, gid } = chooseServerAccount();
  for (const [from, name] of [
    [certificate, 'server.pem'],
    [key, 'server.key'],
  ] as const) {
    const path = join(postgres.folder, 'data', name);
    await copyFile(from, path);
    if (uid !== undefined && gid !== undefined) {
      await chown(path, uid, gid);
    }
  }
  const client = new Client({ connectionString: postgres.url() });
  await client.connect();
  await client.query(`alter system set ssl_cert_file = 'server.pem'`);
  await client.query(`alter system set ssl_key_file = 'server.key'`);
  await client.query('alter system set ssl = on');
  await client.end();
  await postgres.restart();
}

/** TLS in front of a server that speaks none. */
async function startTlsProxy(port: number, { certificate, key }: TestCertificates): Promise<Server> {
  const server = createServer({ cert: await readFile(certificate), key: await readFile(key) }, (client) => {
    const upstream = connect(port, '127.0.0.1');
    for (const socket of [client, upstream]) {
      socket.on('error', () => {
        client.destroy();
        upstream.destroy();
      });
    }
    client.pipe(upstream).pipe(client);
  });
  // A client that does not trust the certificate leaves in the middle of the handshake.
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

describeWithPostgres('TLS with an authority of one’s own', (postgres) => {
  describeWithRedis('and Redis', () => {
    let certificates: TestCertificates;
    let redis: RedisServer | null;
    let s3: S3Server;
    let proxy: Server;
    let settings: Record<string, string>;
    let plain: { readonly DATABASE_URL: string; readonly REDIS_URL: string; readonly STORAGE_URL: string };

    beforeAll(async () => {
      certificates = await makeCertificates();
      await turnTlsOn(postgres(), certificates);
      const redisPort = await findFreePort();
      redis = await startRedisServer({
        'tls-port': String(redisPort),
        'tls-cert-file': certificates.certificate,
        'tls-key-file': certificates.key,
        'tls-ca-cert-file': certificates.ca,
        'tls-auth-clients': 'no',
      });
      const directory = await createTestFolder('tls');
      s3 = await startS3Server(join(directory, 's3'));
      proxy = await startTlsProxy(s3.port, certificates);
      plain = {
        DATABASE_URL: `${postgres().url()}?sslmode=verify-full`,
        REDIS_URL: `rediss://127.0.0.1:${redisPort}`,
        STORAGE_URL: `s3://S3RVER:S3RVER@localhost:${(proxy.address() as AddressInfo).port}/videos`,
      };
      settings = {
        DATA_DIR: join(directory, 'data'),
        API_KEY: 'a-key-of-twenty-characters',
        SECRET_KEY: 'a-secret-of-thirty-two-characters',
        SANDBOX: 'off',
      };
    }, 120_000);
    afterAll(async () => {
      proxy.close();
      await s3.close();
      await redis?.close();
    });

    const byFiles = (): Record<string, string> => ({
      ...settings,
      ...plain,
      DATABASE_URL: `${plain.DATABASE_URL}&sslrootcert=${certificates.ca}`,
      REDIS_CA_FILE: certificates.ca,
      NODE_EXTRA_CA_CERTS: certificates.ca,
    });
    const byNode = (): Record<string, string> => ({
      ...settings,
      ...plain,
      NODE_EXTRA_CA_CERTS: certificates.ca,
    });

    it.each([
      ['a file for each', byFiles],
      ['NODE_EXTRA_CA_CERTS alone', byNode],
    ])('is trusted by %s, by the server and by doctor', async (_name, environment) => {
      const findings = await runDoctorProgram(environment());
      expect(findings.filter(({ status }) => status === 'problem')).toEqual([]);
      const server = await startServerProcess(environment());
      try {
        await expect
          .poll(async () => (await (await fetch(`${server.ready}/health`)).json()) as Health, {
            timeout: 20_000,
          })
          .toMatchObject({ status: 'healthy', database: 'connected', redis: 'connected' });
        expect(server.output()).not.toContain('Attention');
      } finally {
        expect(await server.terminate()).toBe(0);
      }
    });

    const named = (findings: readonly DoctorFinding[], check: string): DoctorFinding | undefined =>
      findings.find((finding) => finding.check === check);
    const untrusted = /certificate comes from an authority that this process does not trust/u;

    it('is not trusted without one, and doctor says of each what to do', async () => {
      const findings = await runDoctorProgram({ ...settings, ...plain });
      for (const check of ['database', 'redis', 'storage']) {
        expect(named(findings, check)).toMatchObject({
          status: 'problem',
          detail: expect.stringMatching(untrusted) as string,
        });
      }
      expect(named(findings, 'database')?.detail).toMatch(
        /unable to verify the first certificate|self-signed/u,
      );
      expect(named(findings, 'database')?.advice).toContain('sslrootcert');
      expect(named(findings, 'redis')?.advice).toContain('REDIS_CA_FILE');
      expect(named(findings, 'storage')?.advice).toContain('NODE_EXTRA_CA_CERTS');
    });

    it('ends the start with the cause when PostgreSQL is not trusted', async () => {
      const words = await failedStart({ ...settings, ...plain });
      expect(words).toMatch(/^PixSim7 cannot start\. PostgreSQL cannot be reached/u);
      expect(words).toMatch(untrusted);
      expect(words.trim().split('\n')).toHaveLength(1);
    });

    it('is named in health and at the start when Redis is not trusted', async () => {
      const { REDIS_CA_FILE: _file, NODE_EXTRA_CA_CERTS: _node, ...rest } = byFiles();
      const server = await startServerProcess({ ...rest, STORAGE_URL: '' });
      try {
        expect(
          ((await (await fetch(`${server.ready}/health`)).json()) as Health).checks['redis'],
        ).toMatchObject({
          status: 'down',
          code: 'tls_failed',
        });
        await expect.poll(() => server.output()).toMatch(/Attention Redis cannot be reached.*REDIS_CA_FILE/u);
      } finally {
        await server.terminate();
      }
    });

    it('is told from a certificate file that cannot be read', async () => {
      const elsewhere = byFiles();
      const url = new URL(elsewhere['DATABASE_URL'] ?? '');
      url.searchParams.set('sslrootcert', '/nowhere/ca.pem');
      const findings = await runDoctorProgram({
        ...elsewhere,
        DATABASE_URL: url.href,
        REDIS_CA_FILE: '/nowhere/ca.pem',
        NODE_EXTRA_CA_CERTS: '/nowhere/ca.pem',
      });
      expect(named(findings, 'certificates')).toMatchObject({ status: 'problem' });
      expect(named(findings, 'database')?.detail).toContain('/nowhere/ca.pem');
      expect(named(findings, 'redis')?.detail).toContain('REDIS_CA_FILE');
    });
  });
});
