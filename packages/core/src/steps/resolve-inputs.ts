import type { AccountId, AssetId } from '@pixsim7/contracts';
import { InvalidRequestError } from '@pixsim7/providers/contract';
import type {
  AccountAccess,
  InputFile,
  InputSlot,
  ProviderAdapter,
  ResolvedInput,
} from '@pixsim7/providers/contract';
import type { CoreDependencies } from '../dependencies.ts';
import type { AssetRow } from '../model/index.ts';
import { UnreadableMediaError } from '../ports/index.ts';
import type { ImageTarget } from '../ports/index.ts';
import { canonicalJson, conversionOf } from '../rules/index.ts';

/** A file that the job needs is no longer there. */
export class InputUnavailableError extends Error {
  override readonly name = 'InputUnavailableError';
  readonly code = 'input_unavailable';
}

/**
 * Makes every input of a request known to the provider, for the account that runs it. A picture that the provider does not
 * take as it is is converted on the way; the asset stays what it is. An upload that the account made before is used again
 * until it expires.
 *
 * @throws ProviderCallError when the provider refuses a file or it cannot be converted, InputUnavailableError when it is gone
 */
export async function resolveInputs(
  dependencies: CoreDependencies,
  adapter: ProviderAdapter,
  access: AccountAccess,
  slots: readonly InputSlot[],
): Promise<Map<string, ResolvedInput>> {
  const resolved = new Map<string, ResolvedInput>();
  for (const slot of slots) {
    resolved.set(slot.name, await resolveInput(dependencies, adapter, access, slot));
  }
  return resolved;
}

async function resolveInput(
  dependencies: CoreDependencies,
  adapter: ProviderAdapter,
  access: AccountAccess,
  slot: InputSlot,
): Promise<ResolvedInput> {
  const { database, blobs, system } = dependencies;
  const accountId = access.accountId as AccountId;
  const assetId = slot.source as AssetId;
  const { asset, known, target, role } = await database.transaction(async (transaction) => {
    const asset = await transaction.assets.get(assetId);
    const target = asset === null ? null : (conversionOf(slot.specification, asset)?.target ?? null);
    const role = uploadRole(slot, target);
    return { asset, target, role, known: await transaction.accounts.upload(accountId, assetId, role) };
  });
  const now = system.now();
  const expiresAt = known?.resolved.expiresAt ?? null;
  if (known !== null && (expiresAt === null || Date.parse(expiresAt) > now)) {
    return known.resolved;
  }
  if (asset === null || asset.state !== 'stored' || (await blobs.stat(asset.blobHash)) === null) {
    throw new InputUnavailableError(`The file for ${slot.pointer} was deleted; nothing was sent.`);
  }
  const file =
    target === null
      ? storedFile(dependencies, asset)
      : await convertedFile(dependencies, asset, target, slot);
  const result = await adapter.resolveInput(access, slot, file);
  if (result.reusable) {
    await database.transaction((transaction) =>
      transaction.accounts.saveUpload({ accountId, assetId, role, resolved: result, uploadedAt: now }),
    );
  }
  return result;
}

/** Two models may need different conversions of one file, so what was made of it is part of the upload's name. */
function uploadRole(slot: InputSlot, target: ImageTarget | null): string {
  return target === null ? slot.role : `${slot.role} ${canonicalJson(target)}`;
}

function storedFile({ blobs }: CoreDependencies, asset: AssetRow): InputFile {
  return inputFile(asset, asset, () => blobs.open(asset.blobHash));
}

/**
 * A file that cannot be converted is one that this provider does not take; another one may take it as it is.
 *
 * @throws InvalidRequestError
 */
async function convertedFile(
  { blobs, media }: CoreDependencies,
  asset: AssetRow,
  target: ImageTarget,
  slot: InputSlot,
): Promise<InputFile> {
  // The store may be far away, and the converter reads from the local disk.
  const local = await blobs.receive(await blobs.read(asset.blobHash), { maxBytes: asset.bytes });
  try {
    const { bytes, mimeType } = await media.convertImage(local.path, target);
    const blob = new Blob([Uint8Array.from(bytes)], { type: mimeType });
    return inputFile(asset, { mimeType, bytes: bytes.byteLength }, () => Promise.resolve(blob));
  } catch (error) {
    if (!(error instanceof UnreadableMediaError)) {
      throw error;
    }
    throw new InvalidRequestError({
      code: 'input_rejected',
      message: `The file for ${slot.pointer} cannot be converted; nothing was sent. ${error.message}`,
      retry: 'other_provider',
      accountEffect: 'none',
      charged: 'no',
      cause: error,
    });
  } finally {
    await blobs.discard(local);
  }
}

function inputFile(
  asset: AssetRow,
  { mimeType, bytes }: Pick<AssetRow, 'mimeType' | 'bytes'>,
  open: () => Promise<Blob>,
): InputFile {
  return {
    assetId: asset.id,
    mediaType: asset.mediaType,
    mimeType,
    bytes,
    fileName: `${asset.id}.${extensionOf(mimeType)}`,
    open,
    madeBy: asset.madeBy,
  };
}

const namedExtensions: Readonly<Record<string, string>> = {
  'video/quicktime': 'mov',
  'audio/mpeg': 'mp3',
  'audio/mp4': 'm4a',
};

/** `image/jpeg` → `jpeg`: providers look at the extension of an upload, and ours never carries a name from outside. */
function extensionOf(mimeType: string): string {
  return namedExtensions[mimeType] ?? mimeType.slice(mimeType.indexOf('/') + 1).replace(/^x-/, '');
}
