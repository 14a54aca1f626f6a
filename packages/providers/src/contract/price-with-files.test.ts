import { describe, expect, it } from 'vitest';
import type { InputRole } from '@pixsim7/contracts';
import type { InputSlot, Price } from './mapping.ts';
import { priceWithFiles } from './price-with-files.ts';

const open: Price = { credits: null, unit: 'credits', perInputSecond: { role: 'source', credits: 10 } };

function slot(name: string, role: InputRole): InputSlot {
  return {
    name,
    role,
    position: 0,
    source: name,
    pointer: `/${name}`,
    specification: {
      role,
      parameter: 'video_url',
      media_type: 'video',
      mime_types: ['video/mp4'],
      minimum: 1,
      maximum: 2,
    },
    referenceName: null,
    segmentPrompt: null,
    segmentDurationS: null,
  };
}

function priceOf(seconds: Readonly<Record<string, number | null>>, slots = [slot('clip', 'source')]): Price {
  return priceWithFiles(open, slots, ({ name }) => seconds[name]);
}

describe('priceWithFiles', () => {
  it.each([
    [5, 50],
    // One frame more at 24 frames a second.
    [5.042, 50],
    [5.2, 60],
    [0.4, 10],
  ])('charges started seconds: %d s cost %d', (seconds, credits) => {
    expect(priceOf({ clip: seconds })).toEqual({ credits, unit: 'credits' });
  });

  it('adds the files up before it rounds', () => {
    const slots = [slot('first', 'source'), slot('second', 'source'), slot('voice', 'audio')];
    expect(priceOf({ first: 2.4, second: 2.4, voice: 9 }, slots).credits).toBe(50);
  });

  it('stays open while a length is not known', () => {
    expect(priceOf({})).toBe(open);
    expect(priceOf({ clip: null })).toBe(open);
  });

  it('leaves a price alone that does not go by files', () => {
    const price: Price = { credits: 7, unit: 'credits' };
    expect(priceWithFiles(price, [slot('clip', 'source')], () => 5)).toBe(price);
  });
});
