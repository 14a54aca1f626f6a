import { afterAll, describe, expect, it } from 'vitest';
import type { Logger } from '@pixsim7/core';
import { fixture } from './__tests__/fixture.ts';
import { createMediaReader } from './media-reader.ts';
import { createReadingPool } from './pool/reading-pool.ts';

const ignore = (): void => undefined;
const logger: Logger = { debug: ignore, info: ignore, warn: ignore, error: ignore };
const pool = createReadingPool({ decodingBytes: 128 * 1024 ** 2 });
const reader = createMediaReader({ logger, pool });

afterAll(() => reader.close());

describe('a reader of ordinary videos', () => {
  // A child that holds too much memory is replaced, and starting another one costs more than ten posters.
  it('keeps its children through many posters', async () => {
    const path = fixture('720p.mp4');
    const children = new Set<number>();
    for (let count = 0; count < 12; count += 1) {
      const poster = await reader.poster(path, await reader.probe(path));
      expect(poster?.mimeType).toBe('image/webp');
      pool.children.forEach((child) => children.add(child));
    }
    // Two, because the next file may come while the first child still gives its memory back.
    expect(children.size).toBeLessThanOrEqual(2);
  });
});
