import type { Emulation } from './emulation.ts';
import { decision } from './endpoint.ts';
import type { Endpoint } from './endpoint.ts';
import { PixverseRefusal } from './error-codes.ts';
import { parseFields } from './fields.ts';
import type { Fields } from './fields.ts';
import { referencesOf } from './references.ts';
import { readTriggers } from './triggers.ts';

/** POST /audio/verification: free, and answered at once. Music that is refused here (500063) cannot be made a video of. */
export function audioVerificationEndpoint(emulation: Emulation): Endpoint<Fields> {
  return {
    read: async ({ body }) => parseFields(new TextDecoder().decode(body)),
    decide(fields, caller) {
      const id = fields.requiredId('audio_media_id');
      const media = referencesOf(emulation, caller).media(id);
      if (media.mediaType !== 'audio') {
        throw new PixverseRefusal(400017, 'audio_media_id is not audio');
      }
      const { refuseWith } = readTriggers(media.name ?? '');
      if (refuseWith !== null) {
        throw new PixverseRefusal(refuseWith);
      }
      return decision('Success', {}, [{ kind: 'audio_verified', id }]);
    },
  };
}
