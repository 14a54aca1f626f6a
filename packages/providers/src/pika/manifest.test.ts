import { describe, expect, it } from 'vitest';
import { providerManifestSchema } from '@pixsim7/contracts';
import type { OperationType } from '@pixsim7/contracts';
import { pikaManifest } from './manifest.ts';

const offer = (operation: OperationType) =>
  pikaManifest.operations.find((candidate) => candidate.operation_type === operation);
const modelOf = (operation: OperationType, name: string) =>
  offer(operation)?.models.find(({ model }) => model === name);

describe('pikaManifest', () => {
  it('is what the contract says', () => {
    expect(providerManifestSchema.parse(pikaManifest)).toEqual(pikaManifest);
  });

  it('offers four operations: Pika cannot extend a video', () => {
    expect(pikaManifest.operations.map(({ operation_type }) => operation_type)).toEqual([
      'text_to_video',
      'image_to_video',
      'video_transition',
      'fusion',
    ]);
  });

  it('has the newest listed model as the default wherever one is listed', () => {
    for (const { operation_type: operation, default_model: name, models } of pikaManifest.operations) {
      const isAnyListed = models.some(({ lifecycle }) => lifecycle === 'active');
      expect(modelOf(operation, name)?.lifecycle).toBe(isAnyListed ? 'active' : 'unlisted');
    }
  });

  it('marks what fal does not list, as data that forms and validation share', () => {
    const unlisted = pikaManifest.operations.flatMap(({ operation_type, models }) =>
      models
        .filter(({ lifecycle }) => lifecycle === 'unlisted')
        .map((model) => [operation_type, model.model, model.provider_options['allow_unlisted']] as const),
    );
    const required = expect.objectContaining({ type: 'boolean', required: true, values: [true] });
    expect(unlisted).toEqual([
      ['text_to_video', 'v2.5', required],
      ['fusion', 'v2.2', required],
    ]);
    expect(modelOf('text_to_video', 'v2.2')?.provider_options).toEqual({});
  });

  it('lets the shape be chosen only where nothing else decides it', () => {
    const shapes = (operation: OperationType, name: string) =>
      modelOf(operation, name)?.parameters.aspect_ratio?.values;
    expect(shapes('text_to_video', 'v2.2')).toEqual(['16:9', '9:16', '1:1', '4:5', '5:4', '3:2', '2:3']);
    expect(shapes('image_to_video', 'v2.2')).toBeUndefined();
    expect(shapes('video_transition', 'v2.2')).toBeUndefined();
    expect(shapes('text_to_video', 'v2.5')).toBeUndefined();
  });

  it('promises no token, no fraction and no end of what runs', () => {
    expect(pikaManifest.behaviour).toMatchObject({
      cancel: 'before_start',
      webhook: true,
      progress: 'queue_position',
      idempotency: 'none',
      idempotency_window_s: null,
      over_limit: 'queued',
    });
  });

  it('counts money in whole cents', () => {
    expect(pikaManifest.credit_unit).toBe('US cents');
    const prices = pikaManifest.operations.flatMap(({ models }) =>
      models.flatMap(({ tariff }) => tariff?.rows.map(({ credits }) => credits) ?? []),
    );
    expect(prices.every((cents) => Number.isInteger(cents) && cents > 0)).toBe(true);
  });
});
