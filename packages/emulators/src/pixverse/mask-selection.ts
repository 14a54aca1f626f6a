import { newIdentifier } from './emulation.ts';
import type { Emulation } from './emulation.ts';
import { decision } from './endpoint.ts';
import type { Endpoint } from './endpoint.ts';
import { PixverseRefusal } from './error-codes.ts';
import { maskSelectionPrice } from './feature-prices.ts';
import { parseFields } from './fields.ts';
import type { Fields } from './fields.ts';
import { checkCredits } from './generate.ts';
import { readKeyframe } from './operations/keyframe.ts';
import { readSource } from './operations/source-video.ts';
import { keyframeName, maskPictureName } from './pictures.ts';
import { referencesOf } from './references.ts';
import { mediaPath } from './result-files.ts';
import { maskNames } from './store.ts';
import type { MaskSelection } from './store.ts';
import { readTriggers } from './triggers.ts';

/** POST /video/mask/selection: answers at once, and is charged. The keyframe is the first unless it is named. */
export function maskSelectionEndpoint(emulation: Emulation): Endpoint<Fields> {
  return {
    read: async ({ body }) => parseFields(new TextDecoder().decode(body)),
    decide(fields, caller) {
      const source = readSource(fields, referencesOf(emulation, caller));
      // The reference's own example sends 0, although frames count from 1.
      const isFirst = (fields.integer('keyframe_id') ?? 0) === 0;
      const keyframe = isFirst ? 1 : readKeyframe(fields, source);
      const { refuseWith } = readTriggers(source.fileNames.join('\n'));
      if (refuseWith !== null) {
        throw new PixverseRefusal(refuseWith);
      }
      checkCredits(emulation, caller, maskSelectionPrice);
      const id = newIdentifier(emulation);
      const selection: MaskSelection = {
        id,
        apiKey: caller.account.apiKey,
        sourceKey: source.key,
        keyframe,
        recipe: source.recipe,
        masks: maskNames.map((name, index) => ({ id: `${id}${index}`, name })),
        credits: maskSelectionPrice,
        createdAt: caller.now,
      };
      const files = `${emulation.url()}${mediaPath}`;
      return decision(
        'Success',
        {
          keyframe_id: keyframe,
          keyframe_url: `${files}${keyframeName(selection)}`,
          credits: maskSelectionPrice,
          mask_info: selection.masks.map((mask) => ({
            mask_id: mask.id,
            mask_name: mask.name,
            mask_url: `${files}${maskPictureName(mask.id)}`,
          })),
        },
        [{ kind: 'masks_selected', selection }],
      );
    },
  };
}
