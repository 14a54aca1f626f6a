import { describe, expect, it } from 'vitest';
import { ConfigurationError, describeSettings, readSettings, settingDefinitions } from './settings.ts';

function problemsOf(environment: Record<string, string>): readonly string[] {
  try {
    readSettings(environment);
  } catch (error) {
    if (error instanceof ConfigurationError) {
      return error.problems;
    }
    throw error;
  }
  return [];
}

describe('readSettings', () => {
  it('runs without any variable', () => {
    expect(readSettings({})).toMatchObject({
      PORT: 8000,
      HOST: '127.0.0.1',
      SANDBOX: 'auto',
      LOG_LEVEL: 'info',
    });
  });

  it('makes the data folder absolute, so that a later change of directory cannot move it', () => {
    expect(readSettings({ DATA_DIR: 'somewhere' }).DATA_DIR).toMatch(/^\/.*\/somewhere$/u);
  });

  it('reads a list of origins', () => {
    expect(readSettings({}).ACCOUNT_BASE_URLS).toEqual([]);
    const list = ' https://API.example.com:443/, http://127.0.0.1:9100 ';
    expect(readSettings({ ACCOUNT_BASE_URLS: list }).ACCOUNT_BASE_URLS).toEqual([
      'https://api.example.com',
      'http://127.0.0.1:9100',
    ]);
  });

  it('takes an empty variable as not set', () => {
    expect(readSettings({ PORT: '', API_KEY: '' })).toMatchObject({ PORT: 8000 });
  });

  it.each([
    ['PORT', 'eight'],
    ['PORT', '70000'],
    ['PORT', '80.5'],
    ['PORT', '-1'],
    ['SANDBOX', 'maybe'],
    ['LOG_LEVEL', 'loud'],
    ['ACCOUNT_BASE_URLS', 'api.example.com'],
    ['ACCOUNT_BASE_URLS', 'https://api.example.com/v1'],
    ['ACCOUNT_BASE_URLS', 'https://user:password@api.example.com'],
    ['ACCOUNT_BASE_URLS', 'https://api.example.com, ftp://b'],
    ['API_KEY', 'short'],
    ['SECRET_KEY', 'short'],
  ])('refuses %s=%s and names it', (name, value) => {
    expect(problemsOf({ [name]: value })).toEqual([
      expect.stringMatching(new RegExp(`^${name}: must `, 'u')),
    ]);
  });

  it('says what a closed list allows', () => {
    expect(problemsOf({ SANDBOX: 'maybe' })).toEqual(['SANDBOX: must be one of auto, on, off']);
  });

  it('names every problem at once', () => {
    expect(problemsOf({ PORT: 'x', SANDBOX: 'y' })).toHaveLength(2);
  });

  const keys = { API_KEY: 'k'.repeat(20), SECRET_KEY: 's'.repeat(32) };
  const cluster = { DATABASE_URL: 'postgres://db/pixsim7', REDIS_URL: 'redis://cache:6379', ...keys };

  it.each([
    {},
    keys,
    cluster,
    { ...cluster, ROLE: 'worker' },
    { ...cluster, STORAGE_URL: 's3://k:s@host/bucket' },
  ])('takes %j', (environment) => {
    expect(problemsOf(environment)).toEqual([]);
  });

  it.each([
    ['a role of a cluster without one', { ROLE: 'worker' }, ['DATABASE_URL', 'REDIS_URL']],
    [
      'a shared database with keys of one host',
      { DATABASE_URL: 'postgres://db/x' },
      ['API_KEY', 'SECRET_KEY'],
    ],
    ['a sandbox in one of several processes', { ...cluster, ROLE: 'api', SANDBOX: 'on' }, ['SANDBOX']],
    ['a database of another kind', { DATABASE_URL: 'mysql://db/x' }, ['DATABASE_URL']],
    ['an address without a protocol', { REDIS_URL: 'localhost' }, ['REDIS_URL']],
    ['a pool without connections', { DATABASE_POOL_SIZE: '0' }, ['DATABASE_POOL_SIZE']],
  ])('refuses %s', (_what, environment, names) => {
    expect(problemsOf(environment).map((problem) => problem.split(':', 1)[0])).toEqual(names);
  });

  it('never quotes a secret in a problem', () => {
    const secrets = { API_KEY: 'hunter2', SECRET_KEY: 'hunter3', DATABASE_URL: 'mysql://u:hunter4@db/x' };
    expect(problemsOf(secrets)).toHaveLength(3);
    expect(problemsOf(secrets).join(' ')).not.toContain('hunter');
  });
});

it('describes every setting', () => {
  expect(describeSettings().map(({ name }) => name)).toEqual(Object.keys(settingDefinitions));
  for (const { doc } of describeSettings()) {
    expect(doc).toMatch(/\.$/u);
  }
});
