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
  lostReplies: 0,
  duplicates: 0,
  cancels: false,
} as const;

/** The worlds that are explored, from small to large. */
export const smallWorlds: readonly SmallWorldPlan[] = [
  { ...calm, name: 'one job and a crash', jobs: [textJob], crashes: 1 },
  { ...calm, name: 'one job, a lost reply and a crash', jobs: [textJob], crashes: 1, lostReplies: 1 },
  { ...calm, name: 'one job and a duplicate message', jobs: [textJob], duplicates: 1 },
  {
    ...calm,
    name: 'one job with a picture, of a provider without tokens, and a lost reply',
    idempotency: 'none',
    lostReplies: 1,
    jobs: [{ ...textJob, operation_type: 'image_to_video', params: { image_url: 'from the library', duration: 5 } }],
  },
  { ...calm, name: 'one job that is cancelled, and a lost reply', jobs: [textJob], lostReplies: 1, cancels: true },
  { ...calm, name: 'two jobs for one slot', jobs: [textJob, textJob] },
  {
    ...calm,
    name: 'one job that may run at two providers, and a lost reply',
    providers: [simulatedProviderId, otherProviderId],
    jobs: [
      {
        operation_type: 'image_to_video',
        provider_id: automaticProvider,
        params: { image_url: 'from the library', duration: 5 },
      },
    ],
    lostReplies: 1,
  },
];
