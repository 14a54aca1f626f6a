import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toList, toPage } from './page.ts';

const rows = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ id: `job_${index}`, createdAt: 1_000 - index }));
const ids = (shown: readonly { id: string }[]): string[] => shown.map(({ id }) => id);

describe('pages', () => {
  it('ask for one row more than they show', () => {
    expect(toPage({ limit: 25 })).toEqual({
      limit: 26,
      after: null,
      order: 'newest_first',
    });
    const list = toList(rows(3), { limit: 2 }, ids);
    expect(list.data).toEqual(['job_0', 'job_1']);
    expect(toPage({ limit: 2, cursor: list.next_cursor ?? '' }).after).toEqual({
      createdAt: 999,
      id: 'job_1',
    });
  });

  it.each([0, 1, 2])('end when no row is left over: %i of 2', (count) => {
    expect(toList(rows(count), { limit: 2 }, ids).next_cursor).toBeNull();
  });

  it('show every row once, whatever their size', () => {
    fc.assert(
      fc.property(fc.nat(30), fc.integer({ min: 1, max: 10 }), (count, limit) => {
        const all = rows(count);
        const seen: string[] = [];
        let cursor: string | undefined;
        do {
          const { limit: wanted, after } = toPage({ limit, cursor });
          const from = after === null ? 0 : all.findIndex(({ id }) => id === after.id) + 1;
          const list = toList(all.slice(from, from + wanted), { limit }, ids);
          seen.push(...list.data);
          cursor = list.next_cursor ?? undefined;
        } while (cursor !== undefined);
        expect(seen).toEqual(ids(all));
      }),
    );
  });

  it.each([
    '',
    'nonsense',
    Buffer.from('x|job_1').toString('base64url'),
    Buffer.from('12').toString('base64url'),
  ])('refuse the cursor %j', (cursor) => {
    expect(() => toPage({ limit: 2, cursor })).toThrow(
      expect.objectContaining({
        code: 'invalid_params',
        errors: [expect.objectContaining({ pointer: '/cursor' })],
      }),
    );
  });
});
