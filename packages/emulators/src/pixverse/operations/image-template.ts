import { frameAlong } from '../../media/frame-size.ts';
import { PixverseRefusal } from '../error-codes.ts';
import { imageTemplatePrice } from '../feature-prices.ts';
import { labelOf, planDefaults } from './plan.ts';
import type { Planner } from './plan.ts';

/** Pixels of the long side; PixVerse prints none. */
const longSide = 1024;

/** POST /image/template/generate: one picture out of as many as the template takes. */
export const planImageTemplate: Planner = (fields, references) => {
  const imageIds = fields.ids('img_ids') ?? [];
  const template = references.template(fields.requiredId('template_id'));
  const images = imageIds.map((id) => references.image(id));
  const [first] = images;
  if (first === undefined) {
    throw new PixverseRefusal(400011, 'img_ids');
  }
  if (template.makes !== 'image' || images.length !== template.images) {
    throw new PixverseRefusal(400017, `the template ${template.makes} takes ${template.images} images`);
  }
  const common = { seconds: 1, caption: template.name };
  return {
    ...planDefaults,
    operation: 'image_to_image',
    prompt: template.name,
    resolution: longSide,
    credits: imageTemplatePrice,
    recipe: {
      ...frameAlong(longSide, first),
      label: labelOf('image_to_image'),
      segments: [
        images.length === 1
          ? { ...common, kind: 'picture', picture: first.file }
          : { ...common, kind: 'composition', background: null, subjects: images.map(({ file }) => file) },
      ],
    },
    picture: { templateId: template.id, imageIds, files: images.map(({ file }) => file) },
    fileNames: images.map(({ name = '' }) => name),
    replyCredits: 'credits',
  };
};
