import type { Tariff } from '@pixsim7/contracts';
import type { RunwayModel, RunwayOperation } from './models.ts';

const source = 'Runway API pricing guide (1 credit = 0.01 USD)';

/**
 * Credits per second of output. The guide names these models alone, and one figure for `seedance2` whatever its quality;
 * a model without a row has no price that we know. What Runway will charge at most comes with its answer to a submit.
 */
const perSecond: Readonly<Partial<Record<RunwayModel, number | { silent: number; audio: number }>>> = {
  'gen4.5': 12,
  gen4_turbo: 5,
  'veo3.1': { silent: 20, audio: 40 },
  'veo3.1_fast': { silent: 10, audio: 15 },
  seedance2: 36,
};

/** The price table of a model in an operation; null when Runway publishes none. */
export function tariffOf(operation: RunwayOperation, model: RunwayModel): Tariff | null {
  const price = perSecond[model];
  // Only lengths of new videos are priced; what an extension or a set of references adds is not said.
  if (price === undefined || operation === 'video_extend' || operation === 'fusion') {
    return null;
  }
  if (typeof price === 'number') {
    return { basis: 'per_second', by: [], rows: [{ when: {}, credits: price }], source };
  }
  return {
    basis: 'per_second',
    by: ['audio'],
    rows: [
      { when: { audio: false }, credits: price.silent },
      { when: { audio: true }, credits: price.audio },
    ],
    source,
  };
}
