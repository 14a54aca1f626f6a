import type { ModelManifest, OperationType } from '@pixsim7/contracts';

// Endpoints of Pika at fal, November 2026 (generated types of the official client, model pages, price lists on them).

/** The operations that Pika has here. It cannot extend a video. */
export const pikaOperations = [
  'text_to_video',
  'image_to_video',
  'video_transition',
  'fusion',
] as const satisfies readonly OperationType[];
export type PikaOperation = (typeof pikaOperations)[number];

export interface PikaModel {
  readonly operation: PikaOperation;
  readonly model: string;
  readonly label: string;
  /** It is submitted to this endpoint; owner and app are the same for all. */
  readonly endpointId: `fal-ai/pika/${string}`;
  readonly lifecycle: ModelManifest['lifecycle'];
  readonly qualities: readonly string[];
  /** Whether the shape can be chosen; elsewhere it follows the image. */
  readonly aspectRatio: boolean;
  /** US cents of one video of five seconds, or of one second of pikaframes; null where nothing is published. */
  readonly centsByQuality: Readonly<Record<string, number>> | null;
}

const qualities = ['720p', '1080p'];
const fiveSeconds = { '720p': 20, '1080p': 45 };

const listed = { lifecycle: 'active', qualities } as const;

/** By operation, newest listed model first: it is the default. */
export const pikaModels: readonly PikaModel[] = [
  {
    ...listed,
    operation: 'text_to_video',
    model: 'v2.2',
    label: 'Pika 2.2',
    endpointId: 'fal-ai/pika/v2.2/text-to-video',
    aspectRatio: true,
    centsByQuality: fiveSeconds,
  },
  {
    ...listed,
    operation: 'text_to_video',
    model: 'v2.1',
    label: 'Pika 2.1',
    endpointId: 'fal-ai/pika/v2.1/text-to-video',
    aspectRatio: true,
    centsByQuality: null,
  },
  {
    ...listed,
    operation: 'text_to_video',
    model: 'v2-turbo',
    label: 'Pika 2 Turbo',
    endpointId: 'fal-ai/pika/v2/turbo/text-to-video',
    aspectRatio: true,
    centsByQuality: null,
  },
  {
    operation: 'text_to_video',
    model: 'v2.5',
    label: 'Pika 2.5',
    endpointId: 'fal-ai/pika/v2.5/text-to-video',
    // fal serves a page and no client type for it. Its price reads zero there, which is no price.
    lifecycle: 'unlisted',
    qualities: ['480p', ...qualities],
    aspectRatio: false,
    centsByQuality: null,
  },
  {
    ...listed,
    operation: 'image_to_video',
    model: 'v2.2',
    label: 'Pika 2.2',
    endpointId: 'fal-ai/pika/v2.2/image-to-video',
    aspectRatio: false,
    centsByQuality: fiveSeconds,
  },
  {
    ...listed,
    operation: 'image_to_video',
    model: 'v2.1',
    label: 'Pika 2.1',
    endpointId: 'fal-ai/pika/v2.1/image-to-video',
    aspectRatio: false,
    centsByQuality: null,
  },
  {
    ...listed,
    operation: 'image_to_video',
    model: 'v2-turbo',
    label: 'Pika 2 Turbo',
    endpointId: 'fal-ai/pika/v2/turbo/image-to-video',
    aspectRatio: false,
    centsByQuality: null,
  },
  {
    ...listed,
    operation: 'video_transition',
    model: 'v2.2',
    label: 'Pikaframes 2.2',
    endpointId: 'fal-ai/pika/v2.2/pikaframes',
    aspectRatio: false,
    centsByQuality: { '720p': 4, '1080p': 6 },
  },
  {
    operation: 'fusion',
    model: 'v2.2',
    label: 'Pikascenes 2.2',
    endpointId: 'fal-ai/pika/v2.2/pikascenes',
    // Its page is still there; the types of the official client dropped it with 1.10.0.
    lifecycle: 'unlisted',
    qualities,
    aspectRatio: true,
    centsByQuality: fiveSeconds,
  },
];

export function modelsOf(operation: OperationType): readonly PikaModel[] {
  return pikaModels.filter((candidate) => candidate.operation === operation);
}
