import { createBulkheads } from '@pixsim7/core';
import type { CoreDependencies, System } from '@pixsim7/core';
import { createFakeMedia } from '../../simulation/ports/fake-media.ts';
import { fakeVault } from '../../simulation/ports/fake-vault.ts';
import { MemoryBlobStore } from '../../simulation/ports/memory-blob-store.ts';
import { silentLogger } from './silent-logger.ts';

/** The dependencies that no benchmark is about: files in memory, no secrets, no log. */
export function quietDependencies<OfSystem extends System>(
  system: OfSystem,
): Pick<CoreDependencies, 'blobs' | 'media' | 'vault' | 'logger' | 'bulkheads'> & {
  readonly system: OfSystem;
} {
  const blobs = new MemoryBlobStore();
  return {
    blobs,
    media: createFakeMedia((path) => blobs.fileAt(path)),
    vault: fakeVault,
    system,
    logger: silentLogger,
    bulkheads: createBulkheads({ system, logger: silentLogger }),
  };
}
