import { describe, expect, it } from 'vitest';
import { firstRows, mostHits, searchPage } from './search-page.ts';
import type { Looked } from './search-page.ts';

function searchWith(first: Looked<string>, indexed: Looked<string> | null): Promise<string[]> {
  return searchPage(2, {
    first: async () => first,
    indexed: async () => indexed,
    walked: async () => ['walked'],
  });
}

describe('the page of a search', () => {
  it('is found at the beginning of the list when that is enough, or all there is', async () => {
    expect(await searchWith({ rows: ['a', 'b'], total: firstRows }, null)).toEqual(['a', 'b']);
    expect(await searchWith({ rows: ['a'], total: firstRows - 1 }, null)).toEqual(['a']);
  });

  it('comes from the index when the beginning of the list is not enough', async () => {
    const first = { rows: ['a'], total: firstRows };
    expect(await searchWith(first, { rows: ['a', 'z'], total: mostHits })).toEqual(['a', 'z']);
  });

  it('is looked for along the list when the index has too many hits, or not all jobs yet', async () => {
    const first = { rows: ['a'], total: firstRows };
    expect(await searchWith(first, { rows: [], total: mostHits + 1 })).toEqual(['walked']);
    expect(await searchWith(first, null)).toEqual(['walked']);
  });
});
