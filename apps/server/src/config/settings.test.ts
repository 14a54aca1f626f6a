import { describe, expect, it } from 'vitest';
import { ConfigurationError, describeSettings, readSettings, settingDefinitions } from './settings.ts';

function problemsOf(environment: Record<string, string>): readonly string[] {
  try {
    readSettings(environment);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
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

  it.each(['DATABASE_URL', 'REDIS_URL', 'STORAGE_URL'])('refuses %s instead of ignoring it', (name) => {
    expect(problemsOf({ [name]: 'postgres://db' })).toEqual([expect.stringContaining(name)]);
  });

  it('accepts the only role that there is', () => {
    expect(problemsOf({ ROLE: 'all' })).toEqual([]);
    expect(problemsOf({ ROLE: 'worker' })).toHaveLength(1);
  });

  it('never quotes a secret in a problem', () => {
    expect(problemsOf({ API_KEY: 'hunter2', SECRET_KEY: 'hunter3' }).join(' ')).not.toContain('hunter');
  });
});

it('describes every setting', () => {
  expect(describeSettings().map(({ name }) => name)).toEqual(Object.keys(settingDefinitions));
  for (const { doc } of describeSettings()) expect(doc).toMatch(/\.$/u);
});
