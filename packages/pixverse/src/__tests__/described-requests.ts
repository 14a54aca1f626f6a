import type { FixtureCall } from './fixture-case.ts';

/** Stands where a described path has a placeholder. */
export const DESCRIBED_ID = '343252978602905123';

/** The part the placeholders of a described request stand for. */
const binary = (type: string): Blob => new Blob(['bytes'], { type });

/** Requests without a JSON body. */
export const DESCRIBED_REQUESTS: Record<string, FixtureCall> = {
  'account-balance.request.json': (client) => client.account.balance(),
  'video-result.request.json': (client) => client.videos.retrieve(DESCRIBED_ID),
  'upload-image.file.request.json': (client) => client.images.upload({ file: binary('image/png') }),
  'upload-image.url.request.json': (client) =>
    client.images.upload({
      imageUrl: 'https://media.pixverse.ai/openapi%2Ff4c512d1-0110-4360-8515-d84d788ca8d1test_image_auto.jpg',
    }),
  'upload-media.file.request.json': (client) => client.media.upload({ file: binary('video/mp4') }),
  'upload-media.url.request.json': (client) =>
    client.media.upload({
      fileUrl: 'https://media.pixverse.ai/openapi%2F90f96bd5-5b77-461c-9b8e-c0e40526c9ca.mp4',
    }),
  'image-result.request.json': (client) => client.images.retrieve(DESCRIBED_ID),
  'restyle-list.request.json': (client) => client.restyles.list({ page_num: 1, page_size: 20 }),
  'template-list.request.json': (client) => client.templates.list({ type: 1, page: 1, pageSize: 20 }),
  'tts-list.request.json': (client) => client.speakers.listSystem({ page_num: 1, page_size: 2 }),
  'tts-speaker-list.request.json': (client) =>
    client.speakers.list({ page_num: 1, page_size: 20, speaker_type: 'all' }),
  'tts-speaker-delete.request.json': (client) => client.speakers.delete(DESCRIBED_ID),
};
