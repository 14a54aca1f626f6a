import type { Quality } from './capabilities.ts';
import { priceOf } from './prices.ts';

// PixVerse's feature prices in credits: the model pricing page, the motion control and swap guides, and integrators of 2026.

/** Whole seconds of a length, as they are charged. */
function started(seconds: number): number {
  // Lengths are read from files, and one made to last 5 s often lasts a frame longer: that is no other second.
  return Math.max(1, Math.ceil(seconds - 0.05));
}

const creditsPerSecond = { spokenAudio: 4, sound_effect: 2, restyle: 10, upscale: 5 } as const;

export const maskSelectionPrice = 2;

/** Credits for lip sync with an own recording. */
export function spokenAudioPriceOf(seconds: number): number {
  return creditsPerSecond.spokenAudio * started(seconds);
}

/** Credits for lip sync with a written text: 4 for every 15 bytes of UTF-8, the last ones counted whole. */
export function writtenSpeechPriceOf(text: string): number {
  return 4 * Math.ceil(Buffer.byteLength(text) / 15);
}

export function sourcePriceOf(operation: 'sound_effect' | 'restyle' | 'upscale', seconds: number): number {
  return creditsPerSecond[operation] * started(seconds);
}

/** The motion control guide has no 1080p. */
export const editQualities = ['360p', '540p', '720p'] as const;
export type EditQuality = (typeof editQualities)[number];

const mimicPerSecond: Readonly<Record<EditQuality, number>> = { '360p': 9, '540p': 10, '720p': 12 };

export function mimicPriceOf(quality: EditQuality, seconds: number): number {
  return mimicPerSecond[quality] * started(seconds);
}

/** Twice the price of a second of v6, for every second of reference video. */
export function omniPriceOf(quality: Quality, audio: boolean, referenceSeconds: number): number {
  return 2 * v6PriceOf(quality, audio, referenceSeconds);
}

// No price is printed for what follows: each is this emulator's choice.

/** Swap and modify cost what mimic does. */
export const editPriceOf = mimicPriceOf;

/** A talking portrait costs what v6 with sound does. */
export function avatarPriceOf(quality: Quality, seconds: number): number {
  return v6PriceOf(quality, true, seconds);
}

export const imageTemplatePrice = 10;

/** An agent makes several clips for one film: twice the price of v6 with sound. */
export function agentPriceOf(quality: Quality, seconds: number): number {
  return 2 * v6PriceOf(quality, true, seconds);
}

function v6PriceOf(quality: Quality, audio: boolean, seconds: number): number {
  const second = { model: 'v6', quality, seconds: 1, audio, multiClip: false, motionMode: 'normal' } as const;
  return priceOf(second) * started(seconds);
}
