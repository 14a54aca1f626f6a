import type { ProviderRequest, ResolvedInput } from '../contract/adapter.ts';
import { referenceText } from '../contract/input-reference.ts';
import type { JsonObject } from '../contract/json.ts';
import type { InputSlot, MappedRequest } from '../contract/mapping.ts';
import type { InputMember, RequestPlan } from './request-plan.ts';

/**
 * Writes the request down, with the URIs of the inputs filled in.
 *
 * @throws TypeError when an input has no reference, or one that this adapter did not make
 */
export function buildRequest(
  { plan, slots }: MappedRequest<RequestPlan>,
  inputs: ReadonlyMap<string, ResolvedInput>,
): ProviderRequest {
  const payload = { ...plan.fields, ...inputFields(plan.inputs, slots, inputs) };
  return { endpoint: { method: 'POST', path: plan.path }, body: JSON.stringify(payload), payload };
}

function inputFields(
  member: InputMember,
  slots: readonly InputSlot[],
  inputs: ReadonlyMap<string, ResolvedInput>,
): JsonObject {
  switch (member) {
    case 'none':
      return {};
    case 'frames':
      return {
        promptImage: slots.map((slot) => ({
          uri: referenceText(slot.name, 'uri', inputs),
          position: slot.role === 'last_frame' ? 'last' : 'first',
        })),
      };
    case 'references':
      return { references: slots.map((slot) => ({ uri: referenceText(slot.name, 'uri', inputs) })) };
    case 'videoUri':
    case 'promptVideo':
      return { [member]: referenceText('source', 'uri', inputs) };
  }
}
