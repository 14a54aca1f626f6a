import { describe, expect, it } from 'vitest';
import type { PostgresFacts, RedisFacts, Trouble } from '@pixsim7/infra';
import { spaceFinding } from './check-data-folder.ts';
import { checkNode, checkSettings } from './check-program.ts';
import { judgePostgres, judgeRedis } from './check-servers.ts';
import { findingsAsJson, formatFindings, ok, problem, warning, works } from './finding.ts';

const now = 1_790_000_000_000;
const poolSize = 10;

describe('the report', () => {
  const findings = [
    ok('node', 'Fine.'),
    warning('clock', 'Off.', 'Set it.'),
    problem('redis', 'Away.', 'Start it.'),
  ];

  it('is one line each, with what to do, and a count', () => {
    expect(formatFindings(findings)).toBe(
      [
        'ok       node   Fine.',
        'warning  clock  Off. → Set it.',
        'problem  redis  Away. → Start it.',
        '',
        '1 ok, 1 to look at, 1 to fix.',
        '',
      ].join('\n'),
    );
  });

  it('works with warnings, not with problems', () => {
    expect(works(findings)).toBe(false);
    expect(works(findings.slice(0, 2))).toBe(true);
    expect(JSON.parse(findingsAsJson(findings))).toEqual({ works: false, findings });
  });
});

it.each([
  ['18.20.4', 'problem'],
  ['20.18.1', 'problem'],
  ['20.19.0', 'ok'],
  ['22.0.0', 'ok'],
])('Node.js %s is %s', (version, status) => {
  expect(checkNode(version).status).toBe(status);
});

it('every wrong setting is a problem of its own', () => {
  const { settings, findings } = checkSettings({ PORT: 'many', ROLE: 'worker' });
  expect(settings).toBeNull();
  expect(findings.map(({ status, detail }) => [status, detail.split(':')[0]])).toEqual([['problem', 'PORT']]);
  expect(
    checkSettings({ ROLE: 'worker', SANDBOX: 'off' }).findings.map(({ detail }) => detail.split(':')[0]),
  ).toEqual(['DATABASE_URL', 'REDIS_URL']);
});

it.each([
  [100 * 1024 ** 2, 'problem'],
  [512 * 1024 ** 2, 'warning'],
  [2 * 1024 ** 3, 'ok'],
])('%i free bytes are %s', (bytes, status) => {
  expect(spaceFinding(bytes, 1024 ** 3 / 4).status).toBe(status);
});

const trouble: Trouble = { code: 'read_only', summary: 'No.', reason: 'a replica', advice: 'Mend it.' };

describe('PostgreSQL', () => {
  const facts: PostgresFacts = {
    version: '17.2',
    versionNumber: 170_002,
    encoding: 'UTF8',
    trouble: null,
    maxConnections: 100,
    usedConnections: 5,
    now,
    appliedMigrations: 3,
    knownMigrations: 3,
  };
  const judge = (changes: Partial<PostgresFacts>): [string, string][] =>
    judgePostgres({ ...facts, ...changes }, poolSize, now)
      .filter(({ status }) => status !== 'ok')
      .map(({ check, status }) => [check, status]);

  it.each([
    ['nothing is wrong', {}, []],
    ['it cannot be used', { trouble }, [['database use', 'problem']]],
    ['connections are short', { usedConnections: 95 }, [['connections', 'warning']]],
    ['tables are behind', { appliedMigrations: 2 }, [['tables', 'warning']]],
    ['it is new', { appliedMigrations: 0 }, []],
    ['a newer version was here', { appliedMigrations: 4 }, [['tables', 'problem']]],
    ['its clock is fast', { now: now + 3_001 }, [['clock', 'warning']]],
    ['its clock is slow', { now: now - 3_001 }, [['clock', 'warning']]],
  ])('%s', (_, changes, expected) => {
    expect(judge(changes)).toEqual(expected);
  });
});

describe('Redis', () => {
  const memory = { evictionPolicy: 'noeviction', usedBytes: 1, appendOnly: true };
  const facts: RedisFacts = {
    version: '7.4.1',
    memory,
    now,
    trouble: null,
    eventsTrouble: null,
  };
  const judge = (changes: Partial<RedisFacts>): [string, string][] =>
    judgeRedis({ ...facts, ...changes }, now)
      .filter(({ status }) => status !== 'ok')
      .map(({ check, status }) => [check, status]);

  it.each([
    ['nothing is wrong', {}, []],
    ['it cannot be used', { trouble }, [['redis use', 'problem']]],
    ['it refuses its channel', { eventsTrouble: trouble }, [['redis events', 'warning']]],
    [
      'it throws keys away',
      { memory: { ...memory, evictionPolicy: 'allkeys-lru' } },
      [['redis memory', 'warning']],
    ],
    ['it does not tell', { memory: { ...memory, evictionPolicy: null } }, []],
    ['the user may not ask', { memory: null, now: null }, []],
    ['it keeps nothing', { memory: { ...memory, appendOnly: false } }, [['redis disk', 'warning']]],
    ['its clock is off', { now: now - 10_000 }, [['clock', 'warning']]],
  ])('%s', (_, changes, expected) => {
    expect(judge(changes)).toEqual(expected);
  });
});
