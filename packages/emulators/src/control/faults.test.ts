import { describe, expect, it } from 'vitest';
import { ControlBodyError } from './body.ts';
import { createFaultList, faultActions, readFault } from './faults.ts';

describe('readFault', () => {
  it('reads a whole fault', () => {
    const body = { match: { method: 'post', path: '/video/*' }, action: 'delay', value: 50, times: 3 };
    expect(readFault(body)).toEqual({
      match: { method: 'POST', path: '/video/*' },
      action: 'delay',
      value: 50,
      times: 3,
    });
  });

  it('matches everything once unless told otherwise', () => {
    expect(readFault({ action: 'garbage' })).toEqual({
      match: { method: null, path: null },
      action: 'garbage',
      value: null,
      times: 1,
    });
  });

  it.each<[unknown, string]>([
    [null, 'body'],
    [[], 'body'],
    [{ action: 'explode' }, 'action'],
    [{}, 'action'],
    [{ action: 'garbage', extra: 1 }, 'extra'],
    [{ action: 'garbage', value: 1 }, 'value'],
    [{ action: 'delay' }, 'value'],
    [{ action: 'delay', value: -1 }, 'value'],
    [{ action: 'hang', value: 1 }, 'value'],
    [{ action: 'drip' }, 'value'],
    [{ action: 'drip', value: -1 }, 'value'],
    [{ action: 'http_status', value: 99 }, 'value'],
    [{ action: 'err_code', value: '500069' }, 'value'],
    [{ action: 'garbage', times: 0 }, 'times'],
    [{ action: 'garbage', times: 1.5 }, 'times'],
    [{ action: 'garbage', match: 'x' }, 'match'],
    [{ action: 'garbage', match: { verb: 'GET' } }, 'verb'],
    [{ action: 'garbage', match: { path: 1 } }, 'match.path'],
  ])('refuses %j and names the field', (body, field) => {
    expect(() => readFault(body)).toThrow(ControlBodyError);
    expect(() => readFault(body)).toThrow(expect.objectContaining({ field }));
  });

  it('tells which actions there are', () => {
    expect(() => readFault({ action: 'explode' })).toThrow(faultActions.join(', '));
  });
});

describe('createFaultList', () => {
  function listOf(path: string | null, method: string | null = null, times = 1) {
    const faults = createFaultList();
    faults.add({ match: { method, path }, action: 'garbage', value: null, times });
    return faults;
  }

  it.each([
    ['/video/', '/video/result/1', true],
    ['/video/result/1', '/video/', false],
    ['/media/*', '/media/1.mp4', true],
    ['/media/*', '/video/media/1.mp4', false],
    ['/video/*/generate', '/video/text/generate', true],
    ['/video/*/generate', '/video/text/generate/more', false],
    ['*.mp4', '/media/1.mp4', true],
    ['*.mp4', '/media/1xmp4', false],
    ['*', '/anything', true],
  ])('pattern %s on %s: %s', (pattern, path, hits) => {
    expect(listOf(pattern).take('GET', path) !== null).toBe(hits);
  });

  it('matches the method', () => {
    expect(listOf(null, 'POST').take('GET', '/x')).toBeNull();
    expect(listOf(null, 'POST').take('POST', '/x')).not.toBeNull();
  });

  it('is used up after its times', () => {
    const faults = listOf(null, null, 2);
    expect(faults.take('GET', '/')).not.toBeNull();
    expect(faults.all()[0]?.times).toBe(1);
    expect(faults.take('GET', '/')).not.toBeNull();
    expect(faults.take('GET', '/')).toBeNull();
    expect(faults.all()).toEqual([]);
  });

  it('takes the oldest that matches', () => {
    const faults = listOf('/other');
    faults.add({ match: { method: null, path: '/a' }, action: 'delay', value: 1, times: 1 });
    faults.add({ match: { method: null, path: '/a' }, action: 'delay', value: 2, times: 1 });
    expect(faults.take('GET', '/a')?.value).toBe(1);
    expect(faults.take('GET', '/a')?.value).toBe(2);
  });

  it('forgets all', () => {
    const faults = listOf(null);
    faults.clear();
    expect(faults.take('GET', '/')).toBeNull();
  });
});
