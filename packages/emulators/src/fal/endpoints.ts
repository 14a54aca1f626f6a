/** The values that one model takes. Written down from fal's pages a second time, apart from the adapter's tables. */
export interface Endpoint {
  readonly id: string;
  readonly kind: 'text' | 'image' | 'frames' | 'scenes';
  readonly resolutions: readonly string[];
  readonly defaultResolution: string;
  readonly hasAspectRatio: boolean;
  /** US cents by resolution: of five seconds, or of one second of frames. */
  readonly cents: Readonly<Record<string, number>>;
}

/** The queue keeps requests by owner and app; the rest of an endpoint's id is dropped from their addresses. */
export const application = 'fal-ai/pika';

const two = { resolutions: ['720p', '1080p'], defaultResolution: '720p' } as const;
// Published for 2.2; what the other models cost is this emulator's choice.
const fiveSeconds = { '480p': 15, '720p': 20, '1080p': 45 };

function textAndImage(version: string): Endpoint[] {
  const shared = { ...two, cents: fiveSeconds };
  return [
    { ...shared, id: `${application}/${version}/text-to-video`, kind: 'text', hasAspectRatio: true },
    { ...shared, id: `${application}/${version}/image-to-video`, kind: 'image', hasAspectRatio: false },
  ];
}

export const endpoints: readonly Endpoint[] = [
  ...textAndImage('v2.2'),
  ...textAndImage('v2.1'),
  ...textAndImage('v2/turbo'),
  {
    ...two,
    id: `${application}/v2.2/pikaframes`,
    kind: 'frames',
    hasAspectRatio: false,
    cents: { '720p': 4, '1080p': 6 },
  },
  {
    ...two,
    id: `${application}/v2.2/pikascenes`,
    kind: 'scenes',
    defaultResolution: '1080p',
    hasAspectRatio: true,
    cents: fiveSeconds,
  },
  {
    id: `${application}/v2.5/text-to-video`,
    kind: 'text',
    resolutions: ['480p', '720p', '1080p'],
    defaultResolution: '720p',
    hasAspectRatio: false,
    cents: fiveSeconds,
  },
];

export const aspectRatios = ['16:9', '9:16', '1:1', '4:5', '5:4', '3:2', '2:3'];
export const durations = [5, 10];
export const frames = { fewest: 2, most: 5, longestSeconds: 25, shortestBilledSeconds: 5, defaultSeconds: 5 };
export const longSideOf: Readonly<Record<string, number>> = { '480p': 864, '720p': 1280, '1080p': 1920 };
