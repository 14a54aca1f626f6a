import { PixverseRefusal } from '../error-codes.ts';
import type { Fields } from '../fields.ts';
import type { ImageUpload } from '../store.ts';
import type { References } from './plan.ts';
import { readSource, sourceOfUpload } from './source-video.ts';
import type { Source } from './source-video.ts';

/** Agents make these two (pixverse-api-kit, which also has 480p for one of them: not emulated). */
export const agentQualities = ['720p', '1080p'] as const;

/**
 * Reads a list of pictures, each by `img_id` or by the `img_url` of an upload. Throws `PixverseRefusal`: 400011 for none where
 * one is needed, 400017 for another wrong number.
 */
export function readImageReferences(
  fields: Fields,
  name: string,
  references: References,
  { min, max }: { readonly min: number; readonly max: number },
): readonly ImageUpload[] {
  const items = fields.objects(name) ?? [];
  if (items.length === 0 && min > 0) {
    throw new PixverseRefusal(400011, name);
  }
  if (items.length < min || items.length > max) {
    throw new PixverseRefusal(400017, `${name} has ${min} to ${max} items`);
  }
  return items.map((item) => {
    const id = item.id('img_id');
    const url = item.text('img_url');
    if (id !== null && url !== null) {
      throw new PixverseRefusal(400017, 'only one of img_id and img_url');
    }
    return url === null ? references.image(item.requiredId('img_id')) : references.imageAt(url);
  });
}

/** Reads `video_references`, which has exactly one: by id, or by the `video_url` of an upload. Throws `PixverseRefusal`. */
export function readVideoReference(fields: Fields, references: References): Source {
  const [item, ...others] = fields.objects('video_references') ?? [];
  if (item === undefined) {
    throw new PixverseRefusal(400011, 'video_references');
  }
  if (others.length > 0) {
    throw new PixverseRefusal(400017, 'video_references has one item');
  }
  const url = item.text('video_url');
  return url === null ? readSource(item, references) : sourceOfUpload(references.mediaAt(url));
}
