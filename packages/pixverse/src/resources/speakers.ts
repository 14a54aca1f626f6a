import { encodeBody } from '../encode-body.ts';
import { asJsonObject } from '../envelope.ts';
import { PixVerseInputError } from '../errors.ts';
import type { JsonValue } from '../lossless-json/index.ts';
import type { PageSize, SpeakerType } from '../models.ts';
import type { PixVerseId } from '../pixverse-id.ts';
import type { RequestOptions, Transport } from '../transport/call.ts';
import { queryOf } from './query.ts';
import { readItems, readNumber, readText, readTextId } from './read-fields.ts';

/** A voice for `lip_sync_tts_speaker_id`. */
export interface Speaker {
  /** A string, unlike the other ids. */
  readonly speaker_id: string;
  readonly name?: string | undefined;
  /** Not documented; `system` or `custom` where it is sent. */
  readonly speaker_type?: string | undefined;
}

/** A page of speakers. */
export interface SpeakerPage {
  readonly data: readonly Speaker[];
  /** Number of speakers on all pages. */
  readonly total?: number | undefined;
}

/** A page of PixVerse's own speakers. */
export interface SystemSpeakerQuery {
  /** Counted from 1. */
  readonly page_num: number;
  readonly page_size: number;
}

/** A page of speakers. Without fields: the first page of all. */
export interface SpeakerQuery {
  /** Counted from 1. */
  readonly page_num?: number | undefined;
  readonly page_size?: PageSize | undefined;
  readonly speaker_type?: SpeakerType | undefined;
}

/** Body of `POST /video/tts_speaker`. Grade B. */
export interface SpeakerRequest {
  readonly name: string;
  /** An uploaded recording of the voice. */
  readonly audio_media_id: PixVerseId;
}

/**
 * Voices for text that is spoken. Two references have two paths for the list: the older one is official and has PixVerse's
 * own voices only; the newer one is known from a client of 2026 (grade B).
 *
 * Every method throws a `PixVerseError`.
 */
export class Speakers {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** The older list, of PixVerse's own voices. */
  async listSystem(query: SystemSpeakerQuery, options: RequestOptions = {}): Promise<SpeakerPage> {
    const path = `/video/lip_sync/tts_list${queryOf({ ...query })}`;
    return this.#transport.send({ kind: 'read', method: 'GET', path, readReply: readSpeakerPage }, options);
  }

  /** The newer list, with the account's own voices. Grade B; its answer is assumed to be that of the older (grade C). */
  async list(query: SpeakerQuery = {}, options: RequestOptions = {}): Promise<SpeakerPage> {
    const path = `/video/tts_speaker${queryOf({ ...query })}`;
    return this.#transport.send({ kind: 'read', method: 'GET', path, readReply: readSpeakerPage }, options);
  }

  /**
   * Makes a voice from a recording. Grade B, with an assumed answer (grade C). No price is documented, so it is sent once,
   * like a generation.
   */
  async create(body: SpeakerRequest, options: RequestOptions = {}): Promise<Speaker> {
    const text = encodeBody(body);
    return this.#transport.send(
      {
        kind: 'submit',
        method: 'POST',
        path: '/video/tts_speaker',
        content: { type: 'json', text },
        readReply: readSpeaker,
      },
      options,
    );
  }

  /** Deletes a voice of the account. Grade B. Sent once: a second request would be told that there is none. */
  async delete(speakerId: string, options: RequestOptions = {}): Promise<void> {
    const path = `/video/tts_speaker/${checkedSpeakerId(speakerId)}`;
    await this.#transport.send({ kind: 'submit', method: 'DELETE', path, readReply: () => true }, options);
  }
}

const SPEAKER_ID = /^[\w-]{1,64}$/;

function checkedSpeakerId(text: string): string {
  if (!SPEAKER_ID.test(text)) {
    throw new PixVerseInputError(`not the id of a speaker: ${JSON.stringify(text)}`);
  }
  return text;
}

function readSpeakerPage(reply: JsonValue | undefined): SpeakerPage | undefined {
  const fields = asJsonObject(reply);
  const data = readItems(fields?.['data'], readSpeaker);
  return data === undefined ? undefined : { data, total: readNumber(fields?.['total']) };
}

function readSpeaker(item: JsonValue | undefined): Speaker | undefined {
  const fields = asJsonObject(item);
  const id = readTextId(fields?.['speaker_id']);
  return id === undefined
    ? undefined
    : {
        speaker_id: id,
        name: readText(fields?.['name']),
        speaker_type: readText(fields?.['speaker_type']),
      };
}
