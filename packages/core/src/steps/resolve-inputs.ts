import type { AssetId } from '@pixsim7/contracts';
import type {
  AccountAccess,
  InputFile,
  InputSlot,
  ProviderAdapter,
  ResolvedInput,
} from '@pixsim7/providers/contract';
import type { AccountId } from '@pixsim7/contracts';
import type { AssetRow } from '../model/index.ts';
import type { CoreDependencies } from '../services/dependencies.ts';

/** A file that the job needs is no longer there. */
export class InputUnavailableError extends Error {
  override readonly name = 'InputUnavailableError';
  readonly code = 'input_unavailable';
}

/**
 * Makes every input of a request known to the provider, for the account that runs it. An upload that the account made
 * before is used again until it expires.
 *
 * @throws ProviderCallError when the provider refuses a file, InputUnavailableError when the file is gone
 */
export async function resolveInputs(
  dependencies: CoreDependencies,
  adapter: ProviderAdapter,
  access: AccountAccess,
  slots: readonly InputSlot[],
): Promise<Map<string, ResolvedInput>> {
  const resolved = new Map<string, ResolvedInput>();
  for (const slot of slots) resolved.set(slot.name, await resolveInput(dependencies, adapter, access, slot));
  return resolved;
}

async function resolveInput(
  { database, blobs, system }: CoreDependencies,
  adapter: ProviderAdapter,
  access: AccountAccess,
  slot: InputSlot,
): Promise<ResolvedInput> {
  const accountId = access.accountId as AccountId;
  const assetId = slot.source as AssetId;
  const { asset, known } = await database.transaction(async (transaction) => ({
    asset: await transaction.assets.get(assetId),
    known: await transaction.accounts.upload(accountId, assetId, slot.role),
  }));
  const now = system.now();
  const expiresAt = known?.resolved.expiresAt ?? null;
  if (known !== null && (expiresAt === null || Date.parse(expiresAt) > now)) return known.resolved;
  if (asset === null || asset.state !== 'stored' || (await blobs.stat(asset.blobHash)) === null) {
    throw new InputUnavailableError(`The file for ${slot.pointer} was deleted; nothing was sent.`);
  }
  const result = await adapter.resolveInput(
    access,
    slot,
    inputFile(asset, () => blobs.open(asset.blobHash)),
  );
  if (result.reusable) {
    await database.transaction((transaction) =>
      transaction.accounts.saveUpload({
        accountId,
        assetId,
        role: slot.role,
        resolved: result,
        uploadedAt: now,
      }),
    );
  }
  return result;
}

function inputFile(asset: AssetRow, open: () => Promise<Blob>): InputFile {
  return {
    assetId: asset.id,
    mediaType: asset.mediaType,
    mimeType: asset.mimeType,
    bytes: asset.bytes,
    fileName: `${asset.id}.${extensionOf(asset.mimeType)}`,
    open,
    madeBy: asset.madeBy,
  };
}

/** `image/jpeg` → `jpeg`: providers look at the extension of an upload, and ours never carries a name from outside. */
function extensionOf(mimeType: string): string {
  return mimeType
    .slice(mimeType.indexOf('/') + 1)
    .replace(/^x-/, '')
    .replace('quicktime', 'mov');
}
