import { describe, expect, it } from 'vitest';
import { codeOf, planOf } from '../../__tests__/references.ts';
import type { JsonObject } from '../../http/lossless-json.ts';
import { planImageTemplate } from './image-template.ts';

describe('planImageTemplate', () => {
  it.each<[JsonObject, number]>([
    [{ img_ids: [11], template_id: 43 }, 0],
    [{ img_ids: [11, 12], template_id: 44 }, 0],
    [{ img_ids: [11, 12], template_id: 43 }, 400017],
    [{ img_ids: [11], template_id: 44 }, 400017],
    [{ img_ids: [11], template_id: 41 }, 400017],
    [{ img_ids: [11], template_id: 49 }, 500070],
    [{ img_ids: [11] }, 400011],
    [{ template_id: 43 }, 400011],
    [{ img_ids: 11, template_id: 43 }, 400013],
    [{ img_ids: ['11'], template_id: 43 }, 400013],
    [{ img_ids: [99], template_id: 43 }, 400032],
  ])('%j gives %i', (body, code) => {
    expect(codeOf(planImageTemplate, body)).toBe(code);
  });

  it('draws one picture in the ratio of the first', () => {
    const { recipe, credits, picture } = planOf(planImageTemplate, { img_ids: [12, 11], template_id: 44 });
    expect([recipe.width, recipe.height, credits]).toEqual([1024, 682, 10]);
    expect(picture).toEqual({ templateId: '44', imageIds: ['12', '11'], files: ['12.png', '11.png'] });
  });
});
