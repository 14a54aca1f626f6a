import { isIdentifier } from '@pixsim7/contracts';
import type { Asset, List, ListAssetsQuery, RequestErrorCode } from '@pixsim7/contracts';
import type { FileSource, OpenedFile } from '../admission/find-files.ts';
import type { CoreDependencies } from '../dependencies.ts';
import { assetRows } from '../files/asset-rows.ts';
import { removeUnusedBlobs } from '../files/keep-blob.ts';
import { keepSeenFile, receiveFile, storeFile } from '../files/store-file.ts';
import type { SeenFile, StoredFile } from '../files/store-file.ts';
import { hostOf } from '../limits/bulkhead/index.ts';
import { assertRoomForNewWork, withinReserve } from '../limits/disk-reserve.ts';
import type { AssetRow, Caller } from '../model/index.ts';
import { invalidParameters, RequestError } from '../model/request-error.ts';
import {
  FetchFailedError,
  TooManyBytesError,
  UnreachableHostError,
  UnreadableMediaError,
  UnsafeUrlError,
} from '../ports/index.ts';
import type { ByteRange } from '../ports/index.ts';
import { timeBounds, toList, toPage } from '../read/page.ts';
import type { ListRequest } from '../read/page.ts';
import { DataUrlError, dataUrlBytes, isDataUrl } from '../rules/data-url.ts';
import { importTransfer, maxUploadBytes } from '../rules/transfer-limits.ts';
import { viewAsset } from '../views/asset-view.ts';
import { write } from '../write/unit-of-work.ts';
import { wakePoster } from '../write/wake-poster.ts';
import { writeAssetEvent } from '../write/write-event.ts';
import { requireScope } from './require-scope.ts';

/** The longest a request waits for its turn while the limit of downloads is reached. */
const importPatienceMs = 15_000;
/** Files that one sweep removes; the next one is minutes away. */
const maxRemovals = 100;

type Dependencies = Pick<
  CoreDependencies,
  | 'blobs'
  | 'bulkheads'
  | 'database'
  | 'diskRoom'
  | 'logger'
  | 'media'
  | 'outgoing'
  | 'queue'
  | 'registry'
  | 'system'
>;

/** The one way in which files become assets, and the way to their bytes. */
export class AssetService implements FileSource {
  readonly #dependencies: Dependencies;
  #holds = 0;
  #sweeping: Promise<unknown> = Promise.resolve();

  constructor(dependencies: Dependencies) {
    this.#dependencies = dependencies;
  }

  /** Keeps an uploaded file. @throws RequestError when it is too large or no media file */
  async upload(caller: Caller, source: AsyncIterable<Uint8Array>, name: string | null): Promise<Asset> {
    requireScope(caller, 'assets:write');
    const stored = await this.#store(source, '/file');
    return viewAsset(await this.#insert(caller, stored, 'uploaded', name, null));
  }

  /** Fetches a public URL and keeps the file. @throws RequestError */
  async importUrl(caller: Caller, url: string, name: string | null): Promise<Asset> {
    requireScope(caller, 'assets:write');
    const stored = await withFieldErrors('/url', () =>
      this.#fetch(caller, url, (source) => storeFile(this.#dependencies, source, maxUploadBytes)),
    );
    return viewAsset(await this.#insert(caller, stored, 'imported', name, url));
  }

  /** Refuses a URL that can never be fetched, without fetching it. @throws RequestError unsafe_url */
  checkUrl(url: string, pointer: string): void {
    try {
      this.#dependencies.outgoing.checkUrl(url);
    } catch (error) {
      throw asFieldError(error, pointer);
    }
  }

  /**
   * Receives what a job parameter names, a URL or a data URL, and looks at it. Nothing is kept unless the caller says so.
   *
   * @param pointer where the parameter stands in the request, for the error
   * @throws RequestError
   */
  async open(caller: Caller, source: string, pointer: string, maxBytes: number): Promise<OpenedFile> {
    const isData = isDataUrl(source);
    const receive = (chunks: AsyncIterable<Uint8Array>): Promise<SeenFile> =>
      receiveFile(this.#dependencies, chunks, Math.min(maxBytes, maxUploadBytes));
    const seen = await withFieldErrors(pointer, () =>
      isData
        ? receive(withinReserve(this.#dependencies, oneByOne(dataOf(source))))
        : this.#fetch(caller, source, receive),
    );
    return {
      facts: { ...seen.facts, bytes: seen.file.bytes, madeBy: null },
      keep: async () => {
        const stored = await keepSeenFile(this.#dependencies, seen);
        return isData
          ? this.#insert(caller, stored, 'uploaded', null, null)
          : this.#insert(caller, stored, 'imported', null, source);
      },
      discard: () => this.#dependencies.blobs.discard(seen.file),
    };
  }

  /** @throws RequestError not_found */
  async get(caller: Caller, id: string): Promise<Asset> {
    return viewAsset(await this.row(caller, id));
  }

  /** The row of an asset that is not deleted. @throws RequestError not_found */
  async row(caller: Caller, id: string): Promise<AssetRow> {
    requireScope(caller, 'assets:read');
    return this.#row(caller, id);
  }

  async #row(caller: Caller, id: string): Promise<AssetRow> {
    const asset = isIdentifier('asset', id)
      ? await this.#dependencies.database.transaction((transaction) => transaction.assets.get(id))
      : null;
    if (asset === null || asset.workspaceId !== caller.workspaceId || asset.state === 'deleted') {
      throw new RequestError('not_found', `Asset ${id} not found.`);
    }
    return asset;
  }

  /** @throws RequestError invalid_params, when the cursor is of another list */
  async list(caller: Caller, query: ListRequest<ListAssetsQuery>): Promise<List<Asset>> {
    requireScope(caller, 'assets:read');
    const { database } = this.#dependencies;
    const page = toPage(query);
    const rows = await database.transaction((transaction) =>
      transaction.assets.list(
        {
          workspaceId: caller.workspaceId,
          ...(query.media_type === undefined ? {} : { mediaType: query.media_type }),
          ...(query.origin === undefined ? {} : { origin: query.origin }),
          ...(query.job_id === undefined ? {} : { jobId: query.job_id }),
          ...(query.q === undefined ? {} : { search: query.q }),
          ...timeBounds(query),
        },
        page,
      ),
    );
    return toList(rows, query, (shown) => shown.map(viewAsset));
  }

  /** The bytes of a blob of ours, or a part of them. */
  async read(hash: string, range?: ByteRange): Promise<ReadableStream<Uint8Array>> {
    return this.#dependencies.blobs.read(hash, range);
  }

  /** Turns the asset into a tombstone. Lineage stays; the bytes go when no other asset has them. */
  async delete(caller: Caller, id: string): Promise<void> {
    requireScope(caller, 'assets:write');
    const asset = await this.#row(caller, id);
    await write(this.#dependencies, async (unit) => {
      if (await unit.assets.markDeleted(asset.id, unit.now)) {
        await writeAssetEvent(unit, asset, 'asset.deleted');
      }
    });
  }

  /** Removes the bytes that no asset uses any more, unless somebody holds them. Returns how many files went. */
  async sweep(): Promise<number> {
    if (this.#holds > 0) {
      return 0;
    }
    const sweeping = removeUnusedBlobs(this.#dependencies, maxRemovals);
    this.#sweeping = Promise.allSettled([sweeping]);
    return sweeping;
  }

  /**
   * Keeps this process from removing bytes, for a reader of many files such as a backup. Resolves when no removal runs any
   * more, with the function that ends the hold.
   */
  async holdRemovals(): Promise<() => void> {
    this.#holds += 1;
    await this.#sweeping;
    let released = false;
    return () => {
      if (!released) {
        this.#holds -= 1;
      }
      released = true;
    };
  }

  async #insert(
    caller: Caller,
    stored: StoredFile,
    origin: 'uploaded' | 'imported',
    name: string | null,
    url: string | null,
  ): Promise<AssetRow> {
    const { media, system } = this.#dependencies;
    const { asset, blobs } = assetRows(
      stored,
      {
        id: system.createId('asset'),
        workspaceId: caller.workspaceId,
        ownerId: caller.userId,
        origin,
        name,
        originalUrl: url?.split(/[?#]/u, 1)[0] ?? null,
      },
      media,
    );
    await write(this.#dependencies, async (unit) => {
      await unit.assets.insert(asset, blobs);
      await writeAssetEvent(unit, asset, 'asset.created');
      wakePoster(unit, asset);
    });
    return asset;
  }

  /** Fetches a file within the places of its host and the reserve of the disk. */
  async #fetch<Result>(
    caller: Caller,
    url: string,
    use: (source: AsyncIterable<Uint8Array>) => Promise<Result>,
  ): Promise<Result> {
    const { bulkheads, logger, outgoing } = this.#dependencies;
    await assertRoomForNewWork(this.#dependencies);
    const host = hostOf(url);
    const destination = { account: caller.workspaceId, provider: null, hosts: [host] };
    const place = await bulkheads.import.placeWithin(destination, importPatienceMs);
    if (place === null) {
      const detail = `Too many files are being fetched from ${host} already; nothing was created.`;
      throw new RequestError('unavailable', detail, { retryable: true });
    }
    try {
      return await use(withinReserve(this.#dependencies, await outgoing.download(url, importTransfer)));
    } catch (error) {
      // Its cause is for the log alone: it could map the internal network.
      if (error instanceof UnreachableHostError) {
        logger.warn({ error }, 'input could not be reached');
      }
      throw error;
    } finally {
      place.leave();
    }
  }

  #store(source: AsyncIterable<Uint8Array>, pointer: string): Promise<StoredFile> {
    return withFieldErrors(pointer, () =>
      storeFile(this.#dependencies, withinReserve(this.#dependencies, source), maxUploadBytes),
    );
  }
}

/** @throws DataUrlError, now or while it is read */
function dataOf(url: string): Iterable<Uint8Array> {
  const bytes = dataUrlBytes(url);
  if (bytes === null) {
    throw new DataUrlError('It must be base64.');
  }
  return bytes;
}

/** Turns a fault of a file into a refusal that points at where it was named. @throws RequestError */
async function withFieldErrors<Result>(pointer: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw asFieldError(error, pointer);
  }
}

function asFieldError(error: unknown, pointer: string): unknown {
  const refused = fieldOf(error);
  return refused === null ? error : invalidParameters([{ pointer, ...refused }], error);
}

function fieldOf(error: unknown): { readonly code: RequestErrorCode; readonly detail: string } | null {
  if (error instanceof DataUrlError) {
    return { code: 'invalid_params', detail: `This data URL cannot be read. ${error.message}` };
  }
  if (error instanceof UnreadableMediaError) {
    return { code: 'invalid_media', detail: error.message };
  }
  if (error instanceof TooManyBytesError) {
    return { code: 'payload_too_large', detail: error.message };
  }
  if (error instanceof UnsafeUrlError) {
    return { code: 'unsafe_url', detail: error.message };
  }
  return error instanceof FetchFailedError ? { code: 'input_unreachable', detail: error.message } : null;
}

async function* oneByOne(pieces: Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* pieces;
}
