import { asJsonObject } from '../envelope.ts';
import type { JsonValue } from '../lossless-json/index.ts';
import type { PageSize } from '../models.ts';
import { readPixVerseId } from '../pixverse-id.ts';
import type { PixVerseId } from '../pixverse-id.ts';
import type { RequestOptions, Transport } from '../transport/call.ts';
import { queryOf } from './query.ts';
import { readItems, readNumber, readText } from './read-fields.ts';

/** A template for `videos.imageToVideo` or `images.generateFromTemplate`. Fields of the web catalogue (grade C). */
export interface Template {
  readonly template_id: PixVerseId;
  readonly display_name?: string | undefined;
  /** Number of images that it takes. */
  readonly effect_type?: number | undefined;
  /** As in the query: 1 makes a video, 2 an image. */
  readonly template_type?: number | undefined;
  readonly qualities?: readonly string[] | undefined;
  /** Seconds. */
  readonly duration?: number | undefined;
  readonly cover?: string | undefined;
}

/** A page of templates. */
export interface TemplatePage {
  readonly effect_items: readonly Template[];
}

/** A page of templates. Grade B. */
export interface TemplateQuery {
  /** 1 for those that make a video, 2 for those that make an image. */
  readonly type?: 1 | 2 | undefined;
  /** Counted from 1. */
  readonly page?: number | undefined;
  readonly pageSize?: PageSize | undefined;
}

/** The catalogue of effects. One has to be activated in the dashboard before it can be used. */
export class Templates {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /**
   * Grade B: known from a client of 2026.
   *
   * @throws {PixVerseError}
   */
  async list(query: TemplateQuery = {}, options: RequestOptions = {}): Promise<TemplatePage> {
    const path = `/video/effects/templates/list${queryOf({ ...query })}`;
    return this.#transport.send({ kind: 'read', method: 'GET', path, readReply: readPage }, options);
  }
}

function readPage(reply: JsonValue | undefined): TemplatePage | undefined {
  const items = readItems(asJsonObject(reply)?.['effect_items'], readTemplate);
  return items === undefined ? undefined : { effect_items: items };
}

function readTemplate(item: JsonValue): Template | undefined {
  const fields = asJsonObject(item);
  const id = readPixVerseId(fields?.['template_id']);
  return id === undefined
    ? undefined
    : {
        template_id: id,
        display_name: readText(fields?.['display_name']),
        effect_type: readNumber(fields?.['effect_type']),
        template_type: readNumber(fields?.['template_type']),
        qualities: readItems(fields?.['qualities'], readText),
        duration: readNumber(fields?.['duration']),
        cover: readText(fields?.['cover']),
      };
}
