import { spokenAudioPriceOf, writtenSpeechPriceOf } from '../feature-prices.ts';
import { labelOf, planDefaults } from './plan.ts';
import type { Planner } from './plan.ts';
import { readSource } from './source-video.ts';
import { fileNamesOf, readSpeech, wordsOf } from './speech.ts';

/** POST /video/lip_sync/generate: the source, in its own length, with sound. */
export const planLipSync: Planner = (fields, references) => {
  const source = readSource(fields, references);
  const speech = readSpeech(fields, references);
  return {
    ...planDefaults,
    operation: 'lip_sync',
    prompt: wordsOf(speech),
    resolution: source.resolution,
    credits: speech.kind === 'text' ? writtenSpeechPriceOf(speech.text) : spokenAudioPriceOf(speech.seconds),
    recipe: { ...source.recipe, label: labelOf('lip_sync'), hasSound: true },
    fileNames: [...source.fileNames, ...fileNamesOf(speech)],
    message: 'Success',
  };
};
