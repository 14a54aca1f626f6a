import { inspectPostgres, inspectRedis, troubleOfDatabase, troubleOfRedis } from '@pixsim7/infra';
import type { PostgresFacts, PostgresLook, RedisFacts, RedisLook, Trouble } from '@pixsim7/infra';
import { ok, problem, warning } from './finding.ts';
import type { Finding } from './finding.ts';

/** Leases are 30 s; a clock that is off by more than a tenth of that makes them visibly longer or shorter. */
const maxSkewMs = 3_000;

/** The answer of PostgreSQL on a connection like those of the server; null when it takes none. */
export async function lookAtPostgres(
  look: PostgresLook,
): Promise<{ readonly facts: PostgresFacts | null; readonly finding: Finding }> {
  try {
    const facts = await inspectPostgres(look);
    return { facts, finding: ok('database', `PostgreSQL ${facts.version} answers.`) };
  } catch (error) {
    return { facts: null, finding: findingOf('database', troubleOfDatabase(error)) };
  }
}

function findingOf(check: string, { summary, reason, advice }: Trouble): Finding {
  return problem(check, `${summary} (${reason})`, advice);
}

/** @param poolSize connections that each process opens at most */
export function judgePostgres(facts: PostgresFacts, poolSize: number, now: number): Finding[] {
  const findings: Finding[] = [];
  // The check of the tables says it too, and knows how many migrations there are.
  if (facts.trouble !== null && facts.trouble.code !== 'newer_tables') {
    findings.push(findingOf('database use', facts.trouble));
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
      `The database was written by a newer version (${appliedMigrations} migrations; this one knows ${knownMigrations}).`,
      'Run the newer version, or restore the backup that was made before the upgrade.',
    );
  }
  if (appliedMigrations === knownMigrations) {
    return ok('tables', `Up to date, ${knownMigrations} migrations.`);
  }
  if (appliedMigrations === 0) {
    return ok('tables', 'None yet; the first start applies them.');
  }
  return warning(
    'tables',
    `${knownMigrations - appliedMigrations} migrations are not applied yet.`,
    'Make a backup; the next start applies them.',
  );
}

/** The answer of Redis on a connection like those of the server; null when it takes none. */
export async function lookAtRedis(
  look: RedisLook,
): Promise<{ readonly facts: RedisFacts | null; readonly finding: Finding }> {
  try {
    const facts = await inspectRedis(look);
    return { facts, finding: ok('redis', `Redis ${facts.version} answers.`) };
  } catch (error) {
    return { facts: null, finding: findingOf('redis', troubleOfRedis(error)) };
  }
}

export function judgeRedis(facts: RedisFacts, now: number): Finding[] {
  const findings: Finding[] = [];
  if (facts.trouble !== null) {
    findings.push(findingOf('redis use', facts.trouble));
  }
  if (facts.eventsTrouble !== null) {
    const { summary, reason, advice } = facts.eventsTrouble;
    findings.push(
      warning(
        'redis events',
        `${summary} (${reason}) Steps run; events reach other processes up to 2 s late.`,
        advice,
      ),
    );
  }
  if (facts.memory !== null) {
    findings.push(...judgeMemory(facts.memory));
  }
  if (facts.now !== null) {
    findings.push(judgeClock('Redis', facts.now, now));
  }
  return findings;
}

function judgeMemory({ evictionPolicy, appendOnly }: NonNullable<RedisFacts['memory']>): Finding[] {
  const policy =
    evictionPolicy !== null && evictionPolicy !== 'noeviction'
      ? warning(
          'redis memory',
          `maxmemory-policy is ${evictionPolicy}: when memory runs short, Redis drops steps.`,
          'Set it to noeviction. Dropped steps run up to a minute late.',
        )
      : ok('redis memory', 'Nothing is dropped when memory runs short.');
  if (appendOnly) {
    return [policy];
  }
  return [
    policy,
    warning(
      'redis disk',
      'appendonly is off: after a restart of Redis, steps run up to a minute late.',
      'Set appendonly to yes, or live with it: no job is lost.',
    ),
  ];
}

/** The time of the answer's way is in the difference, which makes it a little too large. */
function judgeClock(server: string, theirs: number, ours: number): Finding {
  const seconds = Math.abs(theirs - ours) / 1_000;
  const detail = `The clock of ${server} differs by ${seconds.toFixed(1)} s.`;
  return seconds * 1_000 > maxSkewMs
    ? warning('clock', detail, 'Synchronise both clocks with NTP; leases and schedules depend on them.')
    : ok('clock', detail);
}
