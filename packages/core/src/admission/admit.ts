import type { CreateJobRequest, Warning } from '@pixsim7/contracts';
import type { InputFacts } from '../rules/image-conversion.ts';
import { showFiles } from './candidate.ts';
import { checkChoices } from './check-choices.ts';
import { assertTaken, checkRequest } from './check-request.ts';
import type { CheckedRequest } from './check-request.ts';
import { discardFiles, findFiles, isElsewhere, placesOf } from './find-files.ts';
import type { AdmissionParts, FoundFile, FoundFiles, Place } from './find-files.ts';
import { tieToMakers } from './made-by.ts';

/** A request that passed every check, and its files. */
export interface Admitted {
  readonly request: CheckedRequest;
  /** Looked at and not kept, by the pointer of their parameter. Gone when the admission is over. */
  readonly files: ReadonlyMap<string, FoundFile>;
  /** Files that a job would look at and this did not. */
  readonly unseen: readonly Warning[];
}

/**
 * The one way in for jobs and quotes: map and price the request at every candidate, find its files, show them to every
 * candidate. Nothing is written and no file is kept, so a refused request leaves nothing behind.
 *
 * @param fetches whether files behind URLs are fetched and judged too; a quote fetches nothing
 * @param use gets the result while the files are there
 * @throws RequestError when nobody takes the request, with the reasons of all
 */
export async function admit<Result>(
  parts: AdmissionParts,
  request: CreateJobRequest,
  fetches: boolean,
  use: (admitted: Admitted) => Promise<Result>,
): Promise<Result> {
  const { operation_type: operation, params } = request;
  const checked = await checkChoices(parts, await checkRequest(parts, request), operation, params);
  // Files at hand are judged before anything is fetched: a refusal is quicker, and a quote gives the same one.
  const near = await findFiles(parts, placesOf(checked.candidates), false);
  try {
    const admitted = await tieToMakers(parts, judge(checked, near));
    const elsewhere = placesOf(admitted.candidates).filter(isElsewhere);
    if (!fetches) {
      return await use({ request: admitted, files: near.files, unseen: elsewhere.map(unseenWarning) });
    }
    const far = await findFiles(parts, elsewhere, true);
    try {
      return await use({
        request: judge(admitted, far),
        files: new Map([...near.files, ...far.files]),
        unseen: [],
      });
    } finally {
      await discardFiles(far.files);
    }
  } finally {
    await discardFiles(near.files);
  }
}

function judge(request: CheckedRequest, { files, issues }: FoundFiles): CheckedRequest {
  const facts = new Map([...files].map(([pointer, file]): [string, InputFacts] => [pointer, file.facts]));
  const candidates = request.candidates.map((candidate) => showFiles(candidate, facts, request.bounds));
  return assertTaken({ ...request, candidates }, issues);
}

function unseenWarning({ pointer }: Place): Warning {
  return {
    pointer: `/params${pointer}`,
    code: 'file_not_checked',
    detail: 'A quote does not fetch URLs. The job fetches the file and checks it before anything is spent.',
  };
}
