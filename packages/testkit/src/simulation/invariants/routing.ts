import type { JobRow } from '@pixsim7/core';
import type { History } from '../history.ts';
import { otherProviderId } from '../provider/other-provider.ts';

/** A job has another attempt, here or elsewhere, only after the one before was certainly rejected. */
export function movesOnAfterRejection({ final }: History): string[] {
  return final.jobs.flatMap((job) => {
    const attempts = final.submissions
      .filter(({ jobId }) => jobId === job.id)
      .sort((left, right) => left.number - right.number);
    return attempts
      .slice(0, -1)
      .filter(({ state }) => state !== 'rejected')
      .map(({ id, state }) => `Job ${job.id} went on after submission ${id}, which is ${state}.`);
  });
}

/** A routed job has the provider, the price and the inputs that the provider itself has for it. */
export function routeIsTold({ final }: History): string[] {
  return final.jobs.flatMap((job) => {
    const found: string[] = [];
    const last = final.submissions
      .filter(({ jobId }) => jobId === job.id)
      .sort((left, right) => left.number - right.number)
      .at(-1);
    if (last !== undefined && last.providerId !== job.providerId) {
      found.push(`Job ${job.id} says ${job.providerId}, its last attempt was at ${last.providerId}.`);
    }
    const unfit = final.inputs.filter(({ jobId, role }) => jobId === job.id && !knowsRole(job, role));
    if (unfit.length > 0) {
      found.push(`Job ${job.id} has inputs that ${job.providerId} does not know.`);
    }
    const chosen = (job.route?.candidates ?? []).filter(({ state }) => state === 'chosen');
    if (chosen.length > 1 || chosen.some(({ providerId }) => providerId !== job.providerId)) {
      found.push(`Job ${job.id} at ${job.providerId} is given to ${chosen.map((c) => c.providerId).join()}.`);
    }
    return found;
  });
}

/**
 * A file that one provider does not take sends the job to the next: it fails for that only when nobody is left, and nobody is
 * asked twice.
 */
export function movesOnAfterRefusedFile({ final }: History): string[] {
  return final.jobs.flatMap((job) => {
    const found: string[] = [];
    const isOpen = (job.route?.candidates ?? []).some(
      ({ state }) => state === 'possible' || state === 'chosen',
    );
    if (job.error?.code === 'input_rejected' && isOpen) {
      found.push(`Job ${job.id} ended over a file that another provider was not asked about.`);
    }
    const refusing = final.submissions
      .filter(({ jobId, error }) => jobId === job.id && error?.code === 'input_rejected')
      .map(({ providerId }) => providerId);
    if (new Set(refusing).size < refusing.length) {
      found.push(`Job ${job.id} showed a refused file again: ${refusing.join()}.`);
    }
    return found;
  });
}

/** A provider gets only files that its manifest takes, whatever form the person's file has. */
export function filesFit({ providers }: History): string[] {
  return [...providers.values()].flatMap(({ server }) => server.misfits);
}

/** The two simulated providers differ in what they call a picture. */
function knowsRole(job: JobRow, role: string): boolean {
  return role !== (job.providerId === otherProviderId ? 'first_frame' : 'reference');
}
