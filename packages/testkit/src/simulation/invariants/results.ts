import { createHash } from 'node:crypto';
import { posterStateOf } from '@pixsim7/core';
import type { AssetRow } from '@pixsim7/core';
import type { History } from '../history.ts';
import { videoBytes } from '../ports/fake-outgoing.ts';
import type { Generation } from '../provider/server.ts';
import { readingCrash } from '../world.ts';
import { relationOfRole } from './states.ts';

/** A completed job has its video: an asset whose bytes are in the store under their hash. */
export function completedHasItsVideo({ final, blobs, providers }: History): string[] {
  const found: string[] = [];
  for (const job of final.jobs) {
    const assets = final.assets.filter(({ jobId }) => jobId === job.id);
    if (job.status === 'completed' && assets.length !== 1) {
      found.push(`Job ${job.id} is completed and has ${assets.length} assets.`);
    }
    for (const asset of assets) {
      found.push(...checkBytes(asset, blobs, providers));
    }
  }
  return found;
}

function checkBytes(asset: AssetRow, blobs: History['blobs'], providers: History['providers']): string[] {
  const bytes = blobs.get(asset.blobHash);
  if (bytes === undefined) {
    return [`Asset ${asset.id} has no bytes in the store.`];
  }
  const hash = createHash('sha256').update(bytes).digest('hex');
  if (hash !== asset.blobHash) {
    return [`The bytes of asset ${asset.id} have another hash.`];
  }
  const generation = generationOf(asset, providers);
  if (generation !== null && !Buffer.from(videoBytes(generation)).equals(bytes)) {
    return [`Asset ${asset.id} has the bytes of something else.`];
  }
  return [];
}

function generationOf({ madeBy }: AssetRow, providers: History['providers']): Generation | null {
  const servers = [...providers.values()].map(({ server }) => server);
  return servers.map(({ generations }) => generations.get(madeBy?.providerJobId ?? '')).find(Boolean) ?? null;
}

/** Reading is tried three times, so a file that ends its reader ends three servers. */
const maxDeaths = 3;

/**
 * A paid file that cannot be read is kept unread, and its job says so; a file that can be read is read. Only a file that
 * servers died over again and again, or lost their lease over, may be taken for one of the others.
 */
export function poisonIsQuarantined({ final, providers, scenario, crashes }: History): string[] {
  const found: string[] = [];
  let deadly = 0;
  for (const asset of final.assets) {
    const generation = generationOf(asset, providers);
    if (generation === null) {
      continue;
    }
    if (generation.file === 'deadly') {
      deadly += 1;
    }
    const job = final.jobs.find(({ id }) => id === asset.jobId);
    const mayLookDeadly = crashes.length >= maxDeaths || scenario.processRisks.freeze > 0;
    const expected = generation.file === 'sound' ? 'stored' : 'unprobed';
    if (asset.state !== expected && !(expected === 'stored' && mayLookDeadly)) {
      found.push(`Asset ${asset.id} has a ${generation.file} file and is ${asset.state}.`);
    }
    const isTold = job?.warnings.some(({ code }) => code === 'output_unprobed') ?? false;
    if (job?.status === 'completed' && isTold !== (asset.state === 'unprobed')) {
      found.push(`Job ${job.id} ${isTold ? 'warns of' : 'does not warn of'} its ${asset.state} asset.`);
    }
  }
  // Two processes may look at one time: the one that stood still, and the one that took over.
  const deaths = crashes.filter((crash) => crash.includes(readingCrash)).length;
  const allowed = deadly * maxDeaths * (scenario.cluster ? 2 : 1);
  if (deaths > allowed) {
    found.push(`${deaths} servers died of ${deadly} files.`);
  }
  return found;
}

/**
 * Every video that could be read has its poster, whose bytes are in the store. Only one that servers died over again and
 * again, or lost their lease over, may have none, and says so; nobody waits for one.
 */
export function videosHaveTheirPoster({ final, blobs, scenario, crashes }: History): string[] {
  const mayLookDeadly = crashes.length >= maxDeaths || scenario.processRisks.freeze > 0;
  return final.assets.flatMap((asset) => {
    const state = posterStateOf(asset);
    if (asset.state !== 'stored') {
      return state === 'none' ? [] : [`Asset ${asset.id} is ${asset.state}, and its poster ${state}.`];
    }
    if (state === 'made') {
      return blobs.has(asset.posterHash ?? '') ? [] : [`The poster of asset ${asset.id} has no bytes.`];
    }
    return state === 'failed' && mayLookDeadly ? [] : [`The poster of asset ${asset.id} is ${state}.`];
  });
}

/** Every video that was made, and that we know of, is kept; one that nobody waits for any more is marked. */
export function noPaidVideoIsLost({ final, providers }: History): string[] {
  const made = [...providers.values()].flatMap(({ server }) =>
    [...server.generations.values()].map((generation) => ({ server, generation })),
  );
  return made.flatMap(({ server, generation }) => {
    if (server.stateOf(generation) !== 'succeeded') {
      return [];
    }
    const submission = final.submissions.find(({ token }) => token === generation.token);
    const job = final.jobs.find(({ id }) => id === submission?.jobId);
    if (submission === undefined || job === undefined) {
      return [];
    }
    if (submission.providerJobId === null) {
      const mayBeUnknown = submission.state === 'unknown' && job.stage === 'needs_attention';
      return mayBeUnknown || job.status === 'cancelled'
        ? []
        : [
            `Generation ${generation.id} is paid; submission ${submission.id} is ${submission.state}, its job ${job.status}/${job.stage}.`,
          ];
    }
    const asset = final.assets.find(({ madeBy }) => madeBy?.providerJobId === generation.id);
    if (asset === undefined) {
      return [
        `Generation ${generation.id} of job ${job.id} (${job.status}, submission ${submission.state}) was not kept.`,
      ];
    }
    const late = job.status !== 'completed';
    return asset.lateResult === late
      ? []
      : [`Asset ${asset.id} of the ${job.status} job ${job.id} has late_result ${asset.lateResult}.`];
  });
}

/** Edges are the projection of the job's inputs and nothing else. */
export function lineageIsProjection({ final }: History): string[] {
  return final.assets.flatMap((asset) => {
    const inputs = final.inputs.filter(({ jobId }) => jobId === asset.jobId);
    const expected = inputs.map(
      ({ role, position, assetId }) => `${relationOfRole[role]} ${position} ${assetId}`,
    );
    const actual = final.edges
      .filter(({ childId }) => childId === asset.id)
      .map(({ relation, position, parentId }) => `${relation} ${position} ${parentId}`);
    const [wanted, got] = [expected.sort().join('; '), actual.sort().join('; ')];
    return wanted === got ? [] : [`Asset ${asset.id} has the edges [${got}], its inputs say [${wanted}].`];
  });
}
