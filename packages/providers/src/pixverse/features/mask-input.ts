import type { InputSpecification, JobParameterName } from '@pixsim7/contracts';

/** A mask goes out by its id, so only one that PixVerse made of the same video will do. */
export function maskInput(parameter: JobParameterName, minimum: number, maximum: number): InputSpecification {
  return {
    role: 'mask',
    parameter,
    media_type: 'image',
    mime_types: ['image/png', 'image/jpeg', 'image/webp'],
    minimum,
    maximum,
    made_by: { operation_type: 'mask_selection', of: 'source' },
  };
}
