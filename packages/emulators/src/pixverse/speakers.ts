import { newIdentifier } from './emulation.ts';
import type { Emulation } from './emulation.ts';
import { decision } from './endpoint.ts';
import type { Endpoint } from './endpoint.ts';
import { PixverseRefusal } from './error-codes.ts';
import { parseFields } from './fields.ts';
import type { Fields } from './fields.ts';
import { pageOf, readPage } from './paging.ts';
import type { Page } from './paging.ts';
import { ownedBy } from './store.ts';

// The list of the reference's example, in its order.
const systemSpeakers: readonly { readonly id: string; readonly name: string }[] = [
  { id: '7', name: 'Harper' },
  { id: '8', name: 'Ava' },
  { id: '3', name: 'Isabella' },
  { id: '9', name: 'Sophia' },
  { id: '1', name: 'Emily' },
  { id: '5', name: 'Chloe' },
  { id: '10', name: 'Julia' },
  { id: '11', name: 'Mason' },
  { id: '12', name: 'Jack' },
  { id: '4', name: 'Liam' },
  { id: '2', name: 'James' },
  { id: '13', name: 'Oliver' },
  { id: '6', name: 'Adrian' },
  { id: '14', name: 'Ethan' },
  { id: 'Auto', name: 'Auto' },
];

/** The list has "Auto", the example of a request "auto". */
export function isSystemSpeaker(id: string): boolean {
  return systemSpeakers.some((speaker) => speaker.id.toLowerCase() === id.toLowerCase());
}

/** GET /video/lip_sync/tts_list, the older list: PixVerse's own speakers. Both page fields are required. */
export function ttsListEndpoint(): Endpoint<Page> {
  return {
    read: async ({ url }) => readPage(url.searchParams, { number: 'page_num', size: 'page_size' }),
    decide: (page) =>
      decision('Success', {
        total: systemSpeakers.length,
        data: pageOf(systemSpeakers, page).map(({ id, name }) => ({ speaker_id: id, name })),
      }),
  };
}

const speakerTypes = ['system', 'custom', 'all'] as const;

interface SpeakerQuery {
  readonly page: Page;
  readonly type: (typeof speakerTypes)[number];
}

/** GET /video/tts_speaker, the newer list: with the account's own voices. */
export function speakersEndpoint({ store }: Emulation): Endpoint<SpeakerQuery> {
  return {
    async read({ url }) {
      const asked = url.searchParams.get('speaker_type') ?? 'all';
      const type = speakerTypes.find((known) => known === asked);
      if (type === undefined) {
        throw new PixverseRefusal(400017, `speaker_type is not one of ${speakerTypes.join(', ')}`);
      }
      const names = { number: 'page_num', size: 'page_size' } as const;
      return { type, page: readPage(url.searchParams, names, [10, 20, 50, 100]) };
    },
    decide({ page, type }, { account }) {
      const system = systemSpeakers.map((speaker) => ({ ...speaker, type: 'system' }));
      const custom = ownedBy(account.apiKey, store.speakers).map((speaker) => ({
        ...speaker,
        type: 'custom',
      }));
      const wanted = [...custom, ...system].filter((speaker) => type === 'all' || speaker.type === type);
      return decision('success', {
        total: wanted.length,
        data: pageOf(wanted, page).map((speaker) => ({
          speaker_id: speaker.id,
          name: speaker.name,
          speaker_type: speaker.type,
        })),
      });
    },
  };
}

/** POST /video/tts_speaker: a voice from a recording. The reply is not documented; it has what the list has. */
export function makeSpeakerEndpoint(emulation: Emulation): Endpoint<Fields> {
  return {
    read: async ({ body }) => parseFields(new TextDecoder().decode(body)),
    decide(fields, { account }) {
      const { apiKey } = account;
      const name = fields.requiredText('name');
      const media = emulation.store.media.get(fields.requiredId('audio_media_id'));
      if (media === undefined || media.apiKey !== apiKey) {
        throw new PixverseRefusal(500008, 'audio_media_id');
      }
      if (media.mediaType !== 'audio') {
        throw new PixverseRefusal(400017, 'audio_media_id is not audio');
      }
      const speaker = { id: newIdentifier(emulation), apiKey, name };
      return decision('success', { speaker_id: speaker.id, name }, [{ kind: 'speaker_made', speaker }]);
    },
  };
}

/** DELETE /video/tts_speaker/{id}: of the account's own voices; PixVerse's cannot be deleted. */
export function deleteSpeakerEndpoint({ store }: Emulation): Endpoint<string> {
  return {
    read: async ({ id }) => id,
    decide(id, { account }) {
      if (isSystemSpeaker(id)) {
        throw new PixverseRefusal(500020, id);
      }
      if (store.speakers.get(id)?.apiKey !== account.apiKey) {
        throw new PixverseRefusal(500008, id);
      }
      return decision('success', {}, [{ kind: 'speaker_deleted', id }]);
    },
  };
}
