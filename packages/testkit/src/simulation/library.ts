import { createHash } from 'node:crypto';
import { createIdentifierFactory } from '@pixsim7/contracts';
import type { AssetId } from '@pixsim7/contracts';
import type { AssetRow, Caller, Database } from '@pixsim7/core';
import { buildAsset, builtCaller } from '../builders/rows.ts';
import type { Random } from './machine/random.ts';
import { fakeMediaBytes } from './ports/fake-media.ts';
import type { KeptBlobs } from './ports/memory-blob-store.ts';
import type { ScenarioMedia } from './scenario.ts';

/** The owner of an installation and the files that are there before the first job. */
export interface Library {
  readonly caller: Caller;
  readonly media: ScenarioMedia;
  readonly assets: readonly { readonly asset: AssetRow; readonly bytes: Uint8Array }[];
}

/** Pictures as people bring them; the simulated providers take PNG up to 4000 pixels and nothing that moves. */
const pictureForms = [
  { mimeType: 'image/png' },
  { mimeType: 'image/png' },
  { mimeType: 'image/heic', width: 4_032, height: 3_024 },
  { mimeType: 'image/gif', animated: true },
  { mimeType: 'image/png', width: 8_000, height: 4_500 },
];

export function drawLibrary(random: Random, now: number): Library {
  const createId = createIdentifierFactory(
    () => now,
    (length) => random.bytes(length),
  );
  const ownerId = createId('user');
  const draw = (mediaType: 'image' | 'video', count: number): Library['assets'] =>
    Array.from({ length: count }, (_, index) => {
      const form =
        mediaType === 'image'
          ? { durationS: null, fps: null, codec: null, ...random.pick(pictureForms) }
          : { mimeType: 'video/mp4' };
      const bytes = fakeMediaBytes(mediaType, `file ${index}`, form);
      const asset = buildAsset({
        id: createId('asset'),
        ownerId,
        origin: 'uploaded',
        mediaType,
        ...form,
        blobHash: createHash('sha256').update(bytes).digest('hex'),
        bytes: bytes.byteLength,
        createdAt: now,
      });
      return { asset, bytes };
    });
  const images = draw('image', random.integer(2, 4));
  const videos = draw('video', random.integer(1, 2));
  const caller: Caller = { ...builtCaller, userId: ownerId };
  return { caller, media: { images: idsOf(images), videos: idsOf(videos) }, assets: [...images, ...videos] };
}

/** Puts the files where the installation looks for them. */
export async function storeLibrary(
  { caller, assets }: Library,
  database: Database,
  blobs: KeptBlobs,
  now: number,
): Promise<void> {
  for (const { asset, bytes } of assets) {
    blobs.set(asset.blobHash, Uint8Array.from(bytes));
  }
  await database.transaction(async (transaction) => {
    await transaction.users.ensureOwner(caller.workspaceId, caller.userId, now);
    for (const { asset } of assets) {
      const { blobHash: hash, bytes, mimeType, createdAt } = asset;
      await transaction.assets.insert(asset, [{ hash, bytes, mimeType, createdAt }]);
    }
  });
}

function idsOf(assets: Library['assets']): AssetId[] {
  return assets.map(({ asset }) => asset.id);
}
