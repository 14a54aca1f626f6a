import { describe, expect, it } from 'vitest';
import { codeOf, planOf } from '../../__tests__/references.ts';
import type { JsonObject } from '../../http/lossless-json.ts';
import { planAgent } from './agent.ts';

function images(count: number): JsonObject[] {
  return Array.from({ length: count }, () => ({ img_id: 11 }));
}

describe('the agent for viral recreation', () => {
  const body: JsonObject = {
    agent_id: 414_562_414_124_109,
    prompt: 'in the same pace',
    quality: '720p',
    img_references: [{ img_url: 'http://emulator/11' }],
    video_references: [{ video_url: 'http://emulator/31' }],
  };

  it.each<[JsonObject, number]>([
    [{}, 0],
    [{ agent_id: '414562414124109' }, 400013],
    [{ agent_id: 1 }, 400017],
    [{ agent_id: null }, 400011],
    [{ prompt: null }, 400011],
    [{ quality: '540p' }, 400017],
    [{ aspect_ratio: '21:9' }, 0],
    [{ aspect_ratio: '2:3' }, 400017],
    [{ img_references: [] }, 400011],
    [{ img_references: images(5) }, 0],
    [{ img_references: images(6) }, 400017],
    [{ img_references: [{ img_id: '11' }] }, 400013],
    [{ img_references: [{ img_id: 11, img_url: 'http://emulator/11' }] }, 400017],
    [{ img_references: [{}] }, 400011],
    [{ video_references: null }, 400011],
    [{ video_references: [{ source_video_id: 21 }] }, 0],
    [{ video_references: [{ source_video_id: 21 }, { source_video_id: 21 }] }, 400017],
    [{ video_references: [{ video_url: 'http://emulator/51' }] }, 400017],
  ])('%j gives %i', (change, code) => {
    expect(codeOf(planAgent, { ...body, ...change })).toBe(code);
  });

  it('is as long as the video, from 2 to 30 s, with sound', () => {
    const { recipe, credits } = planOf(planAgent, body);
    expect([recipe.width, recipe.height, recipe.segments[0]?.seconds]).toEqual([720, 1280, 2.5]);
    expect(recipe.hasSound).toBe(true);
    // Twice 12 credits a second of v6 with sound, for 3 started seconds.
    expect(credits).toBe(72);
    const of = (seconds: number) =>
      codeOf(
        planAgent,
        { ...body, video_references: [{ video_media_id: 31 }] },
        { media: { '31': { seconds } } },
      );
    expect([of(1.9), of(2), of(30), of(30.1)]).toEqual([400017, 0, 0, 400017]);
  });
});

describe('the agent for real estate', () => {
  const body: JsonObject = {
    agent_id: 419_629_433_597_950,
    model: 'pro',
    product_url: 'https://listing.example.test/home',
  };
  const pictured: JsonObject = { product_url: null, img_references: images(5) };

  it.each<[JsonObject, number]>([
    [{}, 0],
    [{ product_url: 'file:///etc/passwd' }, 400017],
    [{ product_url: 'home' }, 400017],
    [{ prompt: 'a tour' }, 400017],
    [{ product_url: null }, 400011],
    [pictured, 0],
    [{ ...pictured, prompt: 'a tour' }, 0],
    [{ ...pictured, prompt: 'x'.repeat(5001) }, 400018],
    [{ ...pictured, img_references: images(4) }, 400017],
    [{ ...pictured, img_references: images(60) }, 0],
    [{ ...pictured, model: 'fast', img_references: images(21) }, 400017],
    [{ model: 'slow' }, 400017],
    [{ model: null }, 400011],
    [{ model: 'fast', mode: 'property_tour' }, 400017],
    [{ mode: 'property_tour' }, 0],
    [{ mode: 'ad_house_tour' }, 400011],
    [{ mode: 'ad_house_tour', duration: 20 }, 400017],
    [{ mode: 'ad_house_tour', duration: 30 }, 0],
  ])('%j gives %i', (change, code) => {
    expect(codeOf(planAgent, { ...body, ...change })).toBe(code);
  });

  it('makes 15 s unless it is asked for 30', () => {
    expect(planOf(planAgent, body)).toMatchObject({ credits: 360, recipe: { segments: [{ seconds: 15 }] } });
    const tour = planOf(planAgent, { ...body, mode: 'ad_house_tour', duration: 30, quality: '1080p' });
    expect(tour).toMatchObject({ credits: 1380, resolution: 1080, recipe: { segments: [{ seconds: 30 }] } });
  });
});
