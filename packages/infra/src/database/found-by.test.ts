import * as fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  buildAccount,
  buildAsset,
  buildBlob,
  buildJob,
  buildSubmission,
  builtWorkspace,
} from '@pixsim7/testkit/builders';
import { observeEmbedded } from './testing/observed-database.ts';
import type { ObservedDatabase } from './testing/observed-database.ts';
import { truncateEverythingText } from './testing/truncate-everything.ts';

const silent = () => undefined;
const logger = { debug: silent, info: silent, warn: silent, error: silent };

let observed: ObservedDatabase;

beforeAll(async () => {
  observed = await observeEmbedded(logger);
}, 60_000);
afterAll(() => observed.database.close());
beforeEach(async () => {
  await observed.rows(truncateEverythingText());
});

/** Letters that are special in SQL, in patterns or in queries of words, and some of other scripts. */
const anyText = fc.array(fc.constantFrom(...Array.from(`abAB '"\\%_&|!:*()<>\n-é日本🎬`)), {
  minLength: 1,
  maxLength: 60,
});

describe('the index of words', () => {
  it('finds every part of a text', async () => {
    await fc.assert(
      fc.asyncProperty(anyText, fc.nat(), fc.nat(), async (letters, from, length) => {
        const start = from % letters.length;
        const part = letters.slice(start, start + 1 + (length % 50)).join('');
        const [found] = await observed.rows<{ hit: boolean; elsewhere: boolean }>(
          `select search_grams('wsp_a', $1) @@ search_query('wsp_a', $2) as hit,
                  search_grams('wsp_b', $1) @@ search_query('wsp_a', $2) as elsewhere`,
          [letters.join(''), part],
        );
        expect(found).toEqual({ hit: true, elsewhere: false });
      }),
    );
  });

  it('leaves out a text in which letters of the wanted one do not follow each other', async () => {
    const [found] = await observed.rows(
      `select search_grams('wsp_a', 'a paper boat') @@ search_query('wsp_a', 'boot') as long,
              search_grams('wsp_a', 'a paper boat') @@ search_query('wsp_a', 'ob') as short`,
    );
    expect(found).toEqual({ long: false, short: false });
  });

  it('takes the longest text that may be searched for', async () => {
    const text = Array.from({ length: 200 }, (_, place) => String.fromCodePoint(0x4e_00 + place)).join('');
    const [found] = await observed.rows(
      `select search_grams('wsp_a', 'before ' || $1 || ' after') @@ search_query('wsp_a', $1) as hit`,
      [text],
    );
    expect(found).toEqual({ hit: true });
  });
});

describe('what was made before an update', () => {
  const everything = async (): Promise<unknown> => ({
    jobTexts: await observed.rows('select * from job_texts order by job_id'),
    jobMarks: await observed.rows('select * from job_marks order by mark, job_id'),
    assetTexts: await observed.rows('select * from asset_texts order by asset_id'),
  });

  it('is entered as what is made now, in batches, and lists find it meanwhile too', async () => {
    const { database, rows } = observed;
    const account = buildAccount();
    const jobs = Array.from({ length: 7 }, (_, number) =>
      buildJob({ name: `Boat ${number}`, metadata: { shot: `s${number % 2}`, note: 'x'.repeat(500) } }),
    );
    await database.transaction(async (transaction) => {
      await transaction.accounts.insert(account);
      for (const job of jobs) {
        const blob = buildBlob();
        await transaction.jobs.insert(job, []);
        await transaction.submissions.insert(
          buildSubmission({ jobId: job.id, accountId: account.id }, { state: 'rejected', dueAt: null }),
        );
        await transaction.submissions.insert(
          buildSubmission({ jobId: job.id, accountId: account.id }, { number: 2, dueAt: null }),
        );
        await transaction.assets.insert(
          buildAsset({ jobId: job.id, outputIndex: 0, blobHash: blob.hash, name: null }),
          [blob],
        );
      }
      await transaction.assets.insert(buildAsset({ name: 'Uploaded Picture' }), []);
    });
    const made = await everything();
    await rows('truncate job_texts, job_marks, asset_texts');
    await rows("insert into found_by_fills (subject) values ('jobs'), ('assets')");
    const list = () =>
      database.transaction(async (transaction) => {
        const page = { limit: 3, after: null };
        const found = [
          await transaction.jobs.list({ workspaceId: builtWorkspace, search: 'boat' }, page),
          await transaction.jobs.list({ workspaceId: builtWorkspace, metadata: { shot: 's1' } }, page),
          await transaction.jobs.list({ workspaceId: builtWorkspace, accountId: account.id }, page),
        ];
        return found.map((listed) => listed.map(({ name }) => name));
      });
    const listed = [
      ['Boat 6', 'Boat 5', 'Boat 4'],
      ['Boat 5', 'Boat 3', 'Boat 1'],
      ['Boat 6', 'Boat 5', 'Boat 4'],
    ];
    const entered: number[] = [];
    for (const subject of ['jobs', 'assets'] as const) {
      for (let batch = 0; batch < 4; batch += 1) {
        expect(await list()).toEqual(listed);
        entered.push(await database.transaction((transaction) => transaction[subject].enterOlder(3)));
      }
    }
    expect(entered).toEqual([3, 3, 1, 0, 3, 3, 2, 0]);
    expect(await everything()).toEqual(made);
    expect(await list()).toEqual(listed);
  });
});
