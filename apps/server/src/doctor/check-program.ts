import { accessSync, constants } from 'node:fs';
import { reasonOf } from '@pixsim7/infra';
import type { RedisAddress } from '@pixsim7/infra';
import { redisAddress } from '../config/redis-address.ts';
import { ConfigurationError, readSettings } from '../config/settings.ts';
import type { Settings } from '../config/settings.ts';
import { ok, problem } from './finding.ts';
import type { Finding } from './finding.ts';

const oldestNode = [20, 19] as const;

/** @param nodeVersion as in `process.versions.node` */
export function checkNode(nodeVersion: string): Finding {
  const [major = 0, minor = 0] = nodeVersion.split('.').map(Number);
  const [oldestMajor, oldestMinor] = oldestNode;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) {
    return ok('node', `Node.js ${nodeVersion}.`);
  }
  return problem('node', `Node.js ${nodeVersion} is too old.`, `Install ${oldestNode.join('.')} or newer.`);
}

/** The settings as the server would read them; null when it would refuse to start with them. */
export function checkSettings(environment: Readonly<Record<string, string | undefined>>): {
  readonly settings: Settings | null;
  readonly findings: Finding[];
} {
  try {
    const settings = readSettings(environment);
    const mode = settings.DATABASE_URL === undefined ? 'embedded' : 'cluster';
    return { settings, findings: [ok('settings', `Read; ${mode}, role ${settings.ROLE}.`)] };
  } catch (error) {
    if (!(error instanceof ConfigurationError)) {
      throw error;
    }
    const advice = 'See docs/reference/configuration.md.';
    return { settings: null, findings: error.problems.map((words) => problem('settings', words, advice)) };
  }
}

/** Node.js goes on without a file that it cannot read, and trusts nobody more than before. */
export function checkCertificates({
  NODE_EXTRA_CA_CERTS: path,
}: Readonly<Record<string, string | undefined>>): Finding[] {
  if (path === undefined || path === '') {
    return [];
  }
  try {
    accessSync(path, constants.R_OK);
    return [ok('certificates', `NODE_EXTRA_CA_CERTS adds the authorities in ${path}.`)];
  } catch (error) {
    return [
      problem(
        'certificates',
        `The file of NODE_EXTRA_CA_CERTS cannot be read: ${reasonOf(error)}`,
        'Correct the path, or let this user read the file.',
      ),
    ];
  }
}

/** The address of Redis; null if none is set, and a finding if its certificate file cannot be read. */
export function checkRedisAddress(
  settings: Pick<Settings, 'REDIS_URL' | 'REDIS_CA_FILE'>,
): RedisAddress | Finding | null {
  try {
    return redisAddress(settings);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) {
      throw error;
    }
    return problem('redis', error.problems.join('; '), 'Correct the path, or let this user read the file.');
  }
}
