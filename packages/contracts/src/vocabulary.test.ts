import { describe, expect, it } from 'vitest';
import * as vocabulary from './vocabulary.ts';

const lists = Object.entries(vocabulary).filter(
  (entry): entry is [string, readonly string[] & (typeof entry)[1]] => Array.isArray(entry[1]),
);

describe('the closed lists', () => {
  it.each(lists)('%s has no word twice, and words that stand in JSON as they are', (_, words) => {
    expect(new Set(words).size).toBe(words.length);
    for (const word of words) {
      expect(word).toMatch(/^[a-z]+([._][a-z]+)*$/);
    }
  });

  it('agree on which statuses are terminal', () => {
    expect(vocabulary.jobStatuses.filter(vocabulary.isTerminalJobStatus)).toEqual(
      vocabulary.terminalJobStatuses,
    );
  });

  it('have an event for every end of a job', () => {
    for (const status of vocabulary.terminalJobStatuses) {
      expect(vocabulary.eventTypes).toContain(`job.${status}`);
    }
  });
});
