import type { CoreDependencies } from '../dependencies.ts';
import type { BlobRow } from '../model/index.ts';
import { keepBlob } from './keep-blob.ts';

/** Makes a small picture of a file part of the store. @throws StaleRowError, StoreUnwritableError */
export async function keepPoster(
  dependencies: Pick<CoreDependencies, 'blobs' | 'database' | 'system'>,
  poster: { readonly bytes: Uint8Array; readonly mimeType: string },
): Promise<BlobRow> {
  const { blobs } = dependencies;
  const received = await blobs.receive(
    (async function* () {
      yield poster.bytes;
    })(),
    { maxBytes: poster.bytes.byteLength },
  );
  try {
    return await keepBlob(dependencies, received, poster.mimeType);
  } finally {
    await blobs.discard(received);
  }
}
