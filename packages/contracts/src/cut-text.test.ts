import { expect, it } from 'vitest';
import { cutText } from './cut-text.ts';

it.each([
  ['short', 5, 'short'],
  ['longer', 5, 'long…'],
  ['', 5, ''],
  ['abc😀', 5, 'abc😀'],
  ['abc😀d', 5, 'abc…'],
  ['ab😀d', 4, 'ab…'],
  ['a\0b', 5, 'a\ufffdb'],
  ['a\ud800b', 5, 'a\ufffdb'],
  ['\udc00', 5, '\ufffd'],
])('%j cut to %i', (text, maxLength, expected) => {
  expect(cutText(text, maxLength)).toBe(expected);
});
