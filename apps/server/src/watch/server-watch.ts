import type { Logger, System } from '@pixsim7/core';
import { troubleOf } from './part-state.ts';
import type { PartState, ServerStates } from './part-state.ts';
import { withinTime } from './time-bound.ts';
import type { Bound } from './time-bound.ts';

/** A health request waits a few seconds at most. */
const lookBoundMs = 2_000;
/** Anybody may ask, and a look writes and connects: more looks than this would be a way to load the servers. */
const keptMs = 1_000;
/** Trouble is in the log after at most this and the bound, even when nobody asks. */
const intervalMs = 5_000;

export interface ServerLooks {
  readonly database: (bound: Bound) => Promise<PartState>;
  /** null when this process needs no Redis. */
  readonly redis: ((bound: Bound) => Promise<PartState>) | null;
  readonly storage: (bound: Bound) => Promise<PartState>;
}

/** Watches the servers that this process stands on, and says in the log when their state changes. */
export interface ServerWatch {
  /** Looks at all of them. Looks at the same time, and within a second, are one look. Never rejects. */
  look(): Promise<ServerStates>;
  /** Looks every few seconds, until the returned function is called. */
  start(): () => void;
}

export function createServerWatch(
  looks: ServerLooks,
  { system, logger }: { readonly system: Pick<System, 'now' | 'every'>; readonly logger: Logger },
): ServerWatch {
  const bound: Bound = (work) => withinTime(system, lookBoundMs, work);
  const reported = new Map<string, PartState>();
  let latest: { readonly at: number; readonly states: Promise<ServerStates> } | null = null;

  async function lookAtAll(): Promise<ServerStates> {
    const [database, redis, storage] = await Promise.all([
      looks.database(bound),
      looks.redis === null ? null : looks.redis(bound),
      looks.storage(bound),
    ]);
    report('database', database);
    if (redis !== null) {
      report('redis', redis);
    }
    report('storage', storage);
    return { database, redis, storage };
  }

  function report(part: string, state: PartState): void {
    const [before, now] = [codeOf(reported.get(part)), codeOf(state)];
    reported.set(part, state);
    if (before === now) {
      return;
    }
    const trouble = troubleOf(state);
    if (trouble === null) {
      if (before !== null) {
        logger.info({ part, was: before }, 'works again');
      }
      return;
    }
    const { code, reason, advice, summary } = trouble;
    logger.error({ part, state: state.status, code, reason, advice }, summary);
  }

  const look = (): Promise<ServerStates> => {
    const age = latest === null ? Infinity : system.now() - latest.at;
    // A clock that was set back makes an old look seem to lie ahead.
    if (latest === null || age >= keptMs || age < 0) {
      latest = { at: system.now(), states: lookAtAll() };
    }
    return latest.states;
  };
  return { look, start: () => system.every(intervalMs, () => void look()) };
}

function codeOf(state: PartState | undefined): string | null {
  const trouble = state === undefined ? null : troubleOf(state);
  return trouble === null ? null : trouble.code;
}
