import {
  isIdentifier,
  type Asset,
  type InputSpecification,
  type List,
  type ListAssetsQuery,
  type MediaType,
  type UserId,
} from '@pixsim7/contracts';
import type { AssetRow } from '../model/index.ts';
import {
  FetchFailedError,
  TooManyBytesError,
  UnreachableHostError,
  UnreadableMediaError,
  UnsafeUrlError,
  type ByteRange,
} from '../ports/index.ts';
import { DataUrlError, dataUrlBytes } from '../rules/data-url.ts';
import { importTransfer } from '../rules/transfer-limits.ts';
import { viewAsset } from '../views/asset-view.ts';
import { hostOf } from './bulkhead/index.ts';
import type { CoreDependencies } from './dependencies.ts';
import { assertRoomForNewWork, withinReserve } from './disk-reserve.ts';
import { removeUnusedBlobs } from './keep-blob.ts';
import { toList, toPage } from './page.ts';
import { RequestError } from './request-error.ts';
import { assetRows } from './asset-rows.ts';
import { storeFile, WrongMediaTypeError, type StoredFile } from './store-file.ts';
import { writeAssetEvent } from './write-event.ts';

/** Bound of a file that a person brings, in bytes. Providers take 50 MB of video at most. */
export const mostUploadBytes = 200 * 1024 ** 2;
/** How long a request waits for its turn while as many files are fetched as may be. */
const importPatienceMs = 15_000;
/** Files that one sweep removes; the next one is minutes away. */
const mostRemovals = 100;

type Dependencies = Pick<
  CoreDependencies,
  'blobs' | 'bulkheads' | 'database' | 'diskRoom' | 'logger' | 'media' | 'outgoing' | 'system'
>;

/** The one way in which files become assets, and the way to their bytes. */
export class AssetService {
  readonly #dependencies: Dependencies;
  #holds = 0;
  #sweeping: Promise<unknown> = Promise.resolve();

  constructor(dependencies: Dependencies) {
    this.#dependencies = dependencies;
  }

  /** Keeps an uploaded file. @throws RequestError when it is too large or no media file */
  async upload(ownerId: UserId, source: AsyncIterable<Uint8Array>, name: string | null): Promise<Asset> {
    const stored = await this.#store(source, '/file', {});
    return viewAsset(await this.#insert(ownerId, stored, 'uploaded', name, null));
  }

  /** Fetches a public URL and keeps the file. @throws RequestError */
  async importUrl(ownerId: UserId, url: string, name: string | null): Promise<Asset> {
    const stored = await this.#fetch(ownerId, url, '/url', {});
    return viewAsset(await this.#insert(ownerId, stored, 'imported', name, url));
  }

  /**
   * Makes an asset of what a job parameter names: a URL or a data URL.
   *
   * @param pointer where the parameter stands in the request, for the error
   */
  async importSource(
    ownerId: UserId,
    source: string,
    pointer: string,
    specification: Pick<InputSpecification, 'media_type' | 'max_bytes'>,
  ): Promise<AssetRow> {
    const limits = {
      mediaType: specification.media_type,
      ...(specification.max_bytes === undefined ? {} : { maxBytes: specification.max_bytes }),
    };
    if (/^data:/iu.test(source)) {
      const bytes = dataUrlBytes(source);
      if (bytes === null) throw fieldError('invalid_params', pointer, 'A data URL must be base64.');
      const stored = await this.#store(oneByOne(bytes), pointer, limits);
      return this.#insert(ownerId, stored, 'uploaded', null, null);
    }
    const stored = await this.#fetch(ownerId, source, pointer, limits);
    return this.#insert(ownerId, stored, 'imported', null, source);
  }

  /** @throws RequestError not_found */
  async get(ownerId: UserId, id: string): Promise<Asset> {
    return viewAsset(await this.row(ownerId, id));
  }

  /** The row of an asset that is not deleted. @throws RequestError not_found */
  async row(ownerId: UserId, id: string): Promise<AssetRow> {
    const asset = isIdentifier('asset', id)
      ? await this.#dependencies.database.transaction((transaction) => transaction.assets.get(id))
      : null;
    if (asset === null || asset.ownerId !== ownerId || asset.state === 'deleted') {
      throw new RequestError('not_found', `There is no asset ${id}.`);
    }
    return asset;
  }

  async list(ownerId: UserId, query: ListAssetsQuery): Promise<List<Asset>> {
    const { database } = this.#dependencies;
    const page = toPage(query);
    const rows = await database.transaction((transaction) =>
      transaction.assets.list(
        {
          ownerId,
          ...(query.media_type === undefined ? {} : { mediaType: query.media_type }),
          ...(query.origin === undefined ? {} : { origin: query.origin }),
          ...(query.job_id === undefined ? {} : { jobId: query.job_id }),
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
  async delete(ownerId: UserId, id: string): Promise<void> {
    const { database, system } = this.#dependencies;
    const asset = await this.row(ownerId, id);
    await database.transaction(async (transaction) => {
      if (await transaction.assets.markDeleted(asset.id, system.now())) {
        await writeAssetEvent(transaction, system, asset, 'asset.deleted');
      }
    });
  }

  /** Removes the bytes that no asset uses any more, unless somebody holds them. Returns how many files went. */
  async sweep(): Promise<number> {
    if (this.#holds > 0) return 0;
    const sweeping = removeUnusedBlobs(this.#dependencies, mostRemovals);
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
      if (!released) this.#holds -= 1;
      released = true;
    };
  }

  async #insert(
    ownerId: UserId,
    stored: StoredFile,
    origin: 'uploaded' | 'imported',
    name: string | null,
    url: string | null,
  ): Promise<AssetRow> {
    const { database, system } = this.#dependencies;
    const { asset, blobs } = assetRows(stored, {
      id: system.createId('asset'),
      ownerId,
      origin,
      name,
      originalUrl: url?.split(/[?#]/u, 1)[0] ?? null,
    });
    await database.transaction(async (transaction) => {
      await transaction.assets.insert(asset, blobs);
      await writeAssetEvent(transaction, system, asset, 'asset.created');
    });
    return asset;
  }

  async #fetch(ownerId: UserId, url: string, pointer: string, limits: FileLimits): Promise<StoredFile> {
    await assertRoomForNewWork(this.#dependencies);
    const host = hostOf(url);
    const destination = { account: ownerId, provider: null, hosts: [host] };
    const place = await this.#dependencies.bulkheads.import.placeWithin(destination, importPatienceMs);
    if (place === null) {
      const detail = `${pointer}: too many files of ${host} are being fetched already; nothing was made.`;
      throw new RequestError('unavailable', detail, { retryable: true });
    }
    try {
      const source = await this.#dependencies.outgoing.download(url, importTransfer);
      return await this.#store(source, pointer, limits);
    } catch (error) {
      if (error instanceof UnsafeUrlError) throw fieldError('unsafe_url', pointer, error.message, error);
      if (error instanceof UnreachableHostError) {
        this.#dependencies.logger.warn({ error }, 'input could not be reached');
      }
      if (error instanceof FetchFailedError) {
        throw fieldError('input_unreachable', pointer, error.message, error);
      }
      throw error;
    } finally {
      place.leave();
    }
  }

  async #store(source: AsyncIterable<Uint8Array>, pointer: string, limits: FileLimits): Promise<StoredFile> {
    const maxBytes = limits.maxBytes ?? mostUploadBytes;
    try {
      return await storeFile(this.#dependencies, withinReserve(this.#dependencies, source), {
        ...limits,
        maxBytes,
      });
    } catch (error) {
      if (error instanceof TooManyBytesError) {
        throw fieldError('payload_too_large', pointer, `More than ${maxBytes} bytes.`, error);
      }
      if (error instanceof DataUrlError) {
        throw fieldError('invalid_params', pointer, `This data URL cannot be read. ${error.message}`, error);
      }
      if (error instanceof UnreadableMediaError || error instanceof WrongMediaTypeError) {
        throw fieldError('invalid_media', pointer, error.message, error);
      }
      throw error;
    }
  }
}

interface FileLimits {
  readonly maxBytes?: number;
  readonly mediaType?: MediaType;
}

function fieldError(
  code: 'invalid_params' | 'invalid_media' | 'unsafe_url' | 'input_unreachable' | 'payload_too_large',
  pointer: string,
  detail: string,
  cause?: unknown,
): RequestError {
  return new RequestError(code, `${pointer}: ${detail}`, {
    errors: [{ pointer, code, detail }],
    retryable: code === 'input_unreachable',
    cause,
  });
}

async function* oneByOne(pieces: Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* pieces;
}
