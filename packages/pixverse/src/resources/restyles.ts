import { asJsonObject } from '../envelope.ts';
import type { JsonValue } from '../lossless-json/index.ts';
import { readPixVerseId } from '../pixverse-id.ts';
import type { PixVerseId } from '../pixverse-id.ts';
import type { RequestOptions, Transport } from '../transport/call.ts';
import { queryOf } from './query.ts';
import { readItems, readText } from './read-fields.ts';

/** A look for `videos.restyle`. The answer is known from a relay's tests (grade C). */
export interface RestyleEffect {
  readonly restyle_id: PixVerseId;
  readonly restyle_name?: string | undefined;
  readonly restyle_prompt?: string | undefined;
  readonly cover_url?: string | undefined;
}

/** A page of looks. */
export interface RestyleQuery {
  /** Counted from 1. */
  readonly page_num: number;
  readonly page_size: number;
}

/** Looks that PixVerse knows by number. */
export class Restyles {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /**
   * A page of looks; an empty one is past the end. The page goes into the query, as a client of 2026 sends it (grade B): the
   * reference puts it into the body of a GET, which `fetch` cannot send.
   *
   * @throws {PixVerseError}
   */
  async list(query: RestyleQuery, options: RequestOptions = {}): Promise<readonly RestyleEffect[]> {
    const path = `/video/restyle/list${queryOf({ ...query })}`;
    return this.#transport.send({ kind: 'read', method: 'GET', path, readReply: readEffects }, options);
  }
}

/** An empty page may come without the list: this list is the whole of the reply. */
function readEffects(reply: JsonValue | undefined): RestyleEffect[] | undefined {
  return readItems(reply ?? null, readEffect);
}

function readEffect(item: JsonValue): RestyleEffect | undefined {
  const fields = asJsonObject(item);
  const id = readPixVerseId(fields?.['restyle_id']);
  return id === undefined
    ? undefined
    : {
        restyle_id: id,
        restyle_name: readText(fields?.['restyle_name']),
        restyle_prompt: readText(fields?.['restyle_prompt']),
        cover_url: readText(fields?.['cover_url']),
      };
}
