import { inspectPostgres, inspectRedis, type PostgresFacts, type RedisFacts } from '@pixsim7/infra';
import { ok, problem, warning, type Finding } from './finding.ts';

const oldestPostgres = 150_000;
const oldestRedis = [6, 2] as const;
/** Leases are 30 s; a clock that is off by more than a tenth of that makes them visibly longer or shorter. */
const mostSkewMs = 3_000;

/** What PostgreSQL says; null when it does not answer. */
export async function lookAtPostgres(
  url: string,
): Promise<{ readonly facts: PostgresFacts | null; readonly finding: Finding }> {
  try {
    const facts = await inspectPostgres(url);
    return { facts, finding: ok('database', `PostgreSQL ${facts.version} answers.`) };
  } catch (error) {
    const reason =
      error instanceof Error && error.cause instanceof Error ? error.cause.message : 'no reason given';
    return {
      facts: null,
      finding: problem(
        'database',
        `PostgreSQL does not answer: ${reason}`,
        'Check DATABASE_URL: host, port, name, user and password.',
      ),
    };
  }
}

/** @param poolSize connections that each process opens at most */
export function judgePostgres(facts: PostgresFacts, poolSize: number, now: number): Finding[] {
  const findings: Finding[] = [];
  if (facts.versionNumber < oldestPostgres) {
    findings.push(
      problem('database', `PostgreSQL ${facts.version} is too old.`, 'Upgrade it to 15 or newer.'),
    );
  }
  const room = facts.maxConnections - facts.usedConnections;
  const used = `${facts.usedConnections} of ${facts.maxConnections} connections are used; a process opens up to ${poolSize}.`;
  findings.push(
    room < poolSize
      ? warning('connections', used, 'Raise max_connections, or lower DATABASE_POOL_SIZE.')
      : ok('connections', used),
    judgeMigrations(facts),
    judgeClock('PostgreSQL', facts.now, now),
  );
  return findings;
}

function judgeMigrations({ appliedMigrations, knownMigrations }: PostgresFacts): Finding {
  if (appliedMigrations > knownMigrations) {
    return problem(
      'tables',
      `The database was made by a newer version (${appliedMigrations} migrations; this one knows ${knownMigrations}).`,
      'Run the newer version, or restore the backup that was made before the upgrade.',
    );
  }
  if (appliedMigrations === knownMigrations)
    return ok('tables', `Up to date, ${knownMigrations} migrations.`);
  if (appliedMigrations === 0) return ok('tables', 'None yet; the first start makes them.');
  return warning(
    'tables',
    `${knownMigrations - appliedMigrations} migrations are not applied yet.`,
    'Make a backup; the next start applies them.',
  );
}

export async function lookAtRedis(
  url: string,
): Promise<{ readonly facts: RedisFacts | null; readonly finding: Finding }> {
  try {
    const facts = await inspectRedis(url);
    return { facts, finding: ok('redis', `Redis ${facts.version} answers.`) };
  } catch (error) {
    const reason =
      error instanceof Error && error.cause instanceof Error ? error.cause.message : 'no reason given';
    return {
      facts: null,
      finding: problem(
        'redis',
        `Redis does not answer: ${reason}`,
        'Check REDIS_URL. Nothing is lost meanwhile, but no step runs.',
      ),
    };
  }
}

export function judgeRedis(facts: RedisFacts, now: number): Finding[] {
  const findings: Finding[] = [];
  const [major = 0, minor = 0] = facts.version.split('.').map(Number);
  if (major < oldestRedis[0] || (major === oldestRedis[0] && minor < oldestRedis[1])) {
    findings.push(problem('redis', `Redis ${facts.version} is too old.`, 'Upgrade it to 6.2 or newer.'));
  }
  if (facts.evictionPolicy !== null && facts.evictionPolicy !== 'noeviction') {
    findings.push(
      warning(
        'redis memory',
        `maxmemory-policy is ${facts.evictionPolicy}: when memory is short, Redis throws steps away.`,
        'Set it to noeviction. Steps that are gone run up to a minute late.',
      ),
    );
  } else {
    findings.push(ok('redis memory', 'Nothing is thrown away when memory is short.'));
  }
  if (!facts.appendOnly) {
    findings.push(
      warning(
        'redis disk',
        'appendonly is off: after a restart of Redis, steps run up to a minute late.',
        'Set appendonly to yes, or accept it: no job is lost.',
      ),
    );
  }
  findings.push(judgeClock('Redis', facts.now, now));
  return findings;
}

/** The time of the answer's way is in the difference, which makes it a little too large. */
function judgeClock(server: string, theirs: number, ours: number): Finding {
  const seconds = Math.abs(theirs - ours) / 1_000;
  const detail = `The clock of ${server} differs by ${seconds.toFixed(1)} s.`;
  return seconds * 1_000 > mostSkewMs
    ? warning('clock', detail, 'Let both machines set their clocks by NTP; leases and schedules go by them.')
    : ok('clock', detail);
}
