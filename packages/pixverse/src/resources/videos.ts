import { toBodyText } from '../encode-body.ts';
import { toPixVerseId } from '../pixverse-id.ts';
import type { PixVerseId } from '../pixverse-id.ts';
import type { RequestOptions, Transport } from '../transport/call.ts';
import type { AgentRequest, AvatarRequest, MusicVideoRequest } from './agent-requests.ts';
import type {
  LipSyncRequest,
  ModifyRequest,
  MotionControlRequest,
  RestyleRequest,
  SoundEffectRequest,
  SwapRequest,
  UpscaleRequest,
} from './edit-requests.ts';
import { readSubmittedVideo, readVideo } from './video-replies.ts';
import type { SubmittedVideo, Video } from './video-replies.ts';
import type {
  ExtendRequest,
  FusionRequest,
  ImageToVideoRequest,
  MultiTransitionRequest,
  TextToVideoRequest,
  TransitionRequest,
} from './video-requests.ts';

/** The generations this client offers, and the path of each. */
export const VIDEO_OPERATION_PATHS = {
  textToVideo: '/video/text/generate',
  imageToVideo: '/video/img/generate',
  transition: '/video/transition/generate',
  multiTransition: '/video/multi_transition/generate',
  extend: '/video/extend/generate',
  fusion: '/video/fusion/generate',
  lipSync: '/video/lip_sync/generate',
  soundEffect: '/video/sound_effect/generate',
  restyle: '/video/restyle/generate',
  swap: '/video/swap/generate',
  motionControl: '/video/mimic/generate',
  modify: '/video/modify/generate',
  upscale: '/video/upscale/generate',
  avatar: '/video/avatar/generate',
  agent: '/video/agent/generate',
  musicVideo: '/video/music_mv_agent/generate',
} as const;
/** A kind of generation. */
export type VideoOperation = keyof typeof VIDEO_OPERATION_PATHS;
/** The path of a kind of generation. */
export type VideoPath = (typeof VIDEO_OPERATION_PATHS)[VideoOperation];

/**
 * Video generations and their results.
 *
 * A generation is paid, so it is sent once and never repeated by the client. Pass `traceId` and keep it, together with the
 * body made by `encodeBody`, before the call: after an error with `mayHaveBeenProcessed` the same text under the same trace
 * id returns the earlier result instead of a second video.
 *
 * Every method throws a `PixVerseError`.
 */
export class Videos {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  textToVideo(body: TextToVideoRequest, options?: RequestOptions): Promise<SubmittedVideo> {
    return this.submit('textToVideo', body, options);
  }

  /** Also makes template videos, when the body names a `template_id`. */
  imageToVideo(body: ImageToVideoRequest, options?: RequestOptions): Promise<SubmittedVideo> {
    return this.submit('imageToVideo', body, options);
  }

  transition(body: TransitionRequest, options?: RequestOptions): Promise<SubmittedVideo> {
    return this.submit('transition', body, options);
  }

  multiTransition(body: MultiTransitionRequest, options?: RequestOptions): Promise<SubmittedVideo> {
    return this.submit('multiTransition', body, options);
  }

  extend(body: ExtendRequest, options?: RequestOptions): Promise<SubmittedVideo> {
    return this.submit('extend', body, options);
  }

  fusion(body: FusionRequest, options?: RequestOptions): Promise<SubmittedVideo> {
    return this.submit('fusion', body, options);
  }

  lipSync(body: LipSyncRequest, options?: RequestOptions): Promise<SubmittedVideo> {
    return this.submit('lipSync', body, options);
  }

  /** The page shows no answer; the usual `video_id` is assumed (grade C). */
  soundEffect(body: SoundEffectRequest, options?: RequestOptions): Promise<SubmittedVideo> {
    return this.submit('soundEffect', body, options);
  }

  restyle(body: RestyleRequest, options?: RequestOptions): Promise<SubmittedVideo> {
    return this.submit('restyle', body, options);
  }

  /** Takes a mask from `masks.select`. */
  swap(body: SwapRequest, options?: RequestOptions): Promise<SubmittedVideo> {
    return this.submit('swap', body, options);
  }

  motionControl(body: MotionControlRequest, options?: RequestOptions): Promise<SubmittedVideo> {
    return this.submit('motionControl', body, options);
  }

  /** The page shows no answer; the usual `video_id` is assumed (grade C). */
  modify(body: ModifyRequest, options?: RequestOptions): Promise<SubmittedVideo> {
    return this.submit('modify', body, options);
  }

  /** Grade B: known from a client of 2026, with an assumed answer (grade C). */
  upscale(body: UpscaleRequest, options?: RequestOptions): Promise<SubmittedVideo> {
    return this.submit('upscale', body, options);
  }

  /** Grade B: known from a client of 2026, with an assumed answer (grade C). */
  avatar(body: AvatarRequest, options?: RequestOptions): Promise<SubmittedVideo> {
    return this.submit('avatar', body, options);
  }

  /** Grade B: known from a client of 2026. */
  agent(body: AgentRequest, options?: RequestOptions): Promise<SubmittedVideo> {
    return this.submit('agent', body, options);
  }

  /** Grade B: known from a client of 2026. The music has to be verified before. */
  musicVideo(body: MusicVideoRequest, options?: RequestOptions): Promise<SubmittedVideo> {
    return this.submit('musicVideo', body, options);
  }

  /**
   * Submits a body that was stored: JSON text from `encodeBody`, sent byte for byte, or a plain object with ids as decimal
   * strings. Also the way to a model or field that is newer than this SDK's types.
   *
   * @param target an operation, or its path where the path is what was stored
   */
  async submit(
    target: VideoOperation | VideoPath,
    body: object | string,
    options: RequestOptions = {},
  ): Promise<SubmittedVideo> {
    const text = toBodyText(body);
    return this.#transport.send(
      {
        kind: 'submit',
        method: 'POST',
        path: isPath(target) ? target : VIDEO_OPERATION_PATHS[target],
        content: { type: 'json', text },
        readReply: readSubmittedVideo,
      },
      options,
    );
  }

  /** The present state of a video. A status that is not finished is a normal answer: ask again in 3 to 5 seconds. */
  async retrieve(videoId: PixVerseId, options: RequestOptions = {}): Promise<Video> {
    const path = `/video/result/${toPixVerseId(videoId)}`;
    return this.#transport.send({ kind: 'read', method: 'GET', path, readReply: readVideo }, options);
  }
}

function isPath(target: VideoOperation | VideoPath): target is VideoPath {
  return target.startsWith('/');
}
