import { automaticProvider } from '@pixsim7/contracts';
import { simulatedProviderId } from '../simulation/provider/manifest.ts';
import { otherProviderId } from '../simulation/provider/other-provider.ts';
import type { SmallWorldPlan } from './small-world.ts';

const textJob = {
  operation_type: 'text_to_video',
  provider_id: simulatedProviderId,
  params: { prompt: 'a boat', duration: 5 },
} as const;

const calm = {
  processes: 2,
  slots: 1,
  providers: [simulatedProviderId],
  idempotency: 'token',
  crashes: 0,
  freezes: 0,
  lostReplies: 0,
  duplicates: 0,
  cancels: false,
} as const;

const pictureJob = {
  operation_type: 'image_to_video',
  provider_id: simulatedProviderId,
  params: { image_url: 'from the library', duration: 5 },
} as const;

/** Deep enough for every interleaving of all worlds but the last. */
export const fullDepth = Infinity;
/** The last world is too large for that: 30,000 states have been walked without an end. */
export const depthOfEverything = 20;

/** The worlds that are explored, from small to large. */
export const smallWorlds: readonly SmallWorldPlan[] = [
  { ...calm, name: 'a job and a crash', jobs: [textJob], crashes: 1 },
  { ...calm, name: 'a job, a lost reply and a crash', jobs: [textJob], crashes: 1, lostReplies: 1 },
  { ...calm, name: 'a job and a duplicate message', jobs: [textJob], duplicates: 1 },
  {
    ...calm,
    name: 'a job, a lost reply and a process that stands still',
    jobs: [textJob],
    freezes: 1,
    lostReplies: 1,
  },
  {
    ...calm,
    name: 'a job with a picture, of a provider without tokens, a lost reply and a process that stands still',
    idempotency: 'none',
    jobs: [pictureJob],
    freezes: 1,
    lostReplies: 1,
  },
  {
    ...calm,
    name: 'a job that is cancelled, a lost reply and a crash',
    jobs: [textJob],
    crashes: 1,
    lostReplies: 1,
    cancels: true,
  },
  { ...calm, name: 'two jobs for one slot, and a crash', jobs: [textJob, textJob], crashes: 1 },
  {
    ...calm,
    name: 'a job that may run at two providers, a lost reply and a crash',
    providers: [simulatedProviderId, otherProviderId],
    jobs: [{ ...pictureJob, provider_id: automaticProvider }],
    crashes: 1,
    lostReplies: 1,
  },
  {
    ...calm,
    name: 'two jobs that may run at two providers with a slot each',
    processes: 1,
    providers: [simulatedProviderId, otherProviderId],
    jobs: [
      { ...pictureJob, provider_id: automaticProvider },
      { ...pictureJob, provider_id: automaticProvider },
    ],
  },
  {
    ...calm,
    name: 'a job and everything once',
    jobs: [textJob],
    crashes: 1,
    freezes: 1,
    lostReplies: 1,
    duplicates: 1,
  },
];
