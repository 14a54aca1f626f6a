import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createMediaReader } from '@pixsim7/infra';
import { createTestFolder } from '../../../servers/leftovers.ts';
import { silentLogger } from '../../measure/silent-logger.ts';
import { createBenchVideo, uniqueVideo } from './unique-video.ts';

describe('the small video of the benchmark', () => {
  const media = createMediaReader({ logger: silentLogger });
  afterAll(() => media.close());

  it('is read as a video of a kilobyte, gets no poster, and is another one by its name', async () => {
    const made = await createBenchVideo('1 KB without poster');
    const video = uniqueVideo(made, '/files/1.mp4');
    expect(video.byteLength).toBeLessThan(1_500);
    expect(uniqueVideo(made, '/files/2.mp4')).not.toEqual(video);
    const path = join(await createTestFolder('benchmark'), 'video.mp4');
    await writeFile(path, video);
    const facts = await media.probe(path);
    expect(facts).toMatchObject({ mediaType: 'video', width: 4_096, height: 4_096 });
    expect(media.mayHavePoster(facts)).toBe(false);
    expect(await media.poster(path, facts)).toBeNull();
  });
});
