import { describe, expect, it } from 'vitest';
import { UsageError, readCommandLine, usage } from './command-line.ts';

describe('readCommandLine', () => {
  it('has a port and a provider by default', () => {
    expect(readCommandLine([])).toEqual({ provider: 'pixverse', options: { port: 9100 } });
  });

  it('reads every option', () => {
    const text =
      '--provider pixverse --port 0 --host 127.0.0.2 --state-dir d --render-seconds 1,2.5 --credits 7 --max-concurrent 2';
    expect(readCommandLine(text.split(' '))).toEqual({
      provider: 'pixverse',
      options: {
        port: 0,
        host: '127.0.0.2',
        stateDir: 'd',
        renderSeconds: [1, 2.5],
        credits: 7,
        maxConcurrent: 2,
      },
    });
  });

  it('knows help, and help names every option', () => {
    expect(readCommandLine(['--help'])).toBe('help');
    for (const name of [
      'port',
      'provider',
      'host',
      'state-dir',
      'render-seconds',
      'credits',
      'max-concurrent',
    ]) {
      expect(usage).toContain(`--${name}`);
    }
  });

  it.each([
    ['--provider', 'sora'],
    ['--port', 'x'],
    ['--port', '65536'],
    ['--render-seconds', '3,1'],
    ['--render-seconds', '3'],
    ['--credits', '-1'],
    ['--max-concurrent', '1.5'],
    ['--colour', 'red'],
  ])('refuses %s %s', (name, value) => {
    expect(() => readCommandLine([name, value])).toThrow(UsageError);
  });
});
