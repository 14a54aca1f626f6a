import type { CancelResult } from '../contract/adapter.ts';
import { FalRefusalError } from './call-errors.ts';
import { callFal } from './call.ts';
import type { FalAccess } from './call.ts';
import type { FalHandle } from './handle.ts';

const cancelTimeoutMs = 30_000;

/**
 * Asks for the end of a request. `OK` took it out of the queue. `CANCELLATION_REQUESTED` drops one that still waits, but
 * a running one gets a signal only, which its model may ignore: what came of it is told by the next status.
 *
 * @throws FalCallError, also for a request that fal does not know
 */
export async function cancelRequest(
  access: FalAccess,
  handle: FalHandle,
  signal?: AbortSignal,
): Promise<CancelResult> {
  try {
    const { body } = await callFal(access, {
      method: 'PUT',
      url: handle.cancelUrl,
      timeoutMs: cancelTimeoutMs,
      signal,
    });
    return { outcome: body['status'] === 'OK' ? 'cancelled' : 'requested' };
  } catch (error) {
    // 400 has one documented meaning here: ALREADY_COMPLETED.
    if (error instanceof FalRefusalError && error.failure.httpStatus === 400) {
      return { outcome: 'too_late' };
    }
    throw error;
  }
}
