import { describe, expect, it } from 'vitest';
import { utf8Length } from './utf8-length.ts';

describe('utf8Length', () => {
  it.each(['', 'plain', 'naïve', '你好', '🎬 cut', 'a\u0000b', '\ud800'])(
    'counts as the encoder does: %j',
    (text) => {
      expect(utf8Length(text)).toBe(new TextEncoder().encode(text).byteLength);
    },
  );
});
