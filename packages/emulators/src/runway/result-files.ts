import { createHash, timingSafeEqual } from 'node:crypto';
import { fileResponse } from '../http/media-file.ts';
import type { Emulation } from './emulation.ts';
import type { Task } from './store.ts';
import { stateAt } from './task-state.ts';

/** Outputs are served beside the API and need no key: the signature is the permission. */
export const mediaPath = '/media/';

/** A link that can be used for a while. Each poll gives a new one. */
export function urlOfOutput(emulation: Emulation, task: Task, now: number): string {
  const expires = now + emulation.settings.url_lifetime_seconds * 1000;
  const query = new URLSearchParams({ expires: String(expires), signature: signatureOf(task, expires) });
  return `${emulation.url()}${mediaPath}${task.id}.mp4?${query.toString()}`;
}

/** The key of the organization is known to its owner alone, which is secret enough for a stand-in. */
function signatureOf({ id, apiKey }: Task, expires: number): string {
  return createHash('sha256').update(`${id} ${expires} ${apiKey}`).digest('hex');
}

/** Answers GET and HEAD under `mediaPath`. A link that is forged or too old is 403, a deleted output 404. */
export async function serveOutput(emulation: Emulation, request: Request, name: string): Promise<Response> {
  const { store, videos, clock } = emulation;
  const now = clock();
  const task = store.tasks.get(name.replace(/\.mp4$/, ''));
  if (task === undefined || task.deleted !== null) {
    return new Response('not found', { status: 404 });
  }
  const { searchParams } = new URL(request.url);
  const expires = Number(searchParams.get('expires') ?? 0);
  if (!isSigned(task, expires, searchParams.get('signature') ?? '') || now >= expires) {
    return new Response('expired', { status: 403 });
  }
  return stateAt(task, now, videos.isRendered(task.id)).status === 'SUCCEEDED'
    ? fileResponse(request, videos.fileOf(task.id), 'video/mp4')
    : new Response('not found', { status: 404 });
}

function isSigned(task: Task, expires: number, signature: string): boolean {
  const expected = Buffer.from(signatureOf(task, expires));
  const given = Buffer.from(signature);
  return given.length === expected.length && timingSafeEqual(given, expected);
}
