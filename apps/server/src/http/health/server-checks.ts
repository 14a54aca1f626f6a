import type { Health } from '@pixsim7/contracts';
import type { Impairment, PartState, ServerStates } from '../../watch/part-state.ts';

type Check = Health['checks'][string];

/** The effect of a state on users. Shown after the sentence that says what is wrong. */
interface Effects {
  readonly works: string;
  readonly stopped: string;
}

const database: Effects = {
  works: 'Can be read and written.',
  stopped: 'Nothing works until it is back.',
};
const redis: Effects = {
  works: 'Carries steps and events.',
  stopped: 'New jobs are accepted, but no step runs until it is back.',
};
const storage: Effects = {
  works: 'Can be written.',
  stopped: 'Finished videos wait for it; uploads and downloads fail.',
};

const impairments: Readonly<Record<Impairment, string>> = {
  no_new_connections: 'Open connections still work, but a lost one cannot be replaced.',
  late_events: 'Steps run; events reach other processes up to 2 s late.',
  some_requests: 'Some requests and steps fail or wait; they are tried again.',
};

/** One check for each server that this process stands on. `/health` is open to everybody: no address and no name. */
export function checksOfServers(states: ServerStates): Record<'database' | 'redis' | 'storage', Check> {
  return {
    database: checkOf(states.database, database),
    redis:
      states.redis === null
        ? { status: 'not_configured', detail: 'Steps run in this process.' }
        : checkOf(states.redis, redis),
    storage: checkOf(states.storage, storage),
  };
}

function checkOf(state: PartState, effects: Effects): Check {
  if (state.status === 'works') {
    return { status: 'ok', detail: effects.works };
  }
  const { code, summary } = state.trouble;
  return state.status === 'impaired'
    ? { status: 'degraded', code, detail: `${summary} ${impairments[state.impairment]}` }
    : { status: 'down', code, detail: `${summary} ${effects.stopped}` };
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
