import { describe, expect, it } from 'vitest';
import { masksHandle, maskStatus } from './masks.ts';

describe('a mask selection', () => {
  it('is complete with its answer, one picture for each mask', () => {
    const handle = masksHandle({
      keyframe_id: 3,
      credits: 2,
      mask_info: [
        { mask_id: '11', mask_name: 'dog', mask_url: 'https://media.example/dog.png' },
        { mask_id: '12', mask_url: 'https://media.example/12.png' },
        // Without a picture nobody could choose it.
        { mask_id: '13' },
      ],
    });
    expect(maskStatus(JSON.parse(JSON.stringify(handle)) as typeof handle)).toMatchObject({
      status: 'completed',
      credits: 2,
      error: null,
      outputs: [
        { url: 'https://media.example/dog.png', mediaType: 'image', id: '11@3', name: 'dog' },
        { url: 'https://media.example/12.png', mediaType: 'image', id: '12@3' },
      ],
    });
  });

  it('has failed when nothing was found, and was paid for', () => {
    const status = maskStatus(masksHandle({ mask_info: [], credits: 2 }));
    expect(status).toMatchObject({ status: 'failed', outputs: [], credits: 2 });
    expect(status.error?.charged).toBe('yes');
    expect(status.error?.message).toContain('found nothing');
  });
});
