import type { Database, MediaReader } from '../ports/index.ts';
import type { CoreDependencies } from '../dependencies.ts';
import { Gate } from './gate.ts';

/** Of the 10 connections that a process has by default; the others are for requests. */
const transactionsAtOnce = 8;
/** To look at a file takes memory and a core. */
const filesAtOnce = 4;

/**
 * The same dependencies for steps, of which hundreds may wait for a provider at a time: what they do in this process stays
 * as little as it was, so that requests find the database free.
 */
export function gateSteps(dependencies: CoreDependencies): CoreDependencies {
  return {
    ...dependencies,
    database: gateDatabase(dependencies.database, new Gate(transactionsAtOnce)),
    media: gateMedia(dependencies.media, new Gate(filesAtOnce)),
  };
}

function gateDatabase(database: Database, gate: Gate): Database {
  return {
    transaction: (work) => gate.run(() => database.transaction(work)),
    onEvents: (listener) => database.onEvents(listener),
    ping: () => database.ping(),
    close: () => database.close(),
  };
}

function gateMedia(media: MediaReader, gate: Gate): MediaReader {
  return {
    probe: (path) => gate.run(() => media.probe(path)),
    poster: (path, facts) => gate.run(() => media.poster(path, facts)),
    claimedType: (path) => gate.run(() => media.claimedType(path)),
    convertImage: (path, target) => gate.run(() => media.convertImage(path, target)),
  };
}
