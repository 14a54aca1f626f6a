import { basename } from 'node:path';
import { isRendered } from './emulation.ts';
import type { Emulation } from './emulation.ts';
import type { Caller } from './endpoint.ts';
import { PixverseRefusal } from './error-codes.ts';
import { statusAt, statusCodes } from './generation-status.ts';
import type { References } from './operations/plan.ts';
import { mediaPath } from './result-files.ts';
import { isSystemSpeaker } from './speakers.ts';
import { ownedBy } from './store.ts';
import { templateOf } from './templates.ts';

/** The items that a caller may name: another account's count as unknown. */
export function referencesOf(emulation: Emulation, { account, now }: Caller): References {
  const { store, settings } = emulation;
  const { apiKey } = account;
  function owned<Item extends { readonly apiKey: string }>(
    items: ReadonlyMap<string, Item>,
    id: string,
    code: number,
  ): Item {
    const item = items.get(id);
    if (item === undefined || item.apiKey !== apiKey) {
      throw new PixverseRefusal(code, id);
    }
    return item;
  }
  function ownedAt<Item extends { readonly apiKey: string; readonly file: string }>(
    items: ReadonlyMap<string, Item>,
    url: string,
  ): Item {
    const file = url.startsWith(`${emulation.url()}${mediaPath}`) ? basename(url) : null;
    const item = ownedBy(apiKey, items).find((candidate) => candidate.file === file);
    if (item === undefined) {
      throw new PixverseRefusal(400017, url);
    }
    return item;
  }
  return {
    image: (id) => owned(store.images, id, 400032),
    media: (id) => owned(store.media, id, 500008),
    video(id) {
      const generation = owned(store.generations, id, 500008);
      if (generation.picture !== undefined) {
        throw new PixverseRefusal(500008, id);
      }
      const status = statusAt(generation, now, isRendered(emulation, generation));
      if (status === statusCodes.deleted) {
        throw new PixverseRefusal(500064, id);
      }
      if (status !== statusCodes.succeeded) {
        throw new PixverseRefusal(400017, `the video ${id} is not finished`);
      }
      return generation;
    },
    template(id) {
      if (!settings.active_templates.includes(id)) {
        throw new PixverseRefusal(500070, id);
      }
      return templateOf(id);
    },
    speaker(id) {
      if (!isSystemSpeaker(id)) {
        owned(store.speakers, id, 400017);
      }
    },
    maskSelection(maskId) {
      const selection = ownedBy(apiKey, store.maskSelections).find(({ masks }) =>
        masks.some(({ id }) => id === maskId),
      );
      if (selection === undefined) {
        throw new PixverseRefusal(400017, `mask_id ${maskId}`);
      }
      return selection;
    },
    imageAt: (url) => ownedAt(store.images, url),
    mediaAt: (url) => ownedAt(store.media, url),
    isVerifiedAudio: (id) => store.verifiedAudio.has(id),
  };
}
