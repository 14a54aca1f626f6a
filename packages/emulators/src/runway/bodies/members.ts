import { either, flag, listOf, media, number, object, oneOf, optional, required, text } from './shape.ts';
import type { Shape } from './shape.ts';

const largestSeed = 2 ** 32 - 1;
/** For models without a range in the reference; the stand-in makes nothing longer. */
const longestUnstated = 60;

export const seed = optional(number(0, largestSeed));
export const audio = optional(flag);
export const negativePrompt = optional(text());
export const contentModeration = optional(
  object({ publicFigureThreshold: optional(oneOf(['auto', 'low'])) }),
);
/** Only the kind that can be played; the others cost extra and are archives or masters. */
export const outputFormat = optional(oneOf(['mp4']));
export const promptExpansionMode = optional(oneOf(['disabled', 'balanced', 'quality']));

export const seconds = optional(number(1, longestUnstated));
export const secondsOrAuto = optional(either(oneOf(['auto']), number(1, longestUnstated)));
export const threeToTenSeconds = optional(number(3, 10));
export const threeToTenSecondsOrAuto = optional(either(oneOf(['auto']), number(3, 10)));

const reference: Shape = { uri: required(media) };
const videoReference: Shape = { type: required(oneOf(['video'])), uri: required(media) };
const audioReference: Shape = { type: required(oneOf(['audio'])), uri: required(media) };

export const references = (most: number) => optional(listOf(reference, most));
export const referenceVideos = optional(listOf(videoReference, 3));
export const referenceAudio = optional(listOf(audioReference, 3));
export const plainReferenceVideos = optional(listOf(reference, 3));
