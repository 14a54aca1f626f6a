import { encodeBody } from '../encode-body.ts';
import { asJsonObject } from '../envelope.ts';
import type { JsonObject } from '../lossless-json/index.ts';
import type { PixVerseId } from '../pixverse-id.ts';
import type { RequestOptions, Transport } from '../transport/call.ts';

/** Body of `POST /audio/verification`. Grade B. */
export interface AudioVerificationRequest {
  /** Uploaded music. */
  readonly audio_media_id: PixVerseId;
}

/** The answer to a verification. Its fields are not documented, so they are handed on as they came; often there are none. */
export interface AudioVerification {
  readonly raw: JsonObject;
}

/** Music for `videos.musicVideo`. */
export class Audio {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /**
   * Has music checked, which a music video needs first. Makes nothing, so the client repeats it after transient failures.
   * Grade B: known from a client of 2026.
   *
   * @throws {PixVerseError} class `content_filter` when the music is refused.
   */
  async verify(body: AudioVerificationRequest, options: RequestOptions = {}): Promise<AudioVerification> {
    const text = encodeBody(body);
    return this.#transport.send(
      {
        kind: 'read',
        method: 'POST',
        path: '/audio/verification',
        content: { type: 'json', text },
        readReply: (reply) => ({ raw: asJsonObject(reply) ?? {} }),
      },
      options,
    );
  }
}
