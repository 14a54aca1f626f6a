import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createTestFolder } from './leftovers.ts';

/** Files in PEM of an authority of one's own, and of a server that it vouches for. */
export interface TestCertificates {
  readonly folder: string;
  readonly ca: string;
  readonly certificate: string;
  readonly key: string;
}

/** Makes certificates with OpenSSL, valid for a day. @param host what the certificate is for, e.g. `IP:127.0.0.1` */
export async function makeCertificates(host = 'IP:127.0.0.1,DNS:localhost'): Promise<TestCertificates> {
  const folder = await createTestFolder('certificates');
  const path = (name: string): string => join(folder, name);
  const openssl = (...words: readonly string[]): Promise<unknown> =>
    promisify(execFile)('openssl', [...words], { cwd: folder });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  await openssl(
    'req',
    '-x509',
    ...key,
    '-days',
    '1',
    '-subj',
    '/CN=Test CA',
    '-keyout',
    'ca.key',
    '-out',
    'ca.pem',
  );
  await openssl('req', ...key, '-subj', '/CN=Test server', '-keyout', 'server.key', '-out', 'server.csr');
  await writeFile(path('names.txt'), `subjectAltName=${host}\n`);
  await openssl(
    'x509',
    '-req',
    '-in',
    'server.csr',
    '-CA',
    'ca.pem',
    '-CAkey',
    'ca.key',
    '-CAcreateserial',
    '-days',
    '1',
    '-extfile',
    'names.txt',
    '-out',
    'server.pem',
  );
  return { folder, ca: path('ca.pem'), certificate: path('server.pem'), key: path('server.key') };
}
