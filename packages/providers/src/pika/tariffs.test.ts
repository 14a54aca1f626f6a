import { describe, expect, it } from 'vitest';
import type { JobParameters, OperationType } from '@pixsim7/contracts';
import { mappedOf } from '../__tests__/mapping-results.ts';
import { mapParameters } from './map-parameters.ts';

function priceOf(operation: OperationType, params: JobParameters): number | null {
  return mappedOf(mapParameters(operation, params)).price.credits;
}

const images = (count: number) => ({
  image_urls: Array.from({ length: count }, (_, index) => `ast_${index}`),
});

// Model pages of fal, November 2026, in US cents.
describe('prices', () => {
  it.each<[OperationType, JobParameters, number]>([
    ['text_to_video', { prompt: 'x' }, 20],
    ['text_to_video', { prompt: 'x', quality: '1080p' }, 45],
    ['image_to_video', { prompt: 'x', image_url: 'a' }, 20],
    ['image_to_video', { prompt: 'x', image_url: 'a', quality: '1080p' }, 45],
    ['video_transition', images(2), 20],
    ['video_transition', { ...images(2), quality: '1080p' }, 30],
    ['video_transition', { ...images(3), durations: [4, 6] }, 40],
    ['video_transition', { ...images(3), durations: [4, 6], quality: '1080p' }, 60],
    ['video_transition', { ...images(5), duration: 6 }, 96],
  ])('%s %j costs %i', (operation, params, cents) => {
    expect(priceOf(operation, params)).toBe(cents);
  });

  it('bills at least five seconds of pikaframes', () => {
    expect(priceOf('video_transition', { ...images(2), duration: 1 })).toBe(20);
    expect(priceOf('video_transition', { ...images(3), duration: 2, quality: '1080p' })).toBe(30);
  });

  it.each<[OperationType, JobParameters]>([
    ['text_to_video', { prompt: 'x', duration: 10 }],
    ['image_to_video', { prompt: 'x', image_url: 'a', duration: 10 }],
    ['text_to_video', { prompt: 'x', model: 'v2.1' }],
    ['image_to_video', { prompt: 'x', image_url: 'a', model: 'v2-turbo' }],
  ])('%s %j has no published price', (operation, params) => {
    expect(priceOf(operation, params)).toBeNull();
  });
});
