import { Account } from './resources/account.ts';
import { Audio } from './resources/audio.ts';
import { Images } from './resources/images.ts';
import { Masks } from './resources/masks.ts';
import { Media } from './resources/media.ts';
import { Restyles } from './resources/restyles.ts';
import { Speakers } from './resources/speakers.ts';
import { Templates } from './resources/templates.ts';
import { Videos } from './resources/videos.ts';
import type { Fetch, Sleep } from './transport/settings.ts';
import { sleep } from './transport/sleep.ts';
import { createTransport } from './transport/transport.ts';

/** International platform. A key belongs to one region. */
export const INTERNATIONAL_BASE_URL = 'https://app-api.pixverse.ai/openapi/v2';

/** Mainland China. */
export const CHINA_BASE_URL = 'https://app-api.pixverseai.cn/openapi/v2';

/** Options of the client. Times in milliseconds. */
export interface PixVerseOptions {
  /** A platform key (`sk-…`). Sent in the `API-KEY` header and kept out of everything else. */
  readonly apiKey: string;
  /** Default: {@link INTERNATIONAL_BASE_URL}. */
  readonly baseURL?: string | undefined;
  /** Default: the global `fetch`. */
  readonly fetch?: Fetch | undefined;
  /** Time limit of one request in milliseconds. Default: 30 000, for uploads 60 000. */
  readonly timeoutMs?: number | undefined;
  /** Number of retries of a read or an upload after a transient failure. Default: 2. Generations are never repeated. */
  readonly maxRetries?: number | undefined;
  /** Makes the `Ai-trace-id` of each request. Default: a random UUID. */
  readonly createTraceId?: (() => string) | undefined;
  /** Waits before a retry. */
  readonly sleep?: Sleep | undefined;
  /** Milliseconds since 1970. Default: `Date.now`. */
  readonly now?: (() => number) | undefined;
  /** 0 to 1, for the spread of retry delays. Default: `Math.random`. */
  readonly random?: (() => number) | undefined;
}

/**
 * Client of the PixVerse platform API.
 *
 * @example
 * const client = new PixVerse({ apiKey });
 * const { video_id } = await client.videos.textToVideo({
 *   model: 'v6', prompt: 'rain on a window', aspect_ratio: '16:9', quality: '540p', duration: 5,
 * });
 * const video = await client.videos.retrieve(video_id);
 *
 * @throws {PixVerseInputError} from the constructor when an option is not usable
 */
export class PixVerse {
  readonly videos: Videos;
  readonly images: Images;
  readonly masks: Masks;
  readonly media: Media;
  readonly audio: Audio;
  readonly speakers: Speakers;
  readonly restyles: Restyles;
  readonly templates: Templates;
  readonly account: Account;

  constructor(options: PixVerseOptions) {
    const transport = createTransport({
      apiKey: options.apiKey,
      baseURL: (options.baseURL ?? INTERNATIONAL_BASE_URL).replace(/\/+$/, ''),
      timeoutMs: options.timeoutMs,
      maxRetries: options.maxRetries ?? 2,
      // Looked up at the call and called on its owner: browsers refuse a detached `fetch`.
      fetch: options.fetch ?? ((url, init) => globalThis.fetch(url, init)),
      createTraceId: options.createTraceId ?? (() => globalThis.crypto.randomUUID()),
      sleep: options.sleep ?? sleep,
      now: options.now ?? Date.now,
      random: options.random ?? Math.random,
    });
    this.videos = new Videos(transport);
    this.images = new Images(transport);
    this.masks = new Masks(transport);
    this.media = new Media(transport);
    this.audio = new Audio(transport);
    this.speakers = new Speakers(transport);
    this.restyles = new Restyles(transport);
    this.templates = new Templates(transport);
    this.account = new Account(transport);
  }
}
