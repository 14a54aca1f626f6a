import type { CoreDependencies } from '../dependencies.ts';
import { withTransactions } from '../ports/index.ts';
import type { MediaReader } from '../ports/index.ts';
import { Gate } from './gate.ts';

/** Of the 10 connections that a process has by default; the others are for requests. */
const transactionsAtOnce = 8;
/** To look at a file takes memory and a core. */
const filesAtOnce = 4;

/**
 * The same dependencies for steps, of which hundreds may wait for a provider at a time: what they do in this process stays
 * as little as it was, so requests find the database free.
 */
export function gateSteps(dependencies: CoreDependencies): CoreDependencies {
  const { database } = dependencies;
  const transactions = new Gate(transactionsAtOnce);
  return {
    ...dependencies,
    database: withTransactions(database, (work) => transactions.run(() => database.transaction(work))),
    media: gateMedia(dependencies.media, new Gate(filesAtOnce)),
  };
}

function gateMedia(media: MediaReader, gate: Gate): MediaReader {
  return {
    probe: (path) => gate.run(() => media.probe(path)),
    mayHavePoster: (facts) => media.mayHavePoster(facts),
    // The queue makes one poster at a time, and one that waits for its turn must not keep others from theirs.
    poster: (path, facts) => media.poster(path, facts),
    claimedType: (path) => gate.run(() => media.claimedType(path)),
    convertImage: (path, target) => gate.run(() => media.convertImage(path, target)),
  };
}
