import type { JobId } from '@pixsim7/contracts';
import type { CreditEntryRow, SubmissionRow } from '@pixsim7/core';
import type { History } from '../history.ts';
import { simulatedDeadlineS } from '../provider/manifest.ts';
import type { Generation } from '../provider/server.ts';
import { isEnded } from './states.ts';

/**
 * All providers together hold credits of at most one generation for a job, and of none that we did not write down
 * before.
 */
export function paidOnce({ final, providers }: History): string[] {
  const jobOfToken = new Map(final.submissions.map(({ token, jobId }) => [token, jobId]));
  const found: string[] = [];
  const paid = new Map<JobId, Generation[]>();
  const tokens = new Set<string>();
  const made = [...providers.values()].flatMap(({ server }) =>
    [...server.generations.values()].map((generation) => ({ server, generation })),
  );
  for (const { server, generation } of made) {
    const jobId = jobOfToken.get(generation.token);
    if (jobId === undefined) {
      found.push(`Generation ${generation.id} has a token that no submission has.`);
    }
    if (tokens.has(generation.token)) {
      found.push(`The token ${generation.token} started two generations.`);
    }
    tokens.add(generation.token);
    if (jobId !== undefined && server.isCharged(generation)) {
      paid.set(jobId, [...(paid.get(jobId) ?? []), generation]);
    }
  }
  for (const [jobId, generations] of paid) {
    if (generations.length > 1) {
      found.push(
        `Job ${jobId} was paid ${generations.length} times: ${generations.map(({ id }) => id).join(', ')}.`,
      );
    }
  }
  return found;
}

/** One hold per attempt; one end of it when the attempt has ended, none before; the end says what the provider took. */
export function ledgerIsRight({ final, providers }: History): string[] {
  return final.submissions.flatMap((submission) => {
    const truth = providers.get(submission.providerId);
    if (truth === undefined) {
      return [`Submission ${submission.id} is at ${submission.providerId}.`];
    }
    const { server, tellsCredits } = truth;
    const entries = final.creditEntries.filter(({ submissionId }) => submissionId === submission.id);
    const generation =
      submission.providerJobId === null ? undefined : server.generations.get(submission.providerJobId);
    return [
      ...checkEntries(submission, entries),
      ...(generation === undefined
        ? []
        : checkSettlement(submission, entries, generation, server.isCharged(generation), tellsCredits)),
    ];
  });
}

function checkEntries(submission: SubmissionRow, entries: readonly CreditEntryRow[]): string[] {
  const holds = entries.filter(({ kind }) => kind === 'hold').length;
  const ends = entries.length - holds;
  const found: string[] = [];
  if (holds !== 1) {
    found.push(`Submission ${submission.id} has ${holds} holds.`);
  }
  const expected = isEnded(submission.state) ? 1 : 0;
  if (ends !== expected && !(submission.state === 'succeeded' && ends === 1)) {
    found.push(`Submission ${submission.id} (${submission.state}) has ${ends} settlements and releases.`);
  }
  return found;
}

function checkSettlement(
  submission: SubmissionRow,
  entries: readonly CreditEntryRow[],
  generation: Generation,
  charged: boolean,
  tellsCredits: boolean,
): string[] {
  const settle = entries.find(({ kind }) => kind === 'settle');
  if (!isEnded(submission.state)) {
    return [];
  }
  if (!charged && (settle?.amount ?? 0) > 0) {
    return [`Submission ${submission.id} settled ${settle?.amount}; the provider gave the credits back.`];
  }
  if (!charged && submission.providerCredits === 0 && settle?.amount === null) {
    return [`Submission ${submission.id} settled an unknown amount; the provider said that it took nothing.`];
  }
  if (charged && settle === undefined) {
    return [
      `Submission ${submission.id} (${submission.state}) settled nothing; the provider took ${generation.credits}.`,
    ];
  }
  // A generation that never ended was given up; nobody said what it cost.
  if (submission.state === 'gone') {
    return [];
  }
  if (charged && tellsCredits && settle?.amount !== generation.credits) {
    return [
      `Submission ${submission.id} settled ${settle?.amount}; the provider said ${generation.credits}.`,
    ];
  }
  return [];
}

/** The provider never saw more generations of an account at one time than the account has slots. */
export function providerConcurrency({ final, providers }: History): string[] {
  const servers = [...providers.values()].map(({ server }) => server);
  // An attempt past its deadline gives its slot back and still runs at the provider; nobody can know for how long.
  const givenUp = final.submissions.some(
    ({ state, watchedMs }) => state === 'gone' || watchedMs >= simulatedDeadlineS * 1_000,
  );
  // An operator whose first click got no answer may have added the same credentials twice: two accounts, twice the slots.
  const known = servers.reduce((total, { accounts }) => total + accounts.size, 0);
  if (givenUp || final.accounts.length > known) {
    return [];
  }
  return servers.flatMap(({ accounts, peaks }) =>
    [...accounts].flatMap(([credential, { maxConcurrent }]) => {
      const peak = peaks.get(credential) ?? 0;
      return peak <= maxConcurrent
        ? []
        : [`${credential} ran ${peak} generations with ${maxConcurrent} slots.`];
    }),
  );
}
