import type { JsonObject, MappedRequest, ProviderRequest, ResolvedInput } from '@pixsim7/providers/contract';

export const generationPath = '/v1/videos';

/**
 * Writes the request down, with the file filled in.
 *
 * @throws TypeError when an input has no reference, or one that this adapter did not make
 */
export function buildRequest(
  { plan, slots }: MappedRequest<JsonObject>,
  inputs: ReadonlyMap<string, ResolvedInput>,
): ProviderRequest {
  const payload = { ...plan };
  for (const { name } of slots) {
    const file = inputs.get(name)?.reference['file'];
    if (typeof file !== 'string') {
      throw new TypeError(`The input ${name} has not been resolved.`);
    }
    payload['first_frame'] = file;
  }
  return { endpoint: { method: 'POST', path: generationPath }, body: JSON.stringify(payload), payload };
}
