import type { InputRole, InputSpecification, JobParameterName } from '@pixsim7/contracts';
import { largestUploadBytes } from '../fal-queue/upload.ts';
import { maximumImages, maxReferences } from './limits.ts';
import type { PikaOperation } from './models.ts';

/** Pika publishes neither formats nor sizes; these are the ones that every image model reads, up to what one upload takes. */
function image(
  role: InputRole,
  parameter: JobParameterName,
  minimum: number,
  maximum: number,
): InputSpecification {
  return {
    role,
    parameter,
    minimum,
    maximum,
    media_type: 'image',
    mime_types: ['image/png', 'image/jpeg', 'image/webp'],
    max_bytes: largestUploadBytes,
    evidence: { mime_types: 'inferred' },
  };
}

export function inputsOf(operation: PikaOperation): InputSpecification[] {
  switch (operation) {
    case 'text_to_video':
      return [];
    case 'image_to_video':
      return [image('first_frame', 'image_url', 1, 1)];
    case 'video_transition':
      return [
        image('first_frame', 'image_urls', 0, 1),
        image('last_frame', 'image_urls', 0, 1),
        image('keyframe', 'image_urls', 0, maximumImages),
      ];
    case 'fusion':
      return [
        image('subject', 'fusion_assets', 0, maxReferences),
        image('background', 'fusion_assets', 0, maxReferences),
      ];
  }
}
