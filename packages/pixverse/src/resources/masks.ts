import { toBodyText } from '../encode-body.ts';
import { asJsonObject } from '../envelope.ts';
import type { JsonValue } from '../lossless-json/index.ts';
import type { RequestOptions, Transport } from '../transport/call.ts';
import type { MaskSelectionRequest } from './edit-requests.ts';
import { readItems, readNumber, readText, readTextId } from './read-fields.ts';

/** A part of a frame that PixVerse told apart. */
export interface Mask {
  /** A string, unlike the other ids. */
  readonly mask_id: string;
  readonly mask_name?: string | undefined;
  readonly mask_url?: string | undefined;
}

/** Everything that PixVerse found in a frame. */
export interface MaskSelection {
  readonly mask_info: readonly Mask[];
  /** The frame, which a swap has to name again. */
  readonly keyframe_id?: number | undefined;
  readonly keyframe_url?: string | undefined;
  /** Credits charged. */
  readonly credits?: number | undefined;
}

/** Masks for swap and modify. */
export class Masks {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /**
   * Looks for objects in a frame. Answers with the masks at once, but is paid like a generation: sent once, and repeated by
   * nobody but the caller, with the same body and `traceId`.
   *
   * @throws {PixVerseError}
   */
  select(body: MaskSelectionRequest, options?: RequestOptions): Promise<MaskSelection> {
    return this.submit(body, options);
  }

  /**
   * Submits a body that was stored, like `videos.submit`.
   *
   * @throws {PixVerseError}
   */
  async submit(body: object | string, options: RequestOptions = {}): Promise<MaskSelection> {
    const text = toBodyText(body);
    return this.#transport.send(
      {
        kind: 'submit',
        method: 'POST',
        path: '/video/mask/selection',
        content: { type: 'json', text },
        readReply: readMaskSelection,
      },
      options,
    );
  }
}

function readMaskSelection(reply: JsonValue | undefined): MaskSelection | undefined {
  const fields = asJsonObject(reply);
  const masks = readItems(fields?.['mask_info'], readMask);
  if (fields === undefined || masks === undefined) {
    return undefined;
  }
  return {
    mask_info: masks,
    keyframe_id: readNumber(fields['keyframe_id']),
    keyframe_url: readText(fields['keyframe_url']),
    credits: readNumber(fields['credits']) ?? readNumber(fields['credit']),
  };
}

/** A mask without id is of no use; the others were paid for. */
function readMask(item: JsonValue): Mask | undefined {
  const fields = asJsonObject(item);
  const maskId = readTextId(fields?.['mask_id']);
  return maskId === undefined
    ? undefined
    : {
        mask_id: maskId,
        mask_name: readText(fields?.['mask_name']),
        mask_url: readText(fields?.['mask_url']),
      };
}
