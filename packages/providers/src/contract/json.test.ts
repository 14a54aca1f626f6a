import { describe, expect, it } from 'vitest';
import { withoutUndefined } from './json.ts';

describe('withoutUndefined', () => {
  it('leaves out what is not set, and keeps every value that is', () => {
    const kept = withoutUndefined({ seed: undefined, prompt: '', duration: 0, audio: false, style: null });
    expect(kept).toEqual({ prompt: '', duration: 0, audio: false, style: null });
    expect(Object.keys(kept)).toEqual(['prompt', 'duration', 'audio', 'style']);
  });
});
