import { expect, it } from 'vitest';
import { HeldReplies } from './held-replies.ts';

it('bounds each key by itself, and counts an end once', () => {
  const replies = new HeldReplies(2);
  const first = replies.hold('a');
  replies.hold('a');
  expect(() => replies.hold('a')).toThrow('2 event streams and waiting requests');
  replies.hold('b');
  first();
  first();
  replies.hold('a');
  expect(() => replies.hold('a')).toThrow('end some first');
});
