import { createHash } from 'node:crypto';
import type { Reply } from './error-codes.ts';
import type { PixverseSettings } from './settings.ts';
import type { Store, StoredReply } from './store.ts';

const hourMilliseconds = 60 * 60 * 1000;

/** One call as the replay sees it. */
export interface TracedCall {
  /** Scope of a trace id: PixVerse documents none, so it is the API key with the method and path. */
  readonly key: string;
  readonly method: string;
  readonly bodyHash: string;
}

export function tracedCallOf(
  apiKey: string,
  method: string,
  path: string,
  traceId: string,
  body: Uint8Array,
): TracedCall {
  const bodyHash = createHash('sha256').update(body).digest('hex');
  return { key: JSON.stringify([apiKey, method, path, traceId]), method, bodyHash };
}

/** The reply that this trace id has got before, if it is to be given again. */
export function storedReplyFor(
  call: TracedCall,
  store: Store,
  settings: PixverseSettings,
  now: number,
): Reply | null {
  const stored = store.replies.get(call.key);
  if (
    stored === undefined ||
    !isReplayed(call, settings) ||
    now - stored.at >= settings.replay_hours * hourMilliseconds ||
    (stored.bodyHash !== call.bodyHash && !settings.replay_changed_bodies)
  ) {
    return null;
  }
  return stored.reply;
}

/** The part of a reply to remember, if any. */
export function replyToStore(
  call: TracedCall,
  reply: Reply,
  succeeded: boolean,
  settings: PixverseSettings,
  now: number,
): StoredReply | null {
  if (!isReplayed(call, settings) || !(succeeded || settings.replay_errors)) {
    return null;
  }
  return { key: call.key, bodyHash: call.bodyHash, reply, at: now };
}

function isReplayed({ method }: TracedCall, settings: PixverseSettings): boolean {
  return method === 'GET' ? settings.replay_gets : settings.replay_posts;
}

/** Lets calls with the same key wait for the first one's reply. */
export interface InFlight {
  join(call: TracedCall, enabled: boolean, answer: () => Promise<Reply>): Promise<Reply>;
}

export function createInFlight(): InFlight {
  const running = new Map<string, Promise<Reply>>();
  return {
    async join({ key }, enabled, answer) {
      const earlier = running.get(key);
      if (earlier !== undefined && enabled) {
        return earlier;
      }
      const reply = answer();
      running.set(key, reply);
      try {
        return await reply;
      } finally {
        running.delete(key);
      }
    },
  };
}
