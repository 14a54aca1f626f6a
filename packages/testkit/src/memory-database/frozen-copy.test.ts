import { describe, expect, it } from 'vitest';
import { frozenCopy } from './frozen-copy.ts';

describe('frozenCopy', () => {
  it('copies to the bottom, so that the original may change afterwards', () => {
    const inner = { name: 'a' };
    const copy = frozenCopy({ list: [inner] });
    inner.name = 'b';
    expect(copy).toEqual({ list: [{ name: 'a' }] });
  });

  it('freezes to the bottom', () => {
    const copy = frozenCopy({ inner: { name: 'a' }, list: ['b'] });
    expect(() => {
      copy.inner.name = 'c';
    }).toThrow(TypeError);
    expect(() => copy.list.push('c')).toThrow(TypeError);
  });

  it('leaves out undefined members as JSON does', () => {
    expect(Object.keys(frozenCopy({ kept: null, dropped: undefined }))).toEqual(['kept']);
  });

  it('does not copy its own copies again', () => {
    const copy = frozenCopy({ list: [1] });
    expect(frozenCopy(copy)).toBe(copy);
    expect(frozenCopy({ outer: copy }).outer).toBe(copy);
  });

  it('copies what somebody else froze, because its depths may still change', () => {
    const inner = { name: 'a' };
    const copy = frozenCopy(Object.freeze({ inner }));
    inner.name = 'b';
    expect(copy.inner.name).toBe('a');
  });
});
