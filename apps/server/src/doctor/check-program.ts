import { ConfigurationError, readSettings, type Settings } from '../config/settings.ts';
import { ok, problem, type Finding } from './finding.ts';

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
    if (!(error instanceof ConfigurationError)) throw error;
    const advice = 'Set it as docs/reference/configuration.md says.';
    return { settings: null, findings: error.problems.map((words) => problem('settings', words, advice)) };
  }
}
