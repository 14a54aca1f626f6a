import { referenceText } from '@pixsim7/providers/contract';
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
    payload[name] = referenceText(name, 'file', inputs);
  }
  return { endpoint: { method: 'POST', path: generationPath }, body: JSON.stringify(payload), payload };
}
