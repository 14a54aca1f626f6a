import type { Health } from '@pixsim7/contracts';
import type { PartState, ServerStates } from '../../watch/part-state.ts';

type Check = Health['checks'][string];

/** What a state means for users; follows the sentence that says what is wrong. */
interface Effects {
  readonly works: string;
  readonly impaired: string;
  readonly stopped: string;
}

const database: Effects = {
  works: 'Can be read and written.',
  impaired: 'What is connected goes on.',
  stopped: 'Nothing can be done until it works again.',
};
const redis: Effects = {
  works: 'Carries steps and events.',
  impaired: 'Steps run; events reach other processes up to 2 s late.',
  stopped: 'New jobs are taken, and no step runs until it works again.',
};
const storage: Effects = {
  works: 'Can be written.',
  impaired: '',
  stopped: 'Finished videos wait for it; uploads and downloads fail.',
};

/** One check for each server that this process stands on. `/health` is open to everybody: no address and no name. */
export function checksOfServers(states: ServerStates): Record<'database' | 'redis' | 'storage', Check> {
  return {
    database: checkOf(states.database, database),
    redis:
      states.redis === null
        ? { status: 'not_configured', detail: 'Steps are carried in this process.' }
        : checkOf(states.redis, redis),
    storage: checkOf(states.storage, storage),
  };
}

function checkOf(state: PartState, effects: Effects): Check {
  if (state.status === 'works') return { status: 'ok', detail: effects.works };
  const isImpaired = state.status === 'impaired';
  const { code, summary } = state.trouble;
  const effect = isImpaired ? effects.impaired : effects.stopped;
  return { status: isImpaired ? 'degraded' : 'down', code, detail: `${summary} ${effect}`.trim() };
}

/** The state in the words of the fields that load balancers read. */
export function connectionOf(state: PartState): 'connected' | 'refused' | 'disconnected' {
  switch (state.status) {
    case 'works':
    case 'impaired':
      return 'connected';
    case 'refused':
      return 'refused';
    case 'absent':
      return 'disconnected';
  }
}
