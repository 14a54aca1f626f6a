import type { InputRole, InputSpecification, JobParameterName } from '@pixsim7/contracts';

/** Pages differ on the longest side of an image (4000 or 10 000 px); the smaller one is in the table of error codes. */
const image = {
  media_type: 'image',
  mime_types: ['image/png', 'image/jpeg', 'image/webp'],
  max_bytes: 20_000_000,
  max_side_px: 4_000,
} as const;

export function imageInput(
  role: InputRole,
  parameter: JobParameterName,
  minimum: number,
  maximum: number,
): InputSpecification {
  return { ...image, mime_types: [...image.mime_types], role, parameter, minimum, maximum };
}

/** Another page allows 100 MB; the smaller figure is in the reference of the upload. */
const video = {
  media_type: 'video',
  mime_types: ['video/mp4', 'video/quicktime', 'video/webm'],
  minimum: 1,
  maximum: 1,
  max_bytes: 50_000_000,
  max_side_px: 1_920,
  max_uploaded_duration_s: 30,
} satisfies Partial<InputSpecification>;

/** A video of one's own: made by PixVerse, or uploaded with up to 30 s. */
export function videoInput(
  role: InputRole,
  parameter: JobParameterName,
  limits: Partial<InputSpecification> = {},
): InputSpecification {
  return { ...video, role, parameter, ...limits };
}

/** The source of `video_extend`: up to 40 s of a video that PixVerse made. */
export const sourceVideo: InputSpecification = videoInput('source', 'video_url', { max_duration_s: 40 });

/** A recording for lip sync or an avatar. */
export function audioInput(minimum: number): InputSpecification {
  return {
    role: 'audio',
    parameter: 'audio_url',
    media_type: 'audio',
    mime_types: ['audio/mpeg', 'audio/wav', 'audio/mp4', 'audio/aac'],
    minimum,
    maximum: 1,
    max_bytes: 50_000_000,
    max_duration_s: 30,
  };
}
