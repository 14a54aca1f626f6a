import type { JobEventData } from '@pixsim7/contracts';
import type { EventRow } from '@pixsim7/core';
import type { History } from '../history.ts';

/** Sequences are 1, 2, 3 …; those of one job grow; the last event of a job says how it stands. */
export function eventsAreGapless({ final }: History): string[] {
  const found: string[] = [];
  final.events.forEach((event, index) => {
    if (event.sequence !== index + 1) {
      found.push(`Event ${index + 1} in order has sequence ${event.sequence}.`);
    }
  });
  for (const job of final.jobs) {
    const data = final.events
      .filter(isJobEvent)
      .filter(({ subjectId }) => subjectId === job.id)
      .map((event) => event.data);
    const sequences = data.map(({ sequence }) => sequence);
    if (sequences.some((sequence, index) => index > 0 && sequence <= Number(sequences[index - 1]))) {
      found.push(`The sequences of job ${job.id} do not grow: ${sequences.join(', ')}.`);
    }
    const last = data.at(-1);
    if (last?.status !== job.status || last.stage !== job.stage) {
      found.push(
        `Job ${job.id} is ${job.status}/${job.stage}, its last event says ${last?.status ?? 'nothing'}/${last?.stage ?? 'nothing'}.`,
      );
    }
  }
  return found;
}

/** The word that every simulated credential contains. */
export const secretMark = 'open-sesame';

export function secretsStayInside({ final, logLines }: History): string[] {
  const texts = [
    ...final.events.map((event) => JSON.stringify(event)),
    ...final.submissions.map((submission) => JSON.stringify({ ...submission, payload: null, body: null })),
    ...final.jobs.map((job) => JSON.stringify(job)),
    ...logLines,
  ];
  return texts
    .filter((text) => text.includes(secretMark))
    .map((text) => `A secret stands in ${text.slice(0, 200)}`);
}

function isJobEvent(event: EventRow): event is EventRow & { readonly data: JobEventData } {
  return event.type.startsWith('job.');
}
